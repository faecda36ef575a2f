using CostSociety.Circuits;
using CostSociety.Fabric.Simd;
using CostSociety.Runs;

namespace CostSociety.Tests.Theories;

/// <summary>What circuits/theories/README.md claims, and the control that each claim stands beside: measures of whole runs.</summary>
public sealed class ClaimTests
{
    /// <summary>The same two levels, with the same weights, under backprop of the squared error of the report.</summary>
    private static readonly string[] _gradient =
    [
        "projections.\"retina -> hidden_error\"={}", "projections.\"firing -> report_error\"={}", "learning.update.rate=0.2 * 0.97^epoch",
        "costs:costs.hidden={\"minimize\":\"l2(teacher - report) / 2\",\"teaches\":[\"retina -> guess\",\"guess -> report\"]}",
    ];

    /// <summary>Of both cues and of the prior: what the precision of the best belief is.</summary>
    private const double Precisions = 1 / 0.09 + 1 + 1;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void InfoMax_OfThreeSpeakers_SeparatesThemWithUniformEntropy(int seed)
    {
        var run = Run("infomax", seed);

        Assert.InRange(run["amari"], 0, 0.05);
        Assert.InRange(run["entropy"], 0.98, 1);
    }

    [Fact]
    public void InfoMax_OfNormalSources_CannotSeparateThem() =>
        Assert.InRange(Run("infomax", 1, "areas.sources.dynamics=noise.normal(0, 1)")["amari"], 0.1, 1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SparseCoding_OfPlantedAtoms_RecoversThem(int seed)
    {
        var run = Run("sparse-coding", seed);

        Assert.InRange(run["recovered"], 0.9, 1);
        Assert.InRange(run["length"], 0.99, 1.01);
    }

    [Fact]
    public void SparseCoding_WithoutAPriceOfActivity_RecoversNothing() =>
        Assert.InRange(Run("sparse-coding", 1, "areas.code.variables.price=0")["recovered"], 0, 0.1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Precision_OfTwoCues_IsOneOverTheirVariances(int seed)
    {
        var run = Run("precision", seed);

        Assert.InRange(run["variance_of_exact"], 0.95 * 0.09, 1.05 * 0.09);
        Assert.InRange(run["variance_of_vague"], 0.95, 1.05);
        Assert.InRange(run["of_belief"], 0.95 / Precisions, 1.05 / Precisions);
    }

    [Fact]
    public void Precision_ThatIsNotLearned_LeavesAWorseBelief() =>
        Assert.InRange(Run("precision", 1, "learning.update.rate=0")["of_belief"], 2 / Precisions, 1);

    [Fact]
    public void PredictionError_OfTwoLevels_ReadsNearlyAsWellAsTheGradient()
    {
        double local = Measures("prediction-error", 1)[0].Test, gradient = Measures("prediction-error", 1, _gradient)[0].Test;
        double frozen = Measures("prediction-error", 1, "projections.\"retina -> hidden_error\".plastic=false")[0].Test;

        Assert.InRange(local, gradient - 0.015, 1);
        Assert.InRange(frozen, 0, local - 0.2);
    }

    [Fact]
    public void Variational_OfDigits_RaisesABoundThatNeedsBothItsTerms()
    {
        var run = Measures("variational", 1);
        double free = Measures("variational", 1, "costs:parameters.prior=0")[0].Test;
        double blind = Measures("variational", 1, "projections.\"causes -> outward\"={\"plastic\":false,\"init\":{\"zero\":true}}")[0].Test;
        double early = Measures("variational", 1, "run.epochs=1")[0].Test;

        Assert.InRange(run[0].Test, early + 5, 0);
        Assert.InRange(run[0].Test, free + 20, 0);
        Assert.InRange(run[0].Test, blind + 1, 0);
    }

    [Fact]
    public void Bottleneck_WithAPrice_ForgetsTheImageAndKeepsTheName()
    {
        var narrow = Measures("bottleneck", 1);
        var wide = Measures("bottleneck", 1, "costs:parameters.price=0");

        Assert.InRange(narrow[1].Test, 2, 0.2 * wide[1].Test);
        Assert.InRange(narrow[0].Test, wide[0].Test - 0.03, 1);
    }

    [Theory]
    [InlineData(25, 0.99, 1)]
    [InlineData(50, 0.99, 1)]
    [InlineData(80, 0.5, 0.9)]
    public void Attractor_AtALoad_FindsWhatItStoredUntilThereIsTooMuch(int patterns, double least, double most)
    {
        var run = Run("attractor", 1, $"learning.batch={patterns}", $"run.samples={patterns}");

        Assert.InRange(run["overlap"], least, most);
        Assert.InRange(run["of_cue"], 0.78, 0.82);
        Assert.Equal(0, run["rises"]);
    }

    [Fact]
    public void Attractor_WithOneSidedWeights_HasNoFallingEnergy() =>
        Assert.InRange(Run("attractor", 1, "projections.\"pattern -> copy\".mask=input < unit")["rises"], 5, 19);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Slowness_OfQuickSenses_FindsWhatIsBehindThem(int seed) =>
        Assert.InRange(Run("slowness", seed)["correlation"], 0.98, 1);

    [Theory]
    [InlineData("areas.terms.dynamics=basal")]
    [InlineData("costs:parameters.slowness=0")]
    public void Slowness_WithoutProductsOrWithoutItsCost_DoesNot(string without) =>
        Assert.InRange(Run("slowness", 1, without)["correlation"], 0, 0.95);

    [Fact]
    public void Redundancy_OfDigits_GoesDownToNothing()
    {
        Assert.InRange(Run("redundancy", 1)["deviation"], 0, 0.05);
        Assert.InRange(Run("redundancy", 1, "costs:costs.code.weight=0")["deviation"], 0.5, 10);
    }

    [Theory]
    [InlineData("info-nce", 0.05)]
    [InlineData("vicreg", 0.01)]
    [InlineData("barlow", 0.05)]
    public void Contrast_OfTwoViews_MakesACodeThatIsReadBetterThanARandomOne(string costs, double better)
    {
        double learned = Measures("contrast", 1, $"costs={costs}.costs.json")[0].Test;
        double random = Measures("contrast", 1, $"costs={costs}.costs.json", "costs:parameters.contrast=0")[0].Test;

        Assert.InRange(learned, random + better, 1);
    }

    private static Dictionary<string, double> Run(string name, int seed, params string[] overrides) =>
        Measures(name, seed, overrides).ToDictionary(m => m.Name, m => m.Train);

    private static IReadOnlyList<MeasureResult> Measures(string name, int seed, params string[] overrides)
    {
        var circuit = Circuit.Load(Repository.PathOf("circuits", "theories", $"{name}.circuit.json"), [$"learning.seed={seed}", .. overrides]);
        using var society = Society.Build(circuit, new SimdExecutor(1));
        return new TrainingRun(circuit, society).Run().Measures;
    }
}
