namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Gains, clamps and plasticity of cost files against finite differences and closed forms.</summary>
public sealed class ModulationGradientTests
{
    private const string Draw = "mean(square(report - target))";

    [Theory]
    [InlineData(""" "gains": { "hidden": "1.5" } """)]
    [InlineData(""" "gains": { "hidden": "amount" } """)]
    [InlineData(""" "gains": { "hidden": "where(unit == 2, 0, unit)" } """)]
    [InlineData(""" "gains": { "hidden": "hidden" } """)]
    [InlineData(""" "gains": { "image": "amount", "hidden -> report": "unit + 1" } """)]
    [InlineData(""" "modulators": { "drive": "mean(hidden)" }, "gains": { "report": "1 + drive", "hidden -> report": "drive * unit" } """)]
    [InlineData(""" "clamps": { "hidden": "where(unit < 3, hidden, amount)" } """)]
    [InlineData(""" "clamps": { "report": "0.5 * report + 0.5 * target" }, "gains": { "report": "mean(hidden)" } """)]
    public void Signals_ThatAreModulated_HaveTheGradientOfWhatTheyShow(string modulation)
    {
        using var lab = new GradientLab(Texts.Layers(), Costs(modulation));
        lab.Check();
        Assert.All(lab.Gradients().Values, g => Assert.NotEqual(0, GradientLab.Largest(g)));
    }

    [Theory]
    [InlineData(""" "gains": { "hidden": "0.5 + 0.1 * amount", "hidden -> report": "0.5" } """)]
    [InlineData(""" "modulators": { "drive": "mean(hidden)" }, "gains": { "report": "1 + drive" } """)]
    public void Signals_OverSeveralTicks_AreModulatedInEach(string modulation)
    {
        using var lab = new GradientLab(Texts.Layers(hidden: "\"dynamics\": \"v = 0.5 * v + basal; activity = tanh(v + bias)\", \"variables\": { \"bias\": 0.125 }", ticks: 3), Costs(modulation));
        lab.Check();
        lab.Gradients();
        lab.Check();
    }

    [Fact]
    public void Gain_OfAShapedArea_HasItsGradient()
    {
        string circuit = Texts.Circuit(
            """ "image": { "source": "host", "shape": [1, 4, 4] }, "target": { "source": "host", "shape": [3] }, "amount": { "source": "host", "shape": [1] } """,
            """ "retina": { "reads": "image" }, "hidden": { "shape": [2, 2, 2], "dynamics": "tanh(basal + bias)", "variables": { "bias": 0.1 } }, "report": { "units": 3, "dynamics": "basal" } """,
            """ "retina -> hidden": { "patch": { "size": 3 } }, "hidden -> report": {} """);
        using var lab = new GradientLab(circuit, Costs(""" "gains": { "hidden": "unit * amount", "retina -> hidden": "where(unit > 2, 2, 1)", "image": "index(image) > 1" } """));
        lab.Check();
    }

    [Fact]
    public void Plasticity_OfASample_ScalesItsShareOfTheGradient()
    {
        using var lab = new GradientLab(Texts.Layers(), Costs(""" "plasticity": { "hidden": "amount" } """));
        using var weighed = new GradientLab(Texts.Layers(), Texts.Cost($"amount * {Draw}"));
        using var plain = new GradientLab(Texts.Layers(), Texts.Cost(Draw));
        var (actual, expected, other) = (lab.Gradients(), weighed.Gradients(), plain.Gradients());
        Same(expected["retina -> hidden"], actual["retina -> hidden"]);
        Same(expected["hidden.bias"], actual["hidden.bias"]);
        Same(other["hidden -> report"], actual["hidden -> report"]);
    }

    [Fact]
    public void Plasticity_OfAnAreaAndItsProjection_Multiply()
    {
        using var lab = new GradientLab(Texts.Layers(), Costs(""" "plasticity": { "hidden": 0.5, "retina -> hidden": "amount" } """));
        using var weighed = new GradientLab(Texts.Layers(), Texts.Cost($"0.5 * amount * {Draw}"));
        Same(weighed.Gradients()["retina -> hidden"], lab.Gradients()["retina -> hidden"]);
    }

    [Fact]
    public void Plasticity_OfACostOfWeights_CountsByItsMean()
    {
        using var lab = new GradientLab(Texts.Layers(), Costs(""" "plasticity": { "hidden": "amount" } """, "sum(square(weights('retina -> hidden')))"));
        using var weighed = new GradientLab(Texts.Layers(), Texts.Cost("amount * sum(square(weights('retina -> hidden')))"));
        Same(weighed.Gradients()["retina -> hidden"], lab.Gradients()["retina -> hidden"]);
    }

    [Fact]
    public void Rates_ScaleTheStep()
    {
        using var lab = new GradientLab(Texts.Layers(), Costs(""" "rates": { "hidden": "0.25 * (1 + 1)", "hidden -> report": 3 } """));
        using var plain = new GradientLab(Texts.Layers(), Texts.Cost(Draw));
        var (actual, expected) = (lab.Gradients(), plain.Gradients());
        Same([.. expected["retina -> hidden"].Select(g => 0.5 * g)], actual["retina -> hidden"]);
        Same([.. expected["hidden -> report"].Select(g => 3 * g)], actual["hidden -> report"]);
        Same(expected["report.bias"], actual["report.bias"]);
    }

    private static string Costs(string modulation, string minimize = Draw) => $$"""
        { "format": 1, {{modulation}}, "costs": { "report": { "minimize": "{{minimize}}", "teaches": "upstream" } } }
        """;

    private static void Same(double[] expected, double[] actual)
    {
        Assert.NotEqual(0, GradientLab.Largest(expected));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
    }
}
