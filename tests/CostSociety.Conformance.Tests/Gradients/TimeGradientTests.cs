namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Ticks, delays, state, the past and noise.</summary>
public sealed class TimeGradientTests
{
    private const string Streams = """ "image": { "source": "host", "shape": [4] }, "target": { "source": "host", "shape": [3] } """;

    private const string Leaky = "\"dynamics\": \"v = 0.5 * v + basal; activity = tanh(v + bias)\", \"variables\": { \"bias\": 0.125 }";

    private const string Report = "\"report\": { \"units\": 3, \"dynamics\": \"basal + bias\", \"variables\": { \"bias\": 0 } }";

    [Fact]
    public void Recurrence_OverThreeTicks_HasTheUnrolledGradient()
    {
        using var lab = new GradientLab(
            Texts.Circuit(
                Streams,
                $$"""
                "retina": { "reads": "image" }, {{Report}},
                "loop": { "units": 5, "dynamics": "tanh(basal + lateral + bias)", "variables": { "bias": 0.125 } }
                """,
                """
                "retina -> loop": {}, "loop -> loop.lateral": { "delay": 1 }, "loop -> report": {}
                """,
                ticks: 3),
            Texts.Cost("mean(square(report - target))"));
        lab.Check();
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["loop -> loop.lateral"]));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    public void Loop_OfTwoAreas_HasTheUnrolledGradient(int ticks, int delay)
    {
        using var lab = new GradientLab(
            Texts.Circuit(
                Streams,
                $$"""
                "retina": { "reads": "image" }, {{Report}},
                "low": { "units": 4, "dynamics": "tanh(basal + apical)" }, "high": { "units": 3, "activation": "softplus" }
                """,
                $$"""
                "retina -> low": {}, "low -> high": {}, "high -> low.apical": { "delay": {{delay}} }, "high -> report": {}
                """,
                ticks: ticks),
            Texts.Costs("""
            "report": { "minimize": "mean(square(report - target))", "teaches": "upstream" },
            "low": { "minimize": "mean(square(low)) + sum(low.apical)", "teaches": "upstream" }
            """));
        lab.Check();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void State_OverTicks_GoesOnFromTickToTickAndStepToStep(int ticks)
    {
        using var lab = new GradientLab(Texts.Layers(hidden: Leaky, ticks: ticks), Texts.Cost("mean(square(report - target))"));
        lab.Check();
        lab.Gradients();
        lab.Check();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    public void State_ThatCounts_CountsTicks(int ticks, int expected)
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: "\"dynamics\": \"v = v + 1; activity = v + 0 * basal\"", ticks: ticks), Texts.Cost("mean(hidden)"));
        Assert.Equal(expected, lab.AllCosts(), 1e-6);
        lab.Gradients();
        Assert.Equal(2 * expected, lab.AllCosts(), 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Previous_OfAState_IsTheValueOfEarlierTicks(int lag)
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: $"\"dynamics\": \"v = v + 1; activity = previous(v, {lag}) + 0 * basal\"", ticks: 2), Texts.Cost("mean(hidden)"));
        for (int step = 0; step < 4; step++)
        {
            Assert.Equal(Math.Max(0, 2 * step + 2 - lag), lab.AllCosts(), 1e-6);
            lab.Gradients();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Previous_InDynamics_HasTheUnrolledGradient(int ticks)
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: "\"dynamics\": \"v = 0.5 * v + basal; activity = tanh(v + 0.5 * previous(v * v))\"", ticks: ticks),
            Texts.Cost("mean(square(report - target))"));
        lab.Check();
        lab.Gradients();
        lab.Check();
    }

    [Theory]
    [InlineData("previous(mean(report))", 1)]
    [InlineData("mean(previous(report))", 1)]
    [InlineData("mean(previous(batch_mean(report)))", 1)]
    [InlineData("previous(batch_mean(mean(report)))", 1)]
    [InlineData("mean(previous(report, 3))", 3)]
    public void Previous_OfAConstantActivity_IsThatActivity(string cost, int steps)
    {
        using var lab = new GradientLab(
            Texts.Layers(report: "\"dynamics\": \"0 * basal + 0.5\""), Texts.Cost(cost));
        for (int step = 0; step < steps; step++)
        {
            Assert.Equal(0, lab.AllCosts());
            lab.Gradients();
        }
        Assert.Equal(0.5, lab.AllCosts(), 1e-6);
    }

    [Fact]
    public void Previous_OfAVariable_IsTheVariableOfEachSample()
    {
        using var lab = new GradientLab(Texts.Layers(), Texts.Cost("mean(previous(report.bias)) + previous(step + 1)"));
        double expected = lab.Read("report.bias").Average() + 1;
        lab.Gradients();
        Assert.Equal(expected, lab.AllCosts(), 1e-6);
    }

    [Fact]
    public void AcrossSteps_ADelayedActivity_PassesNoGradient()
    {
        using var lab = new GradientLab(
            Texts.Circuit(
                Streams,
                $$"""
                "retina": { "reads": "image" }, {{Report}}, "loop": { "units": 5, "dynamics": "tanh(basal + lateral)" }
                """,
                """
                "retina -> loop": {}, "loop -> loop.lateral": { "delay": 1, "across": "steps" }, "loop -> report": {}
                """,
                ticks: 2),
            Texts.Cost("mean(square(report - target))"));
        lab.Gradients();
        lab.SetRandomStreams();
        lab.Check();
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["loop -> loop.lateral"]));
    }

    [Fact]
    public void Noise_InDynamics_HasTheSameNumbersInLearningAndPrediction()
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: "\"dynamics\": \"tanh(basal + noise.normal(0, 1)) * noise.bernoulli(0.5)\""),
            Texts.Cost("mean(square(report - target)) + mean(square(hidden))"));
        double before = lab.AllCosts();
        Assert.Equal(before, lab.AllCosts());
        lab.Check();
        lab.Check();
        Assert.NotEqual(before, lab.AllCosts());
    }

    [Fact]
    public void Noise_OfEachTick_IsAnother()
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: "\"dynamics\": \"u = noise.normal(0, 1) + 0 * basal; activity = u - previous(u)\"", ticks: 2),
            Texts.Cost("mean(abs(hidden))"));
        Assert.NotEqual(0, lab.AllCosts());
        lab.Check();
    }

    [Fact]
    public void Ticks_WithoutALoop_ChangeNoGradient()
    {
        using var one = new GradientLab(Texts.Layers(), Texts.Cost("mean(square(report - target))"));
        using var three = new GradientLab(Texts.Layers(ticks: 3), Texts.Cost("mean(square(report - target))"));
        var expected = one.Gradients();
        foreach (var (name, gradient) in three.Gradients())
            Assert.Equal(expected[name], gradient);
    }
}
