using CostSociety.Language;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Every cost and activation of the library, and the pairs that are folded before differentiation.</summary>
public sealed class LibraryGradientTests
{
    /// <summary>Every library cost, with as many arguments as it has parameters.</summary>
    public static TheoryData<string> Costs =>
        [.. Library.Shipped.Costs.Values.Select(d => $"{d.Name}({string.Join(", ", new[] { "report", "target", "hidden" }.Take(d.Parameters.Count))})")];

    /// <summary>Every library activation.</summary>
    public static TheoryData<string> Activations => [.. Library.Shipped.Activations.Keys];

    [Theory]
    [MemberData(nameof(Costs))]
    public void Cost_OfTheLibrary_HasTheGradientOfDifferences(string cost)
    {
        using var lab = new GradientLab(Texts.Layers(), Texts.Cost(cost));
        lab.Check();
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["retina -> hidden"]));
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Activation_OfAHiddenArea_HasTheGradientOfDifferences(string activation)
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: $"\"activation\": \"{activation}\""), Texts.Cost("mean(square(report - target)) + dot(hidden, hidden)"));
        lab.Check(lab.LearningCosts);
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["hidden.bias"]));
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Activation_OfAReadout_HasTheGradientOfDifferences(string activation)
    {
        using var lab = new GradientLab(
            Texts.Layers(report: $"\"activation\": \"{activation}\""), Texts.Cost("mse(report, target) + cross_entropy(report, softmax(target))"));
        lab.Scatter(0.5);
        lab.Check(lab.LearningCosts);
    }

    [Fact]
    public void CrossEntropy_OfExtremeLogits_StaysFiniteWithTheExactGradient()
    {
        using var lab = new GradientLab(
            Texts.Layers(report: "\"dynamics\": \"softmax(400 * (basal + bias))\", \"variables\": { \"bias\": 0 }"),
            Texts.Cost("cross_entropy(report, softmax(target)) / 400"));
        Assert.True(double.IsFinite(lab.AllCosts()));
        lab.Check();
    }

    [Fact]
    public void CrossEntropy_OfASoftmaxArea_HasProbabilityLessTargetAtItsBias()
    {
        using var lab = new GradientLab(Texts.Layers(report: "\"activation\": \"softmax\""), Texts.Cost("cross_entropy(report, target)"));
        lab.Society.Set("target", [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0]);
        var bias = lab.Gradients()["report.bias"];
        Assert.Equal(0, bias.Sum(), 1e-9);
        lab.Check();
    }
}
