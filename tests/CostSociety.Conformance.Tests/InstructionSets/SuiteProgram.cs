using System.Globalization;
using System.Reflection;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests;

/// <summary>
/// The test assembly as a program: a process of its own, which the runtime may be told to run without some of the
/// processor's instruction sets. It prints which of them it has, runs the suite with so many random bitstreams (or no part
/// of it, when told 0), and prints every failure, the number of tests, and a fingerprint of the bits.
/// </summary>
internal static class SuiteProgram
{
    public static int Main(string[] args)
    {
        int bitstreams = int.Parse(args[0], CultureInfo.InvariantCulture);
        var suite = new Suite(bitstreams);
        Console.WriteLine($"AVX2 {Avx2.IsSupported}, vectors of 128 bits {Vector128.IsHardwareAccelerated}");
        int failed = 0, passed = 0;
        foreach (var (test, arguments) in bitstreams == 0 ? [] : Tests())
            _ = Passes(suite, test, arguments) ? passed++ : failed++;
        Console.WriteLine($"{passed} passed, {failed} failed");
        Console.WriteLine($"{suite.Fingerprint():x16}");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>The fingerprint of a process that has all instruction sets of the machine.</summary>
    public static string Fingerprint() => $"{new Suite(0).Fingerprint():x16}";

    private static bool Passes(Suite suite, MethodInfo test, object[] arguments)
    {
        try
        {
            test.Invoke(suite, arguments);
            return true;
        }
        catch (TargetInvocationException failure)
        {
            Console.WriteLine($"{test.Name}({string.Join(", ", arguments)}): {failure.InnerException}");
            return false;
        }
    }

    private static IEnumerable<(MethodInfo Test, object[] Arguments)> Tests() =>
        from test in typeof(ConformanceSuite).GetMethods()
        where test.IsDefined(typeof(FactAttribute)) && !test.IsDefined(typeof(TraitAttribute))
        from arguments in Arguments(test)
        select (test, arguments);

    private static IEnumerable<object[]> Arguments(MethodInfo test) => test.IsDefined(typeof(TheoryAttribute))
        ? test.GetCustomAttributes<Xunit.Sdk.DataAttribute>().SelectMany(data => data.GetData(test))
        : [[]];

    private sealed class Suite(int bitstreams) : ConformanceSuite
    {
        protected override int Bitstreams => bitstreams;

        protected override IExecutor Create(int threads) => new SimdExecutor(threads);
    }
}
