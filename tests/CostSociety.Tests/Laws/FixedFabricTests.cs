using CostSociety.Language;

namespace CostSociety.Tests.Laws;

/// <summary>
/// Law 1: the fabric is fixed. .NET compiles a method when it is first called, so the fabric is warmed first, by costs
/// that call every function of the language once; after that no cost, however new, makes the runtime compile anything
/// of it: what runs is data.
/// </summary>
public sealed class FixedFabricTests
{
    [Theory]
    [InlineData(FabricProbe.NewCosts)]
    [InlineData(FabricProbe.NewCircuits)]
    public void NewText_AfterAWarmStep_CompilesNothingOfTheFabric(string what)
    {
        var outcome = FabricProbe.Run(what);

        Assert.InRange(outcome.Warm, 100, int.MaxValue);
        Assert.Equal("", string.Join("\n", outcome.Compiled));
        Assert.Equal(0, outcome.KernelBuilds);
    }

    [Fact]
    public void PlantedBuild_MovesTheCounter()
    {
        var outcome = FabricProbe.Run(FabricProbe.PlantedBuild);

        Assert.StartsWith("CostSociety.Fabric.Simd.LaneLoops.Unary", Assert.Single(outcome.Compiled), StringComparison.Ordinal);
    }

    [Fact]
    public void WarmCosts_CallEveryFunction() =>
        Assert.Equal([], Functions.Names.Where(name => !ProbeCosts.Warm.Contains(name + "(", StringComparison.Ordinal)));
}
