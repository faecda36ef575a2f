using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace CostSociety.Conformance.Tests;

/// <summary>The suite in processes that run without AVX2, and without any vector instruction: it passes, with the same bits.</summary>
public sealed class InstructionSetTests
{
    private const string WithoutAvx2 = "DOTNET_EnableAVX2";
    private const string WithoutAny = "DOTNET_EnableHWIntrinsic";
    private const string NoAvx2 = "AVX2 False, vectors of 128 bits True";
    private const string NoVectors = "AVX2 False, vectors of 128 bits False";

    [Fact]
    public void Suite_WithoutAvx2_PassesWithTheSameBits() => AssertPasses(WithoutAvx2, NoAvx2, bitstreams: 100);

    [Fact]
    [Trait("Category", "Long")]
    public void Suite_ManyBitstreamsWithoutAvx2_PassesWithTheSameBits() => AssertPasses(WithoutAvx2, NoAvx2, bitstreams: 2000);

    [Fact]
    [Trait("Category", "Long")]
    public void Suite_ManyBitstreamsWithoutVectors_PassesWithTheSameBits() => AssertPasses(WithoutAny, NoVectors, bitstreams: 2000);

    // Those of the process that the oracle checks.
    [Fact]
    public void Bits_WithoutVectors_AreTheSame()
    {
        if (!X86Base.IsSupported)
            return;
        var (code, lines) = Run(WithoutAny, bitstreams: 0);

        Assert.Equal([NoVectors, "0 passed, 0 failed", SuiteProgram.Fingerprint()], lines);
        Assert.Equal(0, code);
    }

    private static void AssertPasses(string setting, string has, int bitstreams)
    {
        if (!X86Base.IsSupported)
            return;
        var (code, lines) = Run(setting, bitstreams);

        Assert.True(code == 0, string.Join('\n', lines));
        Assert.Equal(has, lines[0]);
        Assert.Matches(@"^\d{2,3} passed, 0 failed$", lines[^2]);
        Assert.Equal(SuiteProgram.Fingerprint(), lines[^1]);
    }

    private static (int Code, string[] Lines) Run(string setting, int bitstreams)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", typeof(SuiteProgram).Assembly.Location, $"{bitstreams}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [setting] = "0" },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, (output + errors.Result).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
