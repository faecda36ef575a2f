using CostSociety.Language;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Every cost and activation of the library, and the pairs that are folded before differentiation.</summary>
public sealed class LibraryGradientTests
{
    private static readonly string[] _costs =
    [
        "mse(report, target)", "mae(report, target)", "l1(report)", "l2(report)", "sparse(report)", "l1(weights('retina -> hidden'))",
        "entropy(softmax(report))", "entropy(sigmoid(report))", "entropy(max(report, 0)) + mean(report)", "kl(softmax(target), softmax(report))",
        "kl(softmax(report), softmax(target))", "kl(softmax(report), sigmoid(target))", "kl(max(target, 0), softmax(report))",
        "bernoulli(sigmoid(report), sigmoid(target))", "bernoulli(sigmoid(report), step(target))", "bernoulli(clamp(report, 0.125, 0.875), sigmoid(target)) + mean(report)",
        "bernoulli(softmax(report), sigmoid(report))", "gaussian(report, target, 0.5)", "gaussian(report, target, report.bias)", "gaussian(report, target, mean(hidden))",
        "kl_normal(report, target)", "kl_normal(target, report)", "kl_normal(report, report.bias)", "attractor_energy(report, target)", "attractor_energy(report, tanh(report))",
        "hinge(report, one_hot(argmax(target), 3))", "hinge(report, one_hot(1, 3), 0.25)", "slow(report) + mean(report)", "predict(report, target)",
        "decorrelate(report)", "whiten(report)", "whiten(hidden)", "vicreg(report, target)", "vicreg(report, target * report, 5, 3, 2)",
        "imax(report, target)", "imax(report, tanh(report + target), 0.01)", "mean(correlation(report, target))",
        "barlow(report, target)", "barlow(report, tanh(report + target), 0.5)", "info_nce(report, target)", "info_nce(report, tanh(target * report), 0.5)",
        "similarity(report, target)", "similarity(report, hidden)", "contrastive(report, target, step(amount))", "contrastive(report, target, 0, 3)", "contrastive(report, 0, 1)",
        "square(td_error(mean(target), amount, 0.5, mean(report))) / 2",
    ];

    /// <summary>Activations with the gradient of something else.</summary>
    private static readonly string[] _surrogates = ["sign"];

    /// <summary>Every library cost, over several kinds of arguments.</summary>
    public static TheoryData<string> Costs => [.. _costs];

    /// <summary>Every library activation that is differentiated as it stands.</summary>
    public static TheoryData<string> Activations => [.. Library.Shipped.Activations.Keys.Except(_surrogates)];

    [Fact]
    public void Costs_OfTheLibrary_AreAllTested() =>
        Assert.All(Library.Shipped.Costs.Keys, name => Assert.Contains(_costs, c => c.Contains(name + "(", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Costs))]
    public void Cost_OfTheLibrary_HasTheGradientOfDifferences(string cost)
    {
        using var lab = new GradientLab(Texts.Layers(), Texts.Cost(cost));
        lab.Check();
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["retina -> hidden"]));
    }

    [Theory]
    [MemberData(nameof(Costs))]
    public void Cost_InAPartialBatch_CountsOnlyValidSamples(string cost)
    {
        using var lab = new GradientLab(Texts.Layers(batch: 5), Texts.Cost(cost), seed: 2) { Samples = 3 };
        lab.Check();
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
