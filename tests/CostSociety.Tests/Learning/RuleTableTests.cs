using CostSociety.Circuits;
using CostSociety.Fabric.Simd;
using CostSociety.Runs;

namespace CostSociety.Tests.Learning;

/// <summary>What the learning rules reach on the digits; the numbers stand in circuits/digits/README.md.</summary>
public class RuleTableTests
{
    private const int Seeds = 10;

    private static readonly string[] _narrow = ["retina -> hidden1", "hidden1 -> hidden2", "hidden2 -> report"];

    private static readonly string[] _deep =
    [
        "retina -> hidden1", "hidden1 -> hidden2", "hidden2 -> hidden3", "hidden3 -> hidden4", "hidden4 -> hidden5",
        "hidden5 -> hidden6", "hidden6 -> report",
    ];

    [Fact]
    public void Society_OneSeed_ReadsAndDrawsBetterThanChanceAndFrozen()
    {
        var learned = Train("society", 1);
        var frozen = Train("society", 1, "learning.rule=frozen");
        double reconstruction = learned.HeldOutCosts.Single(c => c.Term == "reconstruct").Value;

        Assert.True(learned.Measures[0].Test >= 0.95, $"accuracy {learned.Measures[0].Test}");
        Assert.True(learned.Measures[0].Test > frozen.Measures[0].Test, $"frozen {frozen.Measures[0].Test}");
        Assert.True(reconstruction <= 0.5 * 0.073, $"reconstruction {reconstruction}");
    }

    [Fact]
    [Trait("Category", "Long")]
    public void Narrow_TenSeeds_ReachTheTable()
    {
        Assert.True(Accuracies("narrow", "backprop").Average() >= 0.955);
        Assert.True(Accuracies("narrow", "sign-symmetric").Average() >= 0.95);
        Assert.True(Accuracies("narrow", "feedback-alignment", HalfWeights(_narrow)).Average() >= 0.94);
        Assert.True(Accuracies("narrow", "frozen").Average() <= 0.78);
    }

    [Fact]
    [Trait("Category", "Long")]
    public void Deep_TenSeeds_SignsKeepUpAndRandomFeedbackFallsBehind()
    {
        double[] backprop = Accuracies("deep", "backprop"), signs = Accuracies("deep", "sign-symmetric");
        double[] random = Accuracies("deep", "feedback-alignment", HalfWeights(_deep));

        Assert.True(Math.Abs(backprop.Average() - signs.Average()) <= 0.01);
        Assert.True(random.Zip(backprop).Count(p => p.First < p.Second) >= 8);
    }

    private static double[] Accuracies(string circuit, string rule, params string[] overrides) =>
        [.. Enumerable.Range(1, Seeds).AsParallel().AsOrdered().WithDegreeOfParallelism(2)
            .Select(seed => Train(circuit, seed, [$"learning.rule={rule}", .. overrides]).Measures[0].Test)];

    private static RunResult Train(string name, int seed, params string[] overrides)
    {
        var circuit = Circuit.Load(Repository.PathOf("circuits", "digits", $"{name}.circuit.json"), [$"learning.seed={seed}", .. overrides]);
        using var executor = new SimdExecutor(1);
        using var society = Society.Build(circuit, executor);
        return new TrainingRun(circuit, society).Run();
    }

    /// <summary>Feedback alignment begins with small weights.</summary>
    private static string[] HalfWeights(string[] projections) =>
        Array.ConvertAll(projections, p => $"projections.\"{p}\".init.normal=0.5");
}
