using System.Reflection;
using System.Text.RegularExpressions;
using CostSociety.Fabric;
using CostSociety.Fabric.Simd;

namespace CostSociety.Tests.RepositoryRules;

/// <summary>The table of kernels in src/README.md is the whole table, and stays short.</summary>
public sealed partial class KernelTableTests
{
    private const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly string[] _helpers = ["StoreTile", "StorePart", "CopyPart", "Sums", "Of", "End", "get_Keep"];

    [Fact]
    public void Readme_ListsEveryKernelOfProducts()
    {
        var table = File.ReadLines(Repository.PathOf("src/README.md")).SkipWhile(l => l != "## Kernels").TakeWhile(l => !l.StartsWith("**Memory"));

        var listed = table.Where(l => l.StartsWith('|')).SelectMany(l => Names().Matches(l.Split('|')[1])).Select(m => m.Groups[1].Value);

        Assert.Equal(Of(typeof(MicroKernels)).Concat(Of(typeof(GradientKernels))).Order(), listed.Order());
    }

    [Fact]
    public void Kernels_AreFew()
    {
        Assert.Equal(8, Of(typeof(MicroKernels)).Count() + Of(typeof(GradientKernels)).Count());
        Assert.Equal(9, typeof(IGradientLanes).Assembly.GetTypes().Count(t => t.IsValueType && t.IsAssignableTo(typeof(IGradientLanes))));
        Assert.Equal(8, KnownPrograms.Full.Shapes.Count());
        Assert.Equal(18, FusedKernel.All.Count);
        Assert.Equal(38, Semantics.Opcodes.Count);
    }

    private static IEnumerable<string> Of(Type type) => type.GetMethods(Statics | BindingFlags.DeclaredOnly)
        .Select(m => m.Name).Where(name => !_helpers.Contains(name) && !name.Contains('<')).Distinct();

    [GeneratedRegex("`(?:\\w+\\.)?(\\w+)`")]
    private static partial Regex Names();
}
