namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Shaped areas, shared patches, and banks that two projections use.</summary>
public sealed class ShapedGradientTests
{
    private const string Streams =
        """
        "image": { "source": "host", "shape": [1, 8, 8] }, "label": { "source": "host", "shape": [3] },
        "flat": { "source": "host", "shape": [288] }
        """;

    private const string Areas =
        """
        "retina": { "reads": "image" },
        "v1": { "shape": [8, 6, 6], "activation": "softplus" },
        "it": { "units": 5, "dynamics": "tanh(basal + bias)", "variables": { "bias": 0 } },
        "report": { "units": 3, "activation": "softmax" }
        """;

    private const string Projections =
        """
        "retina -> v1": { "patch": { "size": 3, "stride": 1, "shared": true } },
        "v1 -> it": {}, "it -> report": {}, "v1 -> retina.apical": {}
        """;

    /// <summary>Costs of the shaped area.</summary>
    public static TheoryData<string> Costs =>
    [
        "mean(square(retina.apical - retina))", "mean(abs(v1))", "sum(square(v1 - flat)) / 16", "var(v1)", "norm(v1)", "max(v1)", "min(v1)",
        "logsumexp(v1)", "cross_entropy(softmax(v1), softmax(flat))", "dot(softmax(v1), v1)", "sum(square(batch_mean(v1)))", "sum(batch_var(v1))",
        "mean(square(v1 - batch_mean(v1)))", "mean(v1 * v1.bias) + sum(square(v1.bias))", "mean(v1 * noise.normal(0, 1))", "dot(v1, flat) / 100",
        "mean(where(v1 > flat, square(v1), flat * v1))", "mean(v1) * mean(it)", "mean(max(v1, mean(v1)))", "sum(square(batch_sum(v1))) / 1000",
        "mean(square(v1 - max(v1)))", "mean(v1 / (1 + batch_var(v1)))", "mean(v1.basal * v1)",
        "let d = v1 - mean(v1) in mean(d * d) + mean(d * d * d)", "mean(v1 + previous(v1))", "mean(softmax(v1) * flat)",
        "sum(square(gram(v1))) / 1000000", "sum(gram(v1, flat)) / 1000", "mean(square(covariance(it, v1)))", "mean(outer(it, v1) * outer(it, flat))", "mean(tanh(outer(v1, it)))",
        "rank(v1, 7)", "mean(max(v1 - rank(v1, 20), 0))", "gather(v1, 100) + gather(v1, 287.5)", "mean(index(v1) * v1) / 100", "dot(sample(v1), v1)", "dot(one_hot(41, 288), v1)",
        "mean(batch_max(v1))", "mean(batch_min(v1) * v1)", "mean(trace(v1, 2) * v1)", "sum(square(weights('retina -> v1') * v1.bias))", "sum(square(weights('it -> report') - covariance(it, report)))",
        "entropy(softmax(v1))", "kl(softmax(flat), softmax(v1))", "bernoulli(sigmoid(v1), sigmoid(flat)) / 100", "bernoulli(sigmoid(v1 - 1), 1 - sigmoid(v1)) / 100", "similarity(it, v1) / 10000",
        "info_nce(v1, flat)", "gaussian(v1, 0.25, v1.bias) / 100", "hinge(v1, one_hot(17, 288))", "whiten(it)",
    ];

    [Theory]
    [MemberData(nameof(Costs))]
    public void SharedPatches_UnderACost_HaveTheGradientOfDifferences(string cost)
    {
        using var lab = new GradientLab(
            Texts.Circuit(Streams, Areas, Projections, Texts.Learning(3)),
            Texts.Costs($$"""
            "v1": { "minimize": "{{cost}}", "teaches": "upstream" },
            "report": { "minimize": "cross_entropy(report, label) + mean(square(retina.apical))", "teaches": "upstream" }
            """));
        lab.Samples = 2;
        lab.Check();
    }

    [Theory]
    [InlineData(2, 1, 0, 2, 7)]
    [InlineData(3, 2, 0, 3, 3)]
    [InlineData(3, 1, 1, 2, 8)]
    [InlineData(3, 3, 1, 4, 3)]
    [InlineData(8, 1, 0, 4, 1)]
    [InlineData(1, 1, 0, 1, 8)]
    public void Patches_OfEveryGeometry_HaveTheGradientOfDifferences(int size, int stride, int padding, int maps, int extent)
    {
        using var lab = new GradientLab(
            Texts.Circuit(
                Streams,
                $$"""
                "retina": { "reads": "image" }, "v1": { "shape": [{{maps}}, {{extent}}, {{extent}}], "activation": "softplus" },
                "v2": { "shape": [3, {{extent}}, {{extent}}], "activation": "tanh" }, "top": { "units": 3, "activation": "softmax" }
                """,
                $$"""
                "retina -> v1": { "patch": { "size": {{size}}, "stride": {{stride}}, "padding": {{padding}}, "shared": true } },
                "v1 -> v2": { "patch": { "size": 1 } }, "v2 -> top": {}, "v1 -> top": {}
                """,
                Texts.Learning(2)),
            Texts.Costs("""
            "v2": { "minimize": "mean(square(v2 - 0.25))", "teaches": "upstream" },
            "top": { "minimize": "cross_entropy(top, label)", "teaches": "upstream" }
            """));
        lab.Check();
    }

    [Theory]
    [InlineData("cross_entropy(v1, softmax(flat)) / 1000")]
    [InlineData("mean(log(v1) * flat) / 1000")]
    public void Softmax_OverTheSitesOfAnArea_IsLoggedExactly(string cost)
    {
        string areas = """
            "retina": { "reads": "image" }, "v1": { "shape": [8, 6, 6], "dynamics": "softmax(1000 * (basal + bias))", "variables": { "bias": 0 } }
            """;
        using var lab = new GradientLab(
            Texts.Circuit(Streams, areas, """ "retina -> v1": { "patch": { "size": 3, "stride": 1 } } """, Texts.Learning(2)),
            Texts.Cost(cost, area: "v1"));
        lab.Check();
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["retina -> v1"]));
    }

    [Fact]
    public void StackedPatches_ReadSiteMajorMaps()
    {
        using var lab = new GradientLab(
            Texts.Circuit(
                Streams,
                """
                "retina": { "reads": "image" }, "v1": { "shape": [2, 6, 6], "activation": "softplus" },
                "v2": { "shape": [3, 3, 3], "activation": "tanh" }, "top": { "units": 3, "activation": "softmax" }
                """,
                """
                "retina -> v1": { "patch": { "size": 3, "stride": 1 } }, "v1 -> v2": { "patch": { "size": 2, "stride": 2 } },
                "v2 -> top": {}, "top -> v1.apical": { "delay": 1 }
                """,
                Texts.Learning(2), ticks: 2),
            Texts.Costs("""
            "v1": { "minimize": "mean(square(v1 - v1.apical))", "teaches": "upstream" },
            "top": { "minimize": "cross_entropy(top, label) + mean(square(v2))", "teaches": "upstream" }
            """));
        lab.Check();
    }

    [Fact]
    public void DenseProjection_IntoAShapedArea_IsLaidOutOverItsSites()
    {
        using var lab = new GradientLab(
            Texts.Circuit(
                Streams,
                """
                "retina": { "reads": "image" }, "v1": { "shape": [8, 6, 6], "dynamics": "softplus(basal + 0.5 * lateral + bias)", "variables": { "bias": 0 } },
                "word": { "reads": "label" }
                """,
                """
                "retina -> v1": { "patch": { "size": 3, "stride": 1 } }, "word -> v1.lateral": {}
                """,
                Texts.Learning(2)),
            Texts.Cost("mean(square(v1 - flat))", area: "v1"));
        lab.Check();
    }

    [Theory]
    [InlineData("""[ "code", "code -> retina.apical" ]""")]
    [InlineData("\"upstream\"")]
    public void TransposedBank_OfBothUses_SumsTheirGradients(string teaches)
    {
        using var lab = new GradientLab(Tied(), Texts.Cost("mean(square(retina.apical - retina)) + mean(square(code))", area: "code", teaches: teaches));
        lab.Check();
    }

    [Theory]
    [InlineData("""[ "retina -> code" ]""", "retina.apical")]
    [InlineData("""[ "code -> retina.apical" ]""", "retina -> code")]
    public void TransposedBank_WithOneUseInScope_ReceivesOnlyThatUse(string teaches, string other)
    {
        using var one = new GradientLab(Tied(), Texts.Cost("mean(square(retina.apical - retina))", area: "code", teaches: teaches));
        using var both = new GradientLab(Tied(), Texts.Cost("mean(square(retina.apical - retina))", area: "code", teaches: "\"upstream\""));
        string rest = other == "retina.apical" ? """[ "code -> retina.apical" ]""" : """[ "retina -> code" ]""";
        using var two = new GradientLab(Tied(), Texts.Cost("mean(square(retina.apical - retina))", area: "code", teaches: rest));
        var (first, second, sum) = (one.Gradients()["retina -> code"], two.Gradients()["retina -> code"], both.Gradients()["retina -> code"]);
        Assert.NotEqual(0, GradientLab.Largest(first));
        for (int i = 0; i < sum.Length; i++)
            Assert.Equal(sum[i], first[i] + second[i], 1e-9);
    }

    [Fact]
    public void TransposedBank_UnderTwoCostsOfDifferentScopes_SumsWhatEachTeaches()
    {
        using var lab = new GradientLab(Tied(), Texts.Costs("""
            "code": { "minimize": "mean(square(code))", "teaches": ["code"] },
            "retina": { "minimize": "mean(square(retina.apical - retina))", "teaches": "upstream" }
            """));
        lab.Check();
    }

    [Theory]
    [InlineData("\"frozen\"", "")]
    [InlineData("\"backprop\"", "\"plastic\": false")]
    public void TransposedBank_OfAFixedProjection_StaysAsItIs(string rule, string fixedness)
    {
        using var lab = new GradientLab(
            Tied(rule, fixedness), Texts.Cost("mean(square(retina.apical - retina))", area: "code", teaches: "\"upstream\""));
        Assert.Equal(0, GradientLab.Largest(lab.Gradients()["retina -> code"]));
    }

    private static string Tied(string rule = "\"backprop\"", string fixedness = "") => Texts.Circuit(
        """ "image": { "source": "host", "shape": [6] } """,
        """ "retina": { "reads": "image" }, "code": { "units": 4, "activation": "tanh" } """,
        $$""" "retina -> code": { {{fixedness}} }, "code -> retina.apical": { "transpose": "retina -> code" } """,
        Texts.Learning(4, rule));
}
