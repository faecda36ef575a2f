namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Names mean what they mean where they stand.</summary>
public sealed class BindingTests
{
    [Fact]
    public void Let_AroundAParameter_DoesNotReachIntoTheParametersText()
    {
        using var lab = new GradientLab(
            Texts.Layers(), Texts.Cost("let epoch = mean(report) in size + 0 * epoch", parameters: "\"size\": \"epoch + 2\""));
        Assert.Equal(2, lab.AllCosts());
    }

    [Fact]
    public void Let_AroundACompartment_DoesNotReachIntoTheDynamicsThatFillIt()
    {
        string hidden = "\"dynamics\": \"tanh(basal + bias)\", \"variables\": { \"bias\": 0.125 }";
        string report = "\"dynamics\": \"let bias = 100 in basal\"";
        string streams = """ "image": { "source": "host", "shape": [4] }, "target": { "source": "host", "shape": [3] } """;
        string projections = """ "retina -> hidden": {}, "hidden -> report": {} """;
        string first = $$""" "retina": { "reads": "image" }, "hidden": { "units": 5, {{hidden}} }, "report": { "units": 3, {{report}} } """;
        string last = $$""" "retina": { "reads": "image" }, "report": { "units": 3, {{report}} }, "hidden": { "units": 5, {{hidden}} } """;
        using var expected = new GradientLab(Texts.Circuit(streams, first, projections), Texts.Cost("mean(square(hidden))"));
        using var actual = new GradientLab(Texts.Circuit(streams, last, projections), Texts.Cost("mean(square(hidden))"));
        Assert.Equal(expected.AllCosts(), actual.AllCosts(), 2e-2);
    }
}
