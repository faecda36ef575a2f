namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Phases of a presentation: streams in the place of activities, areas that rest, snapshots, and what learns.</summary>
public sealed class PhaseGradientTests
{
    private const string Streams = """ "image": { "source": "host", "shape": [4] }, "target": { "source": "host", "shape": [3] } """;

    private const string Areas = """
        "retina": { "reads": "image" }, "hidden": { "units": 5, "dynamics": "tanh(basal + apical + bias)", "variables": { "bias": 0.125 } },
        "report": { "units": 3, "dynamics": "v = 0.5 * v + basal; activity = tanh(v + bias)", "variables": { "bias": 0 } }
        """;

    private const string Projections = """ "retina -> hidden": {}, "hidden -> report": {}, "report -> hidden.apical": { "delay": 1 } """;

    private const string Minus = """{ "phase": "minus", "ticks": 3, "snapshot": true }""";

    [Fact]
    public void TwoPhases_WithAClampAndASnapshot_HaveTheUnrolledGradient()
    {
        using var lab = Lab(
            $$"""{{Minus}}, { "phase": "plus", "ticks": 2, "clamp": { "report": "target" } }""",
            "mean(square(minus.report - target)) + mean(square(hidden - minus.hidden)) + mean(square(minus.hidden.apical)) + mean(square(minus.report.basal))");
        lab.Check();
        lab.Gradients();
        lab.Check();
        Assert.All(lab.Gradients().Values, g => Assert.NotEqual(0, GradientLab.Largest(g)));
    }

    [Fact]
    public void Clamp_OfAnArea_IsTheStream()
    {
        using var lab = Lab(
            $$"""{{Minus}}, { "phase": "plus", "clamp": { "report": "target" } }""",
            "sum(square(report - target)) + 0 * sum(minus.report) + 0 * sum(report.basal)");
        Assert.Equal(0, lab.AllCosts());
    }

    [Fact]
    public void Clamp_OfAnInput_ShowsAnotherStreamOfTheSameSize()
    {
        string streams = """ "image": { "source": "host", "shape": [4] }, "later": { "source": "host", "shape": [4] }, "target": { "source": "host", "shape": [3] } """;
        using var lab = Lab(
            $$"""{{Minus}}, { "phase": "second", "clamp": { "retina": "later" } }""",
            "sum(square(retina - later)) + sum(square(minus.retina - image)) + 0 * sum(report)", streams: streams);
        Assert.Equal(0, lab.AllCosts());
    }

    [Theory]
    [InlineData("[\"hidden\"]", "report")]
    [InlineData("[\"report\"]", "hidden")]
    [InlineData("[]", "report")]
    public void Active_LeavesOutAnArea_ItHoldsItsActivity(string active, string held)
    {
        using var lab = Lab($$"""{{Minus}}, { "phase": "rest", "ticks": 4, "active": {{active}} }""", $"sum(square({held} - minus.{held})) + 0 * sum(report)");
        Assert.Equal(0, lab.AllCosts());
    }

    [Fact]
    public void Active_LeavesOutAnArea_TheGradientIsThatOfTheHeldActivity()
    {
        using var lab = Lab(
            $$"""{{Minus}}, { "phase": "rest", "ticks": 2, "active": ["hidden"] }, { "phase": "end", "ticks": 2 }""",
            "mean(square(report - target)) + mean(square(hidden - 0.5))");
        lab.Check();
        lab.Gradients();
        lab.Check();
    }

    [Theory]
    [InlineData("\"active\": [\"hidden\"]")]
    [InlineData("\"clamp\": { \"report\": \"target\" }")]
    public void State_OfAnAreaThatRests_StaysAsItIs(string rest)
    {
        string counting = """
            "retina": { "reads": "image" }, "hidden": { "units": 5, "dynamics": "tanh(basal + 0 * apical)" },
            "report": { "units": 3, "dynamics": "n = n + 1; activity = n + 0 * previous(n, 2) + 0 * basal" }
            """;
        using var lab = Lab(
            $$"""{ "phase": "first", "ticks": 2, "snapshot": true }, { "phase": "rest", "ticks": 5, {{rest}} }, { "phase": "last", "snapshot": true }""",
            "mean(report) + 0 * sum(hidden)", areas: counting);
        for (int step = 0; step < 3; step++)
        {
            Assert.Equal(3 * (step + 1), lab.AllCosts(), 1e-6);
            lab.Gradients();
        }
    }

    [Fact]
    public void Previous_InAnAreaThatRests_IsWhatItWasWhenItMovedLast()
    {
        string counting = """
            "retina": { "reads": "image" }, "hidden": { "units": 5, "dynamics": "tanh(basal + 0 * apical)" },
            "report": { "units": 3, "dynamics": "n = n + 1; activity = previous(n) + 0 * basal" }
            """;
        using var lab = Lab(
            """{ "phase": "first", "ticks": 2 }, { "phase": "rest", "ticks": 3, "active": [] }, { "phase": "last" }""",
            "mean(report) + 0 * sum(hidden)", areas: counting);
        Assert.Equal(2, lab.AllCosts(), 1e-6);
        lab.Gradients();
        Assert.Equal(5, lab.AllCosts(), 1e-6);
    }

    [Fact]
    public void Active_InTheFirstPhase_HoldsTheActivityOfTheStepBefore()
    {
        using var lab = Lab("""{ "phase": "rest", "active": [], "snapshot": true }, { "phase": "go" }""", "mean(square(report - rest.report)) + 0 * sum(hidden) + sum(square(rest.report))");
        lab.Check();
        lab.Gradients();
        lab.SetRandomStreams();
        lab.Check();
        Assert.NotEqual(0, lab.AllCosts());
    }

    [Fact]
    public void Clamp_OfAShapedArea_ReachesItsSites()
    {
        using var lab = new GradientLab(
            Circuit(
                """ "image": { "source": "host", "shape": [1, 4, 4] }, "maps": { "source": "host", "shape": [2, 3, 3] }, "target": { "source": "host", "shape": [3] } """,
                """ "retina": { "reads": "image" }, "v1": { "shape": [2, 3, 3], "activation": "tanh" }, "report": { "units": 3, "activation": "tanh" } """,
                """ "retina -> v1": { "patch": { "size": 2 } }, "v1 -> report": {} """,
                $$"""{{Minus}}, { "phase": "plus", "clamp": { "v1": "maps" } }"""),
            Texts.Cost("mean(square(report - target)) + mean(square(minus.report - target)) + 0 * sum(square(v1 - maps)) + mean(square(minus.v1 - maps))"));
        lab.Check();
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["retina -> v1"]));
    }

    [Fact]
    public void Plastic_OfTheLastPhase_LetsOnlyTheseLearn()
    {
        string cost = "mean(square(report - target))";
        using var all = Lab("""{ "phase": "see", "ticks": 2 }""", cost);
        using var some = Lab("""{ "phase": "see", "ticks": 2, "plastic": ["hidden -> report", "hidden"] }""", cost);
        var expected = all.Gradients();
        foreach (var (name, gradient) in some.Gradients())
            Assert.Equal(name == "report.bias" ? new double[gradient.Length] : expected[name], gradient);
        Assert.NotEqual(0, GradientLab.Largest(expected["report.bias"]));
    }

    [Fact]
    public void PlasticOfAStage_AndOfThePhase_HoldTogether()
    {
        string costs = """
            { "format": 1, "costs": { "report": { "minimize": "mean(square(report - target))", "teaches": "upstream" } },
              "development": [{ "stage": "only", "plastic": ["hidden -> report"] }] }
            """;
        using var lab = new GradientLab(
            Circuit(Streams, Areas, Projections, """{ "phase": "see", "ticks": 2, "plastic": ["hidden -> report", "hidden"] }"""), costs);
        Assert.All(lab.Gradients(), g => Assert.Equal(g.Key == "hidden -> report", GradientLab.Largest(g.Value) != 0));
    }

    [Fact]
    public void Measure_OfASnapshot_IsReadAtItsTick()
    {
        string measures = "\"gap\": \"batch_mean(mean(square(report - minus.report)))\", \"same\": \"batch_mean(mean(square(target - report)))\"";
        using var lab = new GradientLab(
            Circuit(Streams, Areas, Projections, $$"""{{Minus}}, { "phase": "plus", "clamp": { "report": "target" } }""", measures),
            Texts.Cost("mean(square(minus.report - target)) + 0 * sum(report.basal)"));
        Assert.Equal(0, lab.Measure("same"));
        Assert.Equal(lab.Cost("report.cost"), lab.Measure("gap"), 1e-6);
    }

    private static GradientLab Lab(string schedule, string cost, string areas = Areas, string streams = Streams) =>
        new(Circuit(streams, areas, Projections, schedule), Texts.Cost(cost));

    private static string Circuit(string streams, string areas, string projections, string schedule, string measures = "") => $$"""
        {
          "format": 1, "name": "phases", "streams": { {{streams}} }, "areas": { {{areas}} }, "projections": { {{projections}} },
          {{Texts.Learning(3)}}, "schedule": [ {{schedule}} ], "measures": { {{measures}} }, "costs": "phases.costs.json"
        }
        """;
}
