using CostSociety.Circuits;
using CostSociety.Fabric.Simd;
using CostSociety.Runs;

namespace CostSociety.Tests.Laws;

/// <summary>Costs that areas of a society make for each other: what the circuits of <c>circuits/inside</c> claim, beside their controls.</summary>
public sealed class InsideTests
{
    private const string NoLearning = "learning.update.rate=0";

    public static TheoryData<int> Seeds => [1, 2, 3];

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Seeds))]
    public void Ring_LearnedThroughItsCritic_HasTheModesOfTheWorld(int seed)
    {
        var learned = Measures("ring", seed);
        Assert.InRange(learned["modes"], 6, 8);
        Assert.InRange(learned["within"], 0.9, 1);
        Assert.InRange(Measures("ring", seed, NoLearning, "run.steps=200")["within"], 0, 0.2);
    }

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Seeds))]
    public void Template_AsTheOnlyTeacher_IsOutgrown(int seed)
    {
        var learned = Measures("template", seed);
        Assert.InRange(learned["precision_of_template"], 0.65, 0.75);
        Assert.InRange(learned["precision_of_template_again"], 0.3, 0.75);
        Assert.InRange(learned["precision_of_judge"], 0.9, 1);
        Assert.InRange(Measures("template", seed, NoLearning, "run.steps=200")["precision_of_judge"], 0, 0.6);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Views_ThatAgreeOnMuch_SayTheDisparity(int seed)
    {
        Assert.InRange(Measures("views", seed, "run.steps=1000")["correlation"], 0.9, 1);
        Assert.InRange(Measures("views", seed, "run.steps=200", NoLearning)["correlation"], 0, 0.5);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Views_ThatOnlyAgree_CollapseAndAreReported(int seed)
    {
        var result = Run("views", seed, "run.steps=600", "costs=agree.costs.json");
        Assert.InRange(Value(result, "spread"), 0, 0.05);
        var alarm = Assert.Single(result.Alarms);
        Assert.Equal("collapse", alarm.Name);
        Assert.InRange(alarm.Step, 100, 400);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Views_ThatHaveToVary_DoNotCollapse(int seed)
    {
        var result = Run("views", seed, "run.steps=600", "costs=vary.costs.json");
        Assert.InRange(Value(result, "spread"), 0.3, 2);
        Assert.Empty(result.Alarms);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Views_ThatTheAlarmWakes_SpeakAgain(int seed)
    {
        var result = Run("views", seed, "run.steps=1500", "costs=rescued.costs.json");
        Assert.Single(result.Alarms);
        Assert.InRange(Value(result, "spread"), 0.3, 2);
        Assert.InRange(Value(result, "correlation"), 0.9, 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Predictor_OfTheNextScene_HalvesTheErrorOfNoChange(int seed)
    {
        var learned = Measures("predictor", seed);
        Assert.InRange(learned["foretold"], 0, 0.5 * learned["unchanged"]);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Memory_OpenedByNovelty_KeepsTheVisitor(int seed)
    {
        double gated = Measures("predictor", seed)["recall"];
        double open = Measures("predictor", seed, "costs:plasticity={}")["recall"];
        Assert.InRange(gated, 0.7, 1);
        Assert.InRange(open, -0.5, 0.5);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Drives_OfTwoNeeds_AreKeptWithinBounds(int seed)
    {
        Assert.InRange(Measures("drives", seed)["outside"], 0, 0.1);
        Assert.InRange(Measures("drives", seed, NoLearning)["outside"], 0.3, 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Pupil_WithoutLabels_IsAsGoodAsItsPeer(int seed)
    {
        var learned = Measures("pupil", seed);
        Assert.InRange(learned["peer_right"], 0.95, 1);
        Assert.InRange(learned["pupil_right"], learned["peer_right"] - 0.02, 1);
        Assert.InRange(Measures("pupil", seed, "costs:parameters.schooling=0", "run.epochs=10")["pupil_right"], 0, 0.4);
    }

    /// <summary>Measures at the end: held out, or of the last epoch where nothing is held out.</summary>
    private static Dictionary<string, double> Measures(string name, int seed, params string[] overrides) =>
        Run(name, seed, overrides).Measures.ToDictionary(m => m.Name, m => double.IsNaN(m.Test) ? m.Train : m.Test);

    private static double Value(RunResult result, string measure) => result.Measures.First(m => m.Name == measure).Train;

    private static RunResult Run(string name, int seed, params string[] overrides)
    {
        var circuit = Circuit.Load(Repository.PathOf("circuits", "inside", name + ".circuit.json"), [$"learning.seed={seed}", .. overrides]);
        using var executor = new SimdExecutor(1);
        using var society = Society.Build(circuit, executor);
        return new TrainingRun(circuit, society).Run();
    }
}
