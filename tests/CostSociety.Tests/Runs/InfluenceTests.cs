using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Data;
using CostSociety.Runs;
using CostSociety.Tests.Laws;

namespace CostSociety.Tests.Runs;

/// <summary>What an area does for the others is what changes while it shows 0.</summary>
public sealed class InfluenceTests
{
    private const string Reconstruct = "cost.v1.reconstruct";

    private static readonly Circuit _circuit = Circuit.Load(Training.Digits, ["run.steps=200", "costs:development.0.until=step >= 20", "costs:parameters.reading=1"]);

    [Fact]
    public void Of_ASociety_IsTheHeldOutPartUnderAGainOfZero()
    {
        using var society = Trained(_circuit);
        var influence = Influence.Of(society);
        var part = new HeldOut(_circuit, CircuitStreams.Open(_circuit));

        Assert.Equal("held out", influence.Part);
        Assert.Equal(["v1", "it", "report"], influence.Areas);
        Assert.Equal([Reconstruct, "cost.v1.sparse", "cost.report.cost", "accuracy"], influence.Quantities);
        Assert.Equal(part.Measure(society), influence.Intact);
        society.Swap(CostFile.Load("circuits/digits/sparse-then-read.costs.json", ["gains.it=0"]));
        Assert.Equal(part.Measure(society), influence.Lesioned[1]);
    }

    /// <summary>Without v1 nothing is drawn, so the cost is the mean square of the images; it and report do not reach v1.</summary>
    [Fact]
    public void Of_AnArea_ReachesWhatReadsItAndNothingElse()
    {
        using var society = Trained(_circuit);
        var influence = Influence.Of(society);
        var images = CircuitStreams.Open(_circuit).Values("image", DataSplit.Test);
        double square = 0;
        foreach (float pixel in images)
            square += (double)pixel * pixel;

        Assert.Equal(square / images.Length, influence.Lesioned[0][0], 1e-6);
        Assert.Equal((0, 0), (influence.Difference(1, 0), influence.Difference(2, 0)));
        Assert.True(influence.Difference(1, 3) < 0, "accuracy does not fall without it");
        Assert.Equal(influence.Difference(1, 3) / influence.Intact[3], influence.Relative(1, 3));
        Assert.Equal(-1, influence.Relative(0, 1));
    }

    [Fact]
    public void Of_ASociety_LeavesItAsItIs()
    {
        using var society = Trained(_circuit);
        byte[] before = Training.Save(society);
        Influence.Of(society, withInputs: true);
        Assert.Equal(before, Training.Save(society));
    }

    [Fact]
    public void Of_AllAreas_SilencesThoseThatReadToo()
    {
        using var society = Trained(_circuit);
        Assert.Equal(["retina", "v1", "it", "report"], Influence.Of(society, withInputs: true).Areas);
    }

    /// <summary>y is 3 x - 1 with x even from -1 to 1, so the mean square of y is 3 + 1.</summary>
    [Fact]
    public void Of_ACircuitWithoutStreams_TakesFreshSamples()
    {
        var circuit = AutonomousRunTests.Parse();
        using var society = Trained(circuit);
        var influence = Influence.Of(society);
        int guess = influence.Areas.ToList().IndexOf("guess");

        Assert.Equal("fresh samples", influence.Part);
        Assert.InRange(influence.Intact[0], 0, 0.001);
        Assert.InRange(influence.Lesioned[guess][0], 3.7, 4.3);
        Assert.Equal(influence.Lesioned[guess][0], Influence.Of(society).Lesioned[guess][0]);
    }

    [Fact]
    public void Of_CostsWithGains_KeepsThoseOfOtherAreas()
    {
        var circuit = Circuit.Load(Training.Digits, ["run.steps=30", "costs:gains.v1=0.5"]);
        using var society = Trained(circuit);
        var influence = Influence.Of(society);
        Assert.Equal(0, influence.Difference(1, 0));
        Assert.NotEqual(0, influence.Difference(0, 0));
    }

    [Fact]
    public void Mean_OfSeeds_IsThatOfEveryCell()
    {
        var one = new Influence("held out", ["a"], ["p", "q"], [1, 2], [[3, 4]]);
        var mean = Influence.Mean([one, one with { Intact = [3, 2], Lesioned = [[5, 0]] }]);
        Assert.Equal([2, 2], mean.Intact);
        Assert.Equal([4, 2], mean.Lesioned[0]);
    }

    [Fact]
    public void Experiment_WithLesions_IsTheInfluenceOfEachRun()
    {
        var result = new Experiment([new Variant("digits", _circuit)], 1) { WithLesions = true }.Run()!;
        using var society = Trained(_circuit);
        Assert.Equal(Influence.Of(society).Lesioned[0], result.Influence(0)!.Lesioned[0]);
    }

    private static Society Trained(Circuit circuit)
    {
        var society = Society.Build(circuit);
        new TrainingRun(circuit, society).Run();
        return society;
    }
}
