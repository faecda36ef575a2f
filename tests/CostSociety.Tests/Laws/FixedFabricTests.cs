using CostSociety.Language;

namespace CostSociety.Tests.Laws;

/// <summary>
/// Law 1: the fabric is fixed. .NET compiles a method when it is first called, so an executor warms itself when it is
/// made, and a society takes a step; after that no cost, circuit, rule or update, however new, makes the runtime compile
/// anything of the fabric: what runs is data.
/// </summary>
public sealed class FixedFabricTests
{
    [Theory]
    [InlineData(FabricProbe.NewCosts)]
    [InlineData(FabricProbe.NewCircuits)]
    [InlineData(FabricProbe.NewInstructions)]
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
    public void NewCosts_CallEveryFunction() =>
        Assert.Equal([], Functions.Names.Where(name => !ProbeCosts.EveryFunction.Contains(name + "(", StringComparison.Ordinal)));
}
