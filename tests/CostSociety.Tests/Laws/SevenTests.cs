using CostSociety.Circuits;
using CostSociety.Fabric.Simd;
using CostSociety.Runs;

namespace CostSociety.Tests.Laws;

/// <summary>Seven areas with seven costs.</summary>
public sealed class SevenTests
{
    private const string Path = "circuits/seven/society.circuit.json";

    [Fact]
    public void Costs_OfSevenAreas_TeachNothingInCommon()
    {
        var passes = Inspection.Of(Circuit.Load(Path)).Passes;
        Assert.Equal(7, passes.Count);
        Assert.Equal(7, passes.SelectMany(p => p.Costs).Distinct().Count());
        Assert.All(passes, p => Assert.NotEmpty(p.Teaches));
        string[] taught = [.. passes.SelectMany(p => p.Teaches)];
        Assert.Equal(taught.Distinct(), taught);
    }

    [Fact]
    [Trait("Category", "Long")]
    public void Pupil_TaughtByTheReport_NamesBetterThanOneTaughtByTheSameLabels()
    {
        double[] gains = [.. Enumerable.Range(1, 5).Select(seed => Pupil(seed) - Pupil(seed, "costs=end-to-end.costs.json"))];
        Assert.True(gains.Average() > 0.04, string.Join(", ", gains));
    }

    private static double Pupil(int seed, params string[] overrides)
    {
        var circuit = Circuit.Load(Path, [.. overrides, $"learning.seed={seed}"]);
        using var society = Society.Build(circuit, new SimdExecutor(1));
        return new TrainingRun(circuit, society).Run().Measures.First(m => m.Name == "accuracy_pupil").Test;
    }
}
