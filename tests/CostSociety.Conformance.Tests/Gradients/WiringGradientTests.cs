namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Patches with weights of their own at every place, pools, one synapse a unit, and banks that are used again.</summary>
public sealed class WiringGradientTests
{
    private const string Streams =
        """
        "image": { "source": "host", "shape": [2, 5, 5] }, "label": { "source": "host", "shape": [3] }, "flat": { "source": "host", "shape": [27] }
        """;

    private const string Top = """ "top": { "units": 3, "activation": "softmax" } """;

    private const string Costs = """
        "v1": { "minimize": "mean(square(v1 - 0.25)) + mean(v1.basal) / 8", "teaches": "upstream" },
        "top": { "minimize": "cross_entropy(top, label)", "teaches": "upstream" }
        """;

    [Theory]
    [InlineData(3, 1, 0, 3, 3, "softplus")]
    [InlineData(3, 1, 1, 2, 5, "tanh")]
    [InlineData(2, 2, 0, 17, 2, "softplus")]
    [InlineData(3, 2, 1, 1, 3, "tanh")]
    [InlineData(5, 1, 0, 4, 1, "softplus")]
    [InlineData(1, 1, 0, 1, 5, "sigmoid")]
    public void UnsharedPatch_OfEveryGeometry_HasTheGradientOfDifferences(int size, int stride, int padding, int maps, int extent, string activation)
    {
        using var lab = Local(
            $$"""{ "size": {{size}}, "stride": {{stride}}, "padding": {{padding}}, "shared": false }""", $"[{maps}, {extent}, {extent}]", activation);
        lab.Samples = 2;
        lab.Check();
        Assert.All(lab.Gradients().Values, g => Assert.NotEqual(0, GradientLab.Largest(g)));
    }

    [Theory]
    [InlineData("sum(square(v1.bias)) + mean(v1 * v1.bias)")]
    [InlineData("mean(square(v1 - flat))")]
    [InlineData("max(v1) + norm(v1) + var(v1)")]
    [InlineData("mean(v1 * previous(v1))")]
    public void UnsharedPatch_UnderACost_HasTheGradientOfDifferences(string cost)
    {
        using var lab = Local("""{ "size": 3, "shared": false }""", "[3, 3, 3]", "softplus", $$"""
            "v1": { "minimize": "{{cost}}", "teaches": "upstream" }, "top": { "minimize": "cross_entropy(top, label)", "teaches": "upstream" }
            """);
        lab.Check();
        lab.Gradients();
        lab.Check();
    }

    [Fact]
    public void UnsharedPatches_OneAfterAnother_HaveTheGradientOfDifferences()
    {
        using var lab = Stack("\"backprop\"");
        lab.Check();
    }

    [Theory]
    [InlineData("\"feedback-alignment\"")]
    [InlineData("\"sign-symmetric\"")]
    public void UnsharedPatch_WhoseFeedbackIsItsWeights_IsBackprop(string rule)
    {
        using var lab = Stack(rule);
        using var backprop = Stack("\"backprop\"");
        var parameter = lab.Parameters.First(p => p.Name == "v1 -> v2");
        Assert.NotEqual(Gradient(backprop), Gradient(lab), (a, b) => Math.Abs(a - b) < 1e-4);
        lab.Society.WriteWeights(parameter.Name, lab.Society.ReadBank(parameter.Feedback!));
        foreach (var each in lab.Parameters)
            backprop.Society.WriteWeights(each.Name, lab.Society.ReadBank(each.Bank));
        double[] expected = Gradient(backprop), actual = Gradient(lab);
        Assert.NotEqual(0, GradientLab.Largest(expected));
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-9);
    }

    [Fact]
    public void UnsharedPatch_UnderSignSymmetric_FollowsTheNewSigns()
    {
        using var lab = Stack("\"sign-symmetric\"");
        var parameter = lab.Parameters.First(p => p.Name == "v1 -> v2");
        for (int step = 0; step < 3; step++)
            lab.Society.Step(lab.Samples);
        var weights = lab.Society.ReadBank(parameter.Bank);
        var feedback = lab.Society.ReadBank(parameter.Feedback!);
        Assert.All(weights.Zip(feedback), pair => Assert.Equal(Math.Sign(pair.First), Math.Sign(pair.Second)));
        Assert.Single(feedback.Select(Math.Abs).Distinct());
    }

    [Theory]
    [InlineData("retina -> v1")]
    [InlineData("v1 -> top")]
    public void UnsharedPatch_InAStage_LearnsWhereTheStageSaysSo(string plastic)
    {
        string costs = $$"""
            { "format": 1, "costs": { {{Costs}} }, "development": [{ "stage": "only", "plastic": ["{{plastic}}"] }] }
            """;
        using var lab = new GradientLab(
            Texts.Circuit(
                Streams, $$""" "retina": { "reads": "image" }, "v1": { "shape": [2, 4, 4], "activation": "tanh" }, {{Top}} """,
                """ "retina -> v1": { "patch": { "size": 2, "shared": false } }, "v1 -> top": {} """), costs);
        using var free = Local("""{ "size": 2, "shared": false }""", "[2, 4, 4]", "tanh");
        lab.Check(lab.AllCosts, plastic);
        Assert.All(lab.Gradients(), g => Assert.Equal(g.Key == plastic, GradientLab.Largest(g.Value) != 0));
        Assert.All(free.Gradients(), g => Assert.NotEqual(0, GradientLab.Largest(g.Value)));
    }

    [Theory]
    [InlineData("mean", 2, 2, 2)]
    [InlineData("max", 2, 2, 2)]
    [InlineData("mean", 3, 1, 3)]
    [InlineData("max", 3, 1, 3)]
    [InlineData("max", 5, 5, 1)]
    [InlineData("mean", 2, 1, 4)]
    public void Pool_OfAnAreaAndOfAStream_HasTheGradientOfDifferences(string kind, int size, int stride, int extent)
    {
        string pool = $$""" "pool": { "size": {{size}}, "stride": {{stride}}, "kind": "{{kind}}" } """;
        using var lab = new GradientLab(
            Texts.Circuit(
                Streams,
                $$"""
                "retina": { "reads": "image" }, "low": { "shape": [3, 5, 5], "activation": "tanh" }, {{Top}},
                "flatter": { "shape": [2, 5, 5], "activation": "tanh" },
                "v1": { "shape": [3, {{extent}}, {{extent}}], "dynamics": "square(basal + bias)", "variables": { "bias": 0.5 } },
                "v2": { "shape": [2, {{extent}}, {{extent}}], "dynamics": "square(basal + side + bias)", "variables": { "bias": 0.5 } }
                """,
                $$"""
                "retina -> low": { "patch": { "size": 3, "padding": 1 } }, "low -> v1": { {{pool}} }, "v1 -> top": {},
                "retina -> flatter": {}, "flatter -> v2": { {{pool}} }, "retina -> v2.side": { {{pool}} }, "v2 -> top": {}
                """,
                Texts.Learning(3)),
            Texts.Costs(Costs));
        lab.Check();
    }

    [Theory]
    [InlineData("[12]", "[12]")]
    [InlineData("[3, 2, 2]", "[12]")]
    [InlineData("[12]", "[3, 2, 2]")]
    [InlineData("[3, 2, 2]", "[3, 2, 2]")]
    public void OneToOne_BetweenEveryLayout_HasTheGradientOfDifferences(string from, string to)
    {
        using var lab = OneToOne(from, to, "\"backprop\"", "{ \"one-to-one\": true }");
        lab.Check(lab.AllCosts, "retina -> low", "low -> v1");
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["low -> v1"]));
    }

    [Theory]
    [InlineData("\"feedback-alignment\"", "[12]")]
    [InlineData("\"sign-symmetric\"", "[3, 2, 2]")]
    public void OneToOne_WhoseFeedbackIsItsWeights_IsBackprop(string rule, string to)
    {
        using var lab = OneToOne("[3, 2, 2]", to, rule, "{ \"one-to-one\": true }");
        using var backprop = OneToOne("[3, 2, 2]", to, "\"backprop\"", "{ \"one-to-one\": true }");
        foreach (var parameter in lab.Parameters)
        {
            if (parameter.Feedback is not null)
                lab.Society.WriteWeights(parameter.Name, lab.Society.ReadBank(parameter.Feedback));
            backprop.Society.WriteWeights(parameter.Name, lab.Society.ReadBank(parameter.Bank));
        }
        var expected = backprop.Gradients();
        foreach (var (name, gradient) in lab.Gradients())
            for (int i = 0; i < gradient.Length; i++)
                Assert.Equal(expected[name][i], gradient[i], 1e-9);
    }

    [Fact]
    public void OneToOne_UnderFeedbackAlignment_CarriesTheSignalThroughTheFeedback()
    {
        using var lab = OneToOne("[12]", "[12]", "\"feedback-alignment\"", "{ \"one-to-one\": true }");
        var feedback = lab.Society.ReadBank(lab.Parameters.First(p => p.Name == "low -> v1").Feedback!);
        var first = lab.Gradients()["retina -> low"];
        lab.Society.WriteBank(lab.Parameters.First(p => p.Name == "low -> v1").Feedback!, Array.ConvertAll(feedback, f => 2 * f));
        var second = lab.Gradients()["retina -> low"];
        Assert.NotEqual(0, GradientLab.Largest(first));
        for (int i = 0; i < first.Length; i++)
            Assert.Equal(2 * first[i], second[i], 1e-9);
    }

    [Theory]
    [InlineData("{}", "[6]", "[4]")]
    [InlineData("""{ "patch": { "size": 2 } }""", "[2, 3, 3]", "[4, 2, 2]")]
    [InlineData("""{ "patch": { "size": 2, "shared": false } }""", "[2, 3, 3]", "[4, 2, 2]")]
    [InlineData("""{ "one-to-one": true }""", "[5]", "[5]")]
    public void Share_OfEveryWiring_AddsTheGradientsOfBothUses(string wiring, string from, string to)
    {
        using var both = Twins(wiring, from, to, "\"upstream\"");
        both.Check();
        using var one = Twins(wiring, from, to, "[\"left -> a\"]");
        using var two = Twins(wiring, from, to, "[\"right -> b\"]");
        double[] sum = both.Gradients()["left -> a"], first = one.Gradients()["left -> a"], second = two.Gradients()["left -> a"];
        Assert.NotEqual(0, GradientLab.Largest(first));
        Assert.NotEqual(0, GradientLab.Largest(second));
        for (int i = 0; i < sum.Length; i++)
            Assert.Equal(sum[i], first[i] + second[i], 1e-9);
    }

    [Fact]
    public void Share_BesideTranspose_AddsTheGradientsOfAllThreeUses()
    {
        using var lab = new GradientLab(
            Texts.Circuit(
                """ "x": { "source": "host", "shape": [6] }, "y": { "source": "host", "shape": [6] } """,
                """
                "left": { "reads": "x" }, "right": { "reads": "y" },
                "a": { "units": 4, "activation": "tanh" }, "b": { "units": 4, "activation": "softplus" }
                """,
                """
                "left -> a": {}, "right -> b": { "share": "left -> a" }, "b -> left.apical": { "transpose": "left -> a" }
                """,
                Texts.Learning(3)),
            Texts.Cost("mean(square(left.apical - left)) + mean(square(a - b))", area: "a"));
        lab.Check();
        Assert.Single(lab.Parameters, p => p.Projection is not null);
    }

    [Theory]
    [InlineData("""{ "patch": { "size": 3, "padding": 1, "shared": false }, "delay": 1 }""", 3)]
    [InlineData("""{ "one-to-one": true, "delay": 2 }""", 4)]
    [InlineData("""{ "patch": { "size": 3, "padding": 1 }, "delay": 1 }""", 3)]
    [InlineData("""{ "delay": 1 }""", 4)]
    public void Lateral_WithADelay_HasTheUnrolledGradient(string wiring, int ticks)
    {
        using var lab = new GradientLab(
            Texts.Circuit(
                Streams,
                $$"""
                "retina": { "reads": "image" }, {{Top}},
                "v1": { "shape": [2, 3, 3], "dynamics": "tanh(basal + lateral + bias)", "variables": { "bias": 0.1 } }
                """,
                $$"""
                "retina -> v1": { "patch": { "size": 3 } }, "v1 -> v1.lateral": {{wiring}}, "v1 -> top": {}
                """,
                Texts.Learning(2), ticks: ticks),
            Texts.Costs(Costs));
        lab.Check();
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["v1 -> v1.lateral"]));
    }

    private static double[] Gradient(GradientLab lab) => lab.Gradients()["retina -> v1"];

    private static GradientLab Local(string patch, string shape, string activation, string costs = Costs) => new(
        Texts.Circuit(
            Streams,
            $$""" "retina": { "reads": "image" }, "v1": { "shape": {{shape}}, "activation": "{{activation}}" }, {{Top}} """,
            $$""" "retina -> v1": { "patch": {{patch}} }, "v1 -> top": {} """,
            Texts.Learning(3)),
        Texts.Costs(costs));

    private static GradientLab Stack(string rule) => new(
        Texts.Circuit(
            Streams,
            $$"""
            "retina": { "reads": "image" }, "v1": { "shape": [3, 4, 4], "activation": "tanh" },
            "v2": { "shape": [4, 2, 2], "activation": "softplus" }, "v3": { "shape": [2, 2, 2], "activation": "tanh" }, {{Top}}
            """,
            """
            "retina -> v1": { "patch": { "size": 2, "shared": false } }, "v1 -> v2": { "patch": { "size": 3, "shared": false } },
            "v2 -> v3": { "patch": { "size": 1 }, "rule": "backprop" }, "v3 -> top": { "rule": "backprop" }
            """,
            Texts.Learning(3, rule)),
        Texts.Cost("cross_entropy(top, label)", area: "top"));

    private static GradientLab OneToOne(string from, string to, string rule, string wiring) => new(
        Texts.Circuit(
            Streams,
            $$"""
            "retina": { "reads": "image" }, "low": { {{Area(from)}}, "activation": "tanh" }, "v1": { {{Area(to)}}, "activation": "softplus" }, {{Top}}
            """,
            $$"""
            "retina -> low": { {{Patch(from, 4)}} }, "low -> v1": {{wiring}}, "low -> v1.extra": { {{Patch(to, 1, from)}} }, "v1 -> top": { "rule": "backprop" }
            """,
            Texts.Learning(3, rule)),
        Texts.Costs("""
            "v1": { "minimize": "mean(square(v1 - 0.25)) + 0 * mean(v1.extra)", "teaches": ["retina -> low", "low -> v1"] },
            "top": { "minimize": "0 * cross_entropy(top, label)" }
            """));

    private static string Area(string shape) => shape.Contains(',', StringComparison.Ordinal) ? $"\"shape\": {shape}" : $"\"units\": {shape.Trim('[', ']')}";

    /// <summary>A patch where both sides have places, so that the area lies site by site.</summary>
    private static string Patch(string shape, int size, string from = "[2, 5, 5]") =>
        shape.Contains(',', StringComparison.Ordinal) && from.Contains(',', StringComparison.Ordinal) ? $$""" "patch": { "size": {{size}} } """ : "";

    private static GradientLab Twins(string wiring, string from, string to, string teaches) => new(
        Texts.Circuit(
            $$""" "x": { "source": "host", "shape": {{from}} }, "y": { "source": "host", "shape": {{from}} } """,
            $$"""
            "left": { "reads": "x" }, "right": { "reads": "y" },
            "a": { {{Area(to)}}, "activation": "tanh" }, "b": { {{Area(to)}}, "activation": "tanh" }
            """,
            $$""" "right -> b": { "share": "left -> a" }, "left -> a": {{wiring}} """,
            Texts.Learning(3)),
        Texts.Cost("mean(square(a - b)) + mean(b)", area: "a", teaches: teaches));
}
