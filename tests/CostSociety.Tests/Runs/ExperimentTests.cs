using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Runs;
using CostSociety.Tests.Laws;

namespace CostSociety.Tests.Runs;

/// <summary>What an experiment reports is what its runs are alone.</summary>
public sealed class ExperimentTests
{
    private const string Accuracy = "accuracy";
    private const string Cost = "cost.report.cost";

    private static readonly Variant _plain = Narrow("plain");
    private static readonly Variant _frozen = Narrow("frozen", "learning.rule=frozen");

    [Fact]
    public void Run_EqualsEachRunAlone()
    {
        var result = new Experiment([_plain, _frozen], seeds: 2).Run(threads: 2)!;

        var circuit = Circuit.Load(Training.Narrow, ["run.epochs=3", "learning.rule=frozen", "learning.seed=2"]);
        using var society = Society.Build(circuit);
        var alone = new TrainingRun(circuit, society).Run();
        Assert.Equal(alone.Measures[0].Test, result.Values(1, Accuracy)[1]);
        Assert.Equal(alone.HeldOutCosts[0].Value, result.Values(1, Cost)[1]);
        Assert.True(result.IsHeldOut);
        Assert.Equal([1ul, 2ul], result.Runs[1].Select(run => run.Seed));
    }

    [Fact]
    public void Pair_IsSeedBySeed()
    {
        var result = new Experiment([_plain, _frozen], seeds: 3).Run()!;
        double[] plain = result.Values(0, Accuracy), frozen = result.Values(1, Accuracy);
        var pair = result.Pair(1, Accuracy);

        Assert.Equal(frozen.Zip(plain, (a, b) => a - b).Average(), pair.Differences.Mean, 1e-15);
        Assert.Equal(frozen.Zip(plain).Count(p => p.First < p.Second), pair.Lower);
        Assert.Equal(0, pair.Higher);
    }

    [Fact]
    public void Curves_AreTheValuesOfTheSteps()
    {
        var costs = new List<double>();
        using (var society = Society.Build(_plain.Circuit))
            new TrainingRun(_plain.Circuit, society) { OnStep = p => costs.Add(p.Society.CostValues[0]) }.Run();

        var run = new Experiment([_plain], 1) { CurvePoints = 1000 }.Run()!.Runs[0][0];
        var training = run.Curves.Single(c => c.Quantity == Cost && !c.IsHeldOut);
        var heldOut = run.Curves.Single(c => c.Quantity == Cost && c.IsHeldOut);

        Assert.Equal(costs, training.Values);
        Assert.Equal(Enumerable.Range(1, 123).Select(i => (double)i), training.Steps);
        Assert.Equal([41, 82, 123], heldOut.Steps);
        Assert.Equal(run.Value(Cost, heldOut: true), heldOut.Values[^1]);
    }

    /// <summary>Three points over three epochs: each is the mean over the samples of an epoch, the last batch of 17 included.</summary>
    [Fact]
    public void Curves_ThinnedToEpochs_AreTheMeansOfEpochs()
    {
        var run = new Experiment([_plain], 1) { CurvePoints = 3 }.Run()!.Runs[0][0];
        var training = run.Curves.Single(c => c.Quantity == Cost && !c.IsHeldOut);

        Assert.Equal([41, 82, 123], training.Steps);
        Assert.Equal([run.Result!.Costs[0].First, run.Result.Costs[0].Last], [training.Values[0], training.Values[2]]);
    }

    [Fact]
    public void Curve_OverSeeds_IsMeanLowestAndHighest()
    {
        var result = new Experiment([_plain], 3) { CurvePoints = 10 }.Run()!;
        double[] last = [.. result.Runs[0].Select(run => run.Curves.Single(c => c.Quantity == Accuracy && c.IsHeldOut).Values[^1])];
        var curve = result.Curve(0, Accuracy, heldOut: true)!;

        Assert.Equal((last.Average(), last.Min(), last.Max()), (curve.Mean[^1], curve.Low[^1], curve.High[^1]));
    }

    [Fact]
    public void Criterion_IsMetAtTheFirstMeasureThatReachesIt()
    {
        var curve = new Experiment([_plain], 1) { CurvePoints = 1 }.Run()!.Runs[0][0].Curves.Single(c => c.Quantity == Accuracy && c.IsHeldOut);
        Criterion[] criteria = [new(Accuracy, curve.Values[1], true), new(Accuracy, 2, true), new(Cost, 100, false)];
        var result = new Experiment([_plain], 1) { Criteria = criteria }.Run()!;

        Assert.True(curve.Values[0] < curve.Values[1], "the accuracy does not rise in the second epoch");
        Assert.Equal([2594L, null, 1297L], result.Runs[0][0].Reached);
        Assert.Equal([2594, double.NaN], result.Samples(0, 0).Concat(result.Samples(0, 1)));
    }

    [Fact]
    public void Criterion_AtTheEndOfAPartOfAnEpoch_IsMeasured()
    {
        var result = new Experiment([Narrow("short", "run.steps=5")], 1) { Criteria = [new(Cost, 100, false)] }.Run()!;
        Assert.Equal(5 * 32, result.Runs[0][0].Reached[0]);
    }

    [Fact]
    public void Run_WithoutHeldOutPart_TakesTheLastEpoch()
    {
        var variant = new Variant("line", AutonomousRunTests.Parse());
        var result = new Experiment([_plain, variant], 1) { Criteria = [new("error", 0.5, false), new("error", 0, false)] }.Run()!;

        Assert.False(result.IsHeldOut);
        Assert.Equal(result.Runs[1][0].Result!.Measures[0].Train, result.Values(1, "error")[0]);
        Assert.Equal(result.Runs[0][0].Result!.Measures[0].Train, result.Values(0, Accuracy)[0]);
        Assert.Contains(result.Runs[1][0].Reached[0], new long?[] { 1010, 2020, 3030 });
        Assert.Null(result.Runs[1][0].Reached[1]);
        Assert.Equal((false, true), (result.Has(0, "error"), result.Has(1, "error")));
    }

    [Fact]
    public void Run_ThatFails_IsNoNumber()
    {
        var bad = Narrow("bad", "learning.update={ \"kind\": \"sgd\", \"rate\": 1e38 }", "areas.report={ \"units\": 10, \"activation\": \"linear\" }");
        var result = new Experiment([_plain, bad], 2) { Criteria = [new(Accuracy, 0.1, true)] }.Run()!;

        Assert.All(result.Runs[1], run => Assert.Contains("cost term report.cost became", run.Failure, StringComparison.Ordinal));
        Assert.Equal((2, 0, 0), (result.Pair(1, Accuracy).Differences.Failed, result.Pair(1, Accuracy).Higher, result.Pair(1, Accuracy).Lower));
        Assert.Equal(2, Statistics.Of(result.Samples(1, 0)).Failed);
    }

    [Fact]
    public void Stages_AreThoseThatWereLived()
    {
        var circuit = Circuit.Load(Training.Digits, ["run.steps=12", "costs:development.0.until=step >= 5"]);
        var run = new Experiment([new Variant("staged", circuit)], 1).Run()!.Runs[0][0];
        Assert.Equal([(0L, 4L), (5L, 11L)], run.Stages.Select(s => (s.First, s.Last)));
    }

    [Fact]
    public void Stopped_GivesNothing()
    {
        using var stop = new CancellationTokenSource();
        var result = new Experiment([_plain], 3) { OnRun = _ => stop.Cancel() }.Run(threads: 1, stop.Token);
        Assert.Null(result);
    }

    [Theory]
    [InlineData("accuracy=0.9", "accuracy >= 0.9")]
    [InlineData("error<=0.1", "error <= 0.1")]
    [InlineData("cost.v1.cost=2e-2", "cost.v1.cost <= 0.02")]
    [InlineData("cost.v1.cost >= 3", "cost.v1.cost >= 3")]
    public void Criterion_IsRead(string text, string expected)
    {
        Assert.True(Criterion.TryParse(text, out var criterion));
        Assert.Equal(expected, criterion.ToString());
    }

    [Theory]
    [InlineData("accuracy")]
    [InlineData("=0.9")]
    [InlineData("accuracy=high")]
    [InlineData("accuracy=NaN")]
    public void Criterion_ThatIsNone_IsRefused(string text) => Assert.False(Criterion.TryParse(text, out _));

    private static Variant Narrow(string name, params string[] overrides) => new(name, Circuit.Load(Training.Narrow, ["run.epochs=3", .. overrides]));
}
