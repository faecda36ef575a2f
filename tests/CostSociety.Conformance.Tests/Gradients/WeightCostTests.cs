using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Costs of weights inside of whole societies: how much they count, what they change, and when.</summary>
public sealed class WeightCostTests
{
    private const string Streams = """ "image": { "source": "host", "shape": [4] }, "target": { "source": "host", "shape": [4] } """;

    private const string Areas =
        """
        "retina": { "reads": "image" }, "hidden": { "units": 4, "activation": "tanh" },
        "report": { "units": 4, "activation": "tanh" }, "judge": { "units": 1, "activation": "linear" }
        """;

    private const string Projections = """ "retina -> hidden": {}, "hidden -> report": {}, "report -> judge": {} """;

    private const string Tied = """ "eye -> inner": {}, "inner -> eye.apical": { "transpose": "eye -> inner" } """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void WeightCost_OfAnyBatch_CountsOnce(int samples)
    {
        using var lab = Lab(""" "hidden": { "minimize": "sum(square(weights('retina -> hidden')))", "weight": 0.5 } """);
        lab.Samples = samples;
        var weights = lab.Read("retina -> hidden");
        var gradient = lab.Gradients()["retina -> hidden"];
        Assert.All(weights.Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Equal(weights.Sum(w => w * w), lab.AllCosts(), 1e-5);
    }

    [Fact]
    public void WeightCost_Alone_IsACorrelateWithoutTerms()
    {
        using var lab = Lab(""" "hidden": { "minimize": "l1(weights('retina -> hidden'))" } """);
        var bitstream = lab.Society.Synthesized.Bitstream;
        var correlate = Assert.Single(bitstream.Instructions, i => i.Kind == InstructionKind.Correlate);
        Assert.Equal(0, correlate.Count);
        Assert.All(lab.Gradients(), g => Assert.Equal(g.Key == "retina -> hidden", GradientLab.Largest(g.Value) != 0));
    }

    [Theory]
    [InlineData("sum(square(weights('retina -> hidden') - weights('hidden -> report')))")]
    [InlineData("sum(weights('retina -> hidden') * weights('hidden -> report'))")]
    [InlineData("dot(weights('retina -> hidden') * weights('hidden -> report'), tanh(weights('retina -> hidden'))) + mean(square(report - target))")]
    [InlineData("norm(weights('retina -> hidden')) * norm(weights('hidden -> report'))")]
    [InlineData("sum(square(weights('retina -> hidden') * hidden.bias - weights('hidden -> report') * report.bias))")]
    [InlineData("sum(weights('retina -> hidden') * covariance(retina, hidden)) + sum(weights('hidden -> report') * covariance(hidden, report))")]
    [InlineData("mean(report) * sum(square(weights('retina -> hidden') * (1 + batch_mean(report))))")]
    [InlineData("sum(square(softmax(weights('retina -> hidden')) - softmax(weights('hidden -> report'))))")]
    [InlineData("sum(square(weights('report -> judge') * mean(weights('retina -> hidden'))))")]
    public void WeightCost_OfSeveralBanks_TeachesEachFromTheWeightsBeforeTheStep(string cost)
    {
        using var lab = Lab($$""" "report": { "minimize": "{{cost}}", "teaches": "upstream" } """);
        lab.Check();
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["retina -> hidden"]));
        lab.Samples = 3;
        lab.Check();
    }

    [Fact]
    public void WeightCost_OutsideItsScope_ChangesExactlyNothing()
    {
        using var lab = Lab("""
            "report": { "minimize": "sum(square(weights('retina -> hidden'))) + sum(square(weights('hidden -> report')))", "teaches": ["report"] },
            "judge": { "minimize": "sum(square(stop(weights('report -> judge')))) + sum(weights('hidden -> report'))" }
            """);
        var gradients = lab.Gradients();
        Assert.All(gradients, g => Assert.Equal(g.Key == "hidden -> report", GradientLab.Largest(g.Value) != 0));
        lab.Check(() => lab.Cost("report.cost"), "hidden -> report");
    }

    [Fact]
    public void WeightCost_OfTwoScopes_AddsWhatTeachesTheBank()
    {
        using var lab = Lab("""
            "report": { "minimize": "sum(square(weights('hidden -> report')))", "teaches": "upstream" },
            "hidden": { "minimize": "sum(weights('hidden -> report')) + mean(square(hidden))", "teaches": ["hidden", "hidden -> report"] },
            "judge": { "minimize": "mean(square(judge))", "teaches": ["judge", "report"] }
            """);
        lab.Check(lab.AllCosts, "hidden -> report");
        lab.Check(() => lab.Cost("report.cost") + lab.Cost("hidden.cost"), "retina -> hidden");
    }

    [Fact]
    public void Decoder_ThatACostReadsOnlyTheWeightsOf_IsInItsDefaultScope()
    {
        using var lab = new GradientLab(
            Texts.Circuit(Streams, """ "retina": { "reads": "image" }, "hidden": { "units": 4, "activation": "tanh" } """,
                """ "retina -> hidden": {}, "hidden -> retina.apical": {} """, measures: "\"drawn\": \"batch_mean(mean(retina.apical))\""),
            Texts.Costs(""" "hidden": { "minimize": "sum(square(weights('hidden -> retina.apical')))" } """));
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["hidden -> retina.apical"]));
        lab.Check();
    }

    [Theory]
    [InlineData("sum(square(weights('eye -> inner')))", 2)]
    [InlineData("sum(square(weights('inner -> eye.apical')))", 2)]
    [InlineData("sum(square(weights('eye -> inner'))) + sum(square(weights('inner -> eye.apical')))", 4)]
    public void WeightCost_OfASharedBank_AddsUp(string cost, double factor)
    {
        using var lab = TiedLab(cost);
        var weights = lab.Read("eye -> inner");
        Assert.All(weights.Zip(lab.Gradients()["eye -> inner"]), pair => Assert.Equal(factor * pair.First, pair.Second, 1e-5));
        lab.Check();
    }

    [Theory]
    [InlineData("\"inner -> eye.apical\"", 2)]
    [InlineData("\"eye -> inner\"", 1)]
    [InlineData("\"eye -> inner\", \"inner -> eye.apical\"", 3)]
    [InlineData("\"eye\"", 2)]
    public void Stage_OfASharedBank_LetsOnlyItsUsesCount(string plastic, double factor)
    {
        using var lab = TiedLab(
            "sum(square(weights('eye -> inner'))) / 2 + sum(square(weights('inner -> eye.apical')))",
            $$""" , "development": [{ "stage": "only", "plastic": [{{plastic}}] }] """);
        var weights = lab.Read("eye -> inner");
        Assert.All(weights.Zip(lab.Gradients()["eye -> inner"]), pair => Assert.Equal(factor * pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void WeightCost_OfABankThatIsNotPlastic_ChangesNothing()
    {
        using var lab = Lab(
            """ "report": { "minimize": "sum(square(weights('retina -> hidden'))) + mean(report)", "teaches": "upstream" } """,
            """ "retina -> hidden": { "plastic": false }, "hidden -> report": {}, "report -> judge": {} """);
        Assert.Equal(0, GradientLab.Largest(lab.Gradients()["retina -> hidden"]));
    }

    [Fact]
    public void Inspection_OfAWeightCost_ShowsItsDerivativeAndWhatTheUpdateReceives()
    {
        var circuit = GradientLab.ParseCircuit(
            Texts.Circuit(Streams, Areas, Projections), Texts.Costs(""" "hidden": { "minimize": "sum(square(weights('retina -> hidden')))" } """));

        var inspection = Inspection.Of(circuit);

        var derivative = Assert.Single(Assert.Single(inspection.Terms).Derivatives);
        Assert.Equal(("weights('retina -> hidden')", "2 * batch_sum(1) * weights('retina -> hidden')"), (derivative.Signal, derivative.Text));
        Assert.Contains("retina -> hidden: sgd with the gradient 2 * t", inspection.Operations(), StringComparison.Ordinal);
    }

    [Fact]
    public void WeightDecay_UnderMomentum_EntersTheMomentum()
    {
        string learning = """ "learning": { "update": { "kind": "momentum", "rate": 0.25, "momentum": 0.5 }, "batch": 2, "seed": 3 } """;
        using var lab = Lab(""" "hidden": { "minimize": "sum(square(weights('retina -> hidden')))" } """, learning: learning);
        double w = lab.Read("retina -> hidden")[3], m = 0;
        for (int step = 0; step < 4; step++)
        {
            lab.Society.Step(2);
            m = 0.5 * m + 2 * w;
            w -= 0.25 * m;
            Assert.Equal(w, lab.Read("retina -> hidden")[3], 1e-6);
        }
    }

    [Theory]
    [InlineData("sum(square(weights('retina -> hidden')))")]
    [InlineData("sum(square(weights('retina -> hidden') - weights('hidden -> report'))) + sum(weights('retina -> hidden'))")]
    public void WeightCost_UnderAClippedUpdate_CountsInTheNormOfTheGradient(string cost)
    {
        const string Clipped = """ "learning": { "update": { "kind": "sgd", "rate": 1, "clip": 0.5 }, "batch": 4, "seed": 3 } """;
        string text = $$""" "hidden": { "minimize": "{{cost}} + mean(square(hidden))", "teaches": "upstream" } """;
        using var clipped = Lab(text, learning: Clipped);
        using var whole = Lab(text);
        var expected = whole.Gradients()["retina -> hidden"];
        double norm = Math.Sqrt(expected.Sum(g => g * g));
        Assert.True(norm > 0.5);
        Assert.All(expected.Zip(clipped.Gradients()["retina -> hidden"]), pair => Assert.Equal(pair.First * 0.5 / norm, pair.Second, 1e-6));
    }

    [Fact]
    public void WeightCost_OnTheSimdExecutor_LearnsLikeOnTheOracle()
    {
        const string Cost = """
            "report": {
              "minimize": "mean(square(report - target)) + 0.125 * sum(square(weights('hidden -> report') - weights('retina -> hidden') * hidden.bias)) + sum(abs(weights('report -> judge')))",
              "teaches": "upstream"
            }
            """;
        string circuit = Texts.Circuit(Streams, Areas, Projections, """ "learning": { "update": { "kind": "adam", "rate": 0.01 }, "batch": 4 } """);
        using var fast = Society.Build(GradientLab.ParseCircuit(circuit, Texts.Costs(Cost)), new SimdExecutor(1));
        using var exact = Society.Build(GradientLab.ParseCircuit(circuit, Texts.Costs(Cost)), new OracleExecutor());
        foreach (var society in new[] { fast, exact })
        {
            var random = new Random(4);
            for (int step = 0; step < 20; step++)
            {
                society.Set("image", [.. Enumerable.Range(0, 16).Select(_ => random.NextSingle())]);
                society.Set("target", [.. Enumerable.Range(0, 16).Select(_ => random.NextSingle())]);
                society.Step(4);
            }
        }
        foreach (string name in new[] { "retina -> hidden", "hidden -> report", "report -> judge" })
            Assert.All(Values(fast, name).Zip(Values(exact, name)), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    private static float[] Values(Society society, string name)
    {
        var tensor = society.ReadWeights(name);
        var values = new float[(int)tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }

    private static GradientLab Lab(string costs, string projections = Projections, string? learning = null) =>
        new(Texts.Circuit(Streams, Areas, projections, learning), Texts.Costs(costs));

    private static GradientLab TiedLab(string cost, string development = "") => new(
        Texts.Circuit(
            Streams, """ "eye": { "reads": "image" }, "inner": { "units": 3, "activation": "tanh" } """, Tied,
            measures: "\"drawn\": \"batch_mean(mean(eye.apical))\""),
        $$"""{ "format": 1, "costs": { "inner": { "minimize": "{{cost}}", "teaches": "upstream" } } {{development}} }""");
}
