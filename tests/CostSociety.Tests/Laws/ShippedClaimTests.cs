using CostSociety.Circuits;
using CostSociety.Runs;

namespace CostSociety.Tests.Laws;

/// <summary>What the READMEs of the shipped circuits claim, over seeds; the numbers themselves stand there.</summary>
public sealed class ShippedClaimTests
{
    private const string Eyes = "circuits/development/two-eyes.circuit.json";
    private const string Switch = "circuits/modulators/switch.circuit.json";
    private const double TwoPoints = 0.02;

    [Fact]
    public void TwoEyes_DarkInTheWindow_ShiftsDominance_AndDarkAfterItDoesNot() => AssertCriticalPeriod(seeds: 1);

    [Fact]
    [Trait("Category", "Long")]
    public void TwoEyes_OverTenSeeds_HaveACriticalPeriod() => AssertCriticalPeriod(seeds: 10);

    [Fact]
    public void FewLabels_WithoutAnyLabel_TeachTheReportNothing()
    {
        var training = Training.Of("circuits/development/few-labels.circuit.json", "costs:parameters.labels=0", "costs:parameters.school=1");
        using var society = training.Build();
        using var trained = training.Steps(training.Build(), 20);

        Assert.Equal(society.ReadWeights("it -> report")[3, 3], trained.ReadWeights("it -> report")[3, 3]);
        Assert.NotEqual(society.ReadWeights("v1 -> it")[3, 3], trained.ReadWeights("v1 -> it")[3, 3]);
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("circuits/tasks/questions.circuit.json", "named", "told_odd", "told_large", "told_three")]
    [InlineData("circuits/tasks/four.circuit.json", "named", "told_odd", "told_large")] // The drawing falls behind by more, as the README says.
    public void Tasks_OverTenSeeds_AreWithinTwoPointsOfEachAlone(string circuit, params string[] tasks)
    {
        var result = Run(10, [new("four", Circuit.Load(circuit)), .. tasks.Select((_, i) => Of(circuit, $"clamps.task=one_hot({i}, 4)")),
            .. tasks.Select((_, i) => Of(circuit, $"gains.task=unit == {i}"))]);

        for (int i = 0; i < tasks.Length; i++)
            Assert.All(new[] { 1 + i, 1 + tasks.Length + i }, v => Assert.InRange(result.Pair(v, tasks[i]).Differences.Mean, -1, TwoPoints));
    }

    [Fact]
    [Trait("Category", "Long")]
    public void Switch_OverTenSeeds_IsWithinTwoPointsOfEachTaskAlone()
    {
        var result = Run(10, [new("both", Circuit.Load(Switch)),
            Of(Switch, "clamps.peptide=0", "gains.hidden=1"), Of(Switch, "clamps.peptide=1", "gains.hidden=1"), Of(Switch, "gains.hidden=1")]);

        Assert.InRange(result.Pair(1, "named").Differences.Mean, -1, TwoPoints);
        Assert.InRange(result.Pair(2, "told_odd").Differences.Mean, -1, TwoPoints);
        Assert.InRange(result.Pair(3, "named").Differences.Mean, -1, -0.2);
    }

    /// <summary>The numbers of the science: a shift of .5 or more in the window, of .1 or less after it.</summary>
    private static void AssertCriticalPeriod(int seeds)
    {
        var result = Run(seeds, [Of(Eyes, "parameters.dark_for=0"), new("early", Circuit.Load(Eyes)), Of(Eyes, "parameters.dark_from=2000")]);

        Assert.InRange(result.Pair(1, "dominance").Differences.Mean, -1, -0.5);
        Assert.InRange(result.Pair(2, "dominance").Differences.Mean, -0.1, 0.1);
    }

    private static ExperimentResult Run(int seeds, IReadOnlyList<Variant> variants) => new Experiment(variants, seeds).Run()!;

    private static Variant Of(string circuit, params string[] costs) =>
        new(string.Join(", ", costs), Circuit.Load(circuit, [.. costs.Select(o => "costs:" + o)]));
}
