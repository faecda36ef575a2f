using CostSociety.Language;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>The derivative of every built-in function and operator, against central differences.</summary>
public sealed class FunctionGradientTests
{
    /// <summary>Costs that move with every parameter of the circuit, one function at a time.</summary>
    private static readonly string[] _smooth =
    [
        "mean(abs(report))", "sum(sqrt(square(report) + 0.5))", "sum(exp(report))", "sum(log(square(report) + 0.25))",
        "sum(tanh(report))", "sum(sigmoid(report))", "sum(softplus(report))", "sum(sin(report))", "sum(cos(report))",
        "sum(square(report))", "sum(clamp(report, -0.3, 0.4))", "sum(ramp(report, -5, 5))", "sum(ramp(report, -0.5, 0.5))",
        "sum(where(report > target, report, square(report)))", "sum(where(report > 0, square(report), 0))",
        "sum(where(target > 0, report, 1))", "sum(where(amount > 0, report, square(report)))",
        "sum(report)", "mean(report * report)", "max(report)", "sum(max(report, target))", "min(report)", "sum(min(report, target))",
        "sum(max(report, amount))", "sum(min(amount, report))", "max(report * target) + min(hidden)",
        "var(report)", "norm(report)", "dot(report, target)", "dot(report, report)", "logsumexp(report)", "logsumexp(20 * report)",
        "dot(softmax(report), target)", "sum(square(softmax(hidden)))", "sum(softmax(report) * softmax(target * report))",
        "cross_entropy(softmax(report), softmax(target))", "cross_entropy(softmax(target), softmax(report))",
        "cross_entropy(sigmoid(report), sigmoid(target))", "-sum(log(softmax(report)) * target)",
        "sum(square(batch_mean(report)))", "sum(square(report - batch_mean(report)))", "sum(batch_var(report))", "sum(square(batch_sum(report)))",
        "batch_mean(mean(square(report)))", "batch_var(mean(report))", "sum(square(report) / (batch_var(report) + 0.5))",
        "batch_sum(dot(report, target))", "dot(batch_mean(report), report)", "sum(square(batch_mean(hidden)))", "max(batch_mean(report))",
        "logsumexp(batch_mean(report))", "sum(square(softmax(batch_sum(report))))", "norm(batch_var(hidden))",
        "sum(report^2)", "sum(report^3)", "sum(report^4)", "sum((square(report) + 0.5)^0.5)", "sum((square(report) + 0.5)^-1)",
        "sum((square(report) + 0.5)^1.5)", "sum((square(report) + 0.5)^report)", "sum(2^report)", "sum((square(report) + 0.5)^amount)", "sum(report^1)",
        "sum(report / (square(target) + 1))", "sum(target / (square(report) + 1))", "sum(amount * report)", "amount * mean(report)",
        "sum(-report)", "sum(report - target)", "let x = square(report) in let y = x + target in sum(x * y)",
        "let m = mean(report) in sum(square(report - m))", "mean(hidden) * mean(report)", "sum(report.bias * report)", "sum(square(hidden.bias)) + mean(report)",
        "max(hidden.bias) + mean(report)", "sum(square(report.basal))", "valid * mean(square(report))", "sum(report * noise.normal(0, 1))",
        "sum(square(report - noise.uniform(-1, 1)))", "sum(report * noise.bernoulli(0.5))", "sum(noise.normal(report, exp(report)))",
        "sum(noise.uniform(report, square(report)))", "sum(report + previous(report)) ", "mean(report * previous(target, 2))",
        "sum(report * (report > 0 and target > 0))", "sum(report * (report > 0 or not (target <= 0)))", "sum(report * (target != 0))",
        "sum(report * sign(report))", "sum(report * floor(report))", "sum(report * step(target))", "argmax(report) * mean(square(report))",
        "sum(stop(target) * report)", "sum(as(square(report), square(report)))", "mean(report) * argmax(hidden)", "sum(min(max(report, -1), 1))",
        "sum(0 * report) + mean(report)", "logsumexp(0 * report) + mean(report)", "sum(report^0) * mean(report)",
        "mean(softmax(0 * report) * report)", "sum(cos(0 * hidden)) * mean(report)", "sum(square(report)) + 0 * mean(hidden)",
        "sum(square(report - max(report)))", "sum(report / norm(report))", "sum(square(report - logsumexp(report)))",
        "mean(square(report)) * batch_mean(mean(square(hidden)))", "mean(square(where(amount > 0, batch_mean(report), report)))",
        "mean(square(gram(report)))", "dot(gram(report, target), gram(target, report))", "sum(gram(report) * gram(hidden))", "sum(square(gram(mean(report))))",
        "logsumexp(where(gram(1) > 0, gram(report), -1e30))", "max(gram(report, target)) + rank(gram(hidden), 2)", "sum(gram(report.bias, report))",
        "sum(square(covariance(report)))", "sum(covariance(report, hidden) * covariance(report, hidden))", "mean(exp(covariance(hidden, target)))",
        "norm(covariance(report))", "sum(square(covariance(mean(report), report)))", "var(covariance(report))", "max(covariance(report)) - min(covariance(hidden))",
        "logsumexp(covariance(report))", "sum(square(softmax(covariance(report)) - covariance(report)))", "sum(covariance(report) * report.bias)",
        "dot(covariance(report), covariance(target)) * mean(report)", "sum(covariance(report, target) / (1 + square(covariance(target, report))))",
        "-sum(log(softmax(covariance(report))))", "sum(where(covariance(report) > 0.1, square(covariance(report)), 0)) + mean(report)",
        "sum(square(covariance(outer(report, target))))", "sum(square(outer(report, hidden)))", "sum(outer(report, report) * outer(target, target))",
        "mean(tanh(outer(report, amount)))", "mean(tanh(outer(amount, report)))", "sum(outer(report, outer(hidden, target)))", "max(outer(report, hidden.bias))",
        "sum(square(diagonal(covariance(report))))", "sum(square(off_diagonal(covariance(report))))", "diagonal(gram(report))", "sum(square(off_diagonal(gram(report))))",
        "rank(report, 2)", "sum(square(report - rank(report, 2)))", "rank(report * target, 1) + rank(hidden, 5)", "rank(covariance(report), 3)",
        "rank(report, 0) + rank(report, 99)", "rank(report, step + 1.5)", "rank(mean(report), 3)", "sum(max(report - rank(report, 2), 0))", "rank(batch_mean(report), 2)",
        "gather(report, 1)", "gather(report, argmax(target))", "gather(square(report), 2 * step(amount))", "gather(report, 7) + gather(report, -0.5) + mean(report)",
        "gather(report.bias, step(amount)) * mean(report)", "gather(mean(report), 0)", "gather(batch_mean(report), 2.75)",
        "dot(one_hot(argmax(target), 3), report)", "dot(one_hot(amount, 3), report) + mean(report)", "sum(one_hot(1, 3) * report)", "one_hot(0 * amount, 1) * mean(report)",
        "sum(index(report) * report)", "sum(index(covariance(report)) * covariance(report))", "count(report) * mean(report)", "count(covariance(report, hidden)) * mean(report)",
        "dot(sample(softmax(target)), report)", "dot(sample(square(report)), report)", "sample(amount) * mean(report)", "dot(sample(square(report.bias)), report)",
        "sum(square(trace(report, 4)))", "mean(trace(square(report), 1 + square(amount)))", "mean(trace(target, 2) * report)", "sum(square(trace(report, 1)))", "mean(trace(batch_mean(report), 3))",
        "sum(batch_max(report))", "sum(square(batch_min(report)))", "dot(batch_max(report), report)", "batch_max(mean(hidden)) - batch_min(mean(report))", "sum(batch_max(hidden.bias)) + mean(report)",
        "sum(square(weights('hidden -> report'))) + mean(report)", "mean(abs(weights('retina -> hidden.basal'))) + mean(report)",
        "amount * sum(square(weights('hidden -> report'))) + mean(report)", "norm(weights('retina -> hidden')) * mean(report)", "sum(weights('retina->hidden')) + mean(report)",
        "sum(square(weights('retina -> hidden') * hidden.bias)) + mean(report)", "sum(square(weights('hidden -> report') - 0.3 * index(weights('hidden -> report')))) + mean(report)",
        "max(weights('hidden -> report')) + mean(report)", "logsumexp(weights('hidden -> report')) + mean(report)", "var(weights('retina -> hidden')) + mean(report)",
        "sum(square(softmax(weights('hidden -> report')) - weights('hidden -> report'))) + mean(report)", "sum(covariance(hidden, report) * weights('hidden -> report'))",
        "sum(square(weights('hidden -> report') * sum(weights('retina -> hidden')))) + mean(report)", "sum(tanh(weights('hidden -> report'))) * dot(report, target)",
        "sum(square(weights('hidden -> report') * batch_mean(report)))", "sum(l2(weights('hidden -> report')) * report)",
    ];

    /// <summary>Costs without a gradient in any weight.</summary>
    private static readonly string[] _flat =
    [
        "sum(floor(report))", "sum(sign(report))", "sum(step(report))", "argmax(report)", "sum(report > target)", "sum(report == report)",
        "sum(stop(report))", "stop(sum(square(report)))", "sum(noise.bernoulli(sigmoid(report)))", "sum(previous(report))",
        "sum(as(square(report), target))", "sum(square(target))", "sum(0 * report)", "mean(previous(square(hidden), 3))",
        "sum(where(report > 0, 1, 0))", "sum(report^0)", "batch_mean(argmax(report))",
        "sum(index(report))", "sum(one_hot(argmax(report), 3))", "dot(sample(softmax(report)), target)", "count(report)", "stop(rank(report, 1))", "gather(target, argmax(report))",
        "sum(stop(gram(report)))", "sum(gram(target) + gram(1))", "mean(batch_max(stop(report)))", "sum(covariance(target))", "sum(outer(target, step(report)))",
        "sum(stop(weights('hidden -> report')))", "sum(weights('hidden -> report') > 0)", "mean(trace(stop(report), 2))", "td_error(mean(report), amount)",
    ];

    /// <summary>Costs with a gradient.</summary>
    public static TheoryData<string> Smooth => [.. _smooth];

    /// <summary>Costs without one.</summary>
    public static TheoryData<string> Flat => [.. _flat];

    [Theory]
    [MemberData(nameof(Smooth))]
    public void Function_OfActivities_HasTheGradientOfDifferences(string cost)
    {
        using var lab = new GradientLab(Texts.Layers(), Texts.Cost(cost));
        lab.Gradients();
        lab.Check();
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["retina -> hidden"]));
    }

    [Theory]
    [MemberData(nameof(Smooth))]
    public void Function_InAPartialBatch_CountsOnlyValidSamples(string cost)
    {
        using var lab = new GradientLab(Texts.Layers(batch: 5), Texts.Cost(cost), seed: 2);
        lab.Samples = 3;
        lab.Check();
    }

    [Theory]
    [MemberData(nameof(Flat))]
    public void Function_WithoutGradient_ChangesNothing(string cost)
    {
        using var lab = new GradientLab(Texts.Layers(), Texts.Cost(cost));
        lab.Gradients();
        Assert.All(lab.Gradients().Values, g => Assert.Equal(0, GradientLab.Largest(g)));
    }

    [Fact]
    public void Functions_OfTheTable_AreAllTested()
    {
        var texts = _smooth.Concat(_flat).ToList();
        Assert.All(Functions.Names, name => Assert.Contains(texts, t => t.Contains(name + "(", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("sum(max(report, report))", 3)]
    [InlineData("sum(min(report, report))", 3)]
    [InlineData("max(0 * report + stop(0 * report) + report - stop(report))", 1)]
    [InlineData("min(report - stop(report))", 1)]
    [InlineData("sum(max(report - stop(report), 0))", 3)]
    [InlineData("sum(max(0, report - stop(report)))", 0)]
    [InlineData("sum(min(report - stop(report), 0))", 3)]
    [InlineData("sum(abs(report - stop(report)))", 0)]
    public void Ties_OfEqualValues_GiveTheGradientToTheFirst(string cost, double expected)
    {
        using var lab = new GradientLab(Texts.Layers(), Texts.Cost(cost));
        Assert.Equal(expected, lab.Gradients()["report.bias"].Sum(), 1e-6);
    }

    [Fact]
    public void Norm_OfASilentArea_HasTheGradientZero()
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: "\"dynamics\": \"max(basal - 100, 0)\""), Texts.Cost("norm(hidden) + mean(square(report))"));
        Assert.All(lab.Gradients().Values.SelectMany(g => g), g => Assert.True(double.IsFinite(g)));
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["report.bias"]));
    }

    [Theory]
    [InlineData("sum(as(step(report), sigmoid(report)))", "sum(sigmoid(report))")]
    [InlineData("sum(square(report) * stop(report))", "sum(report^3) * 2 / 3")]
    [InlineData("sum(as(0, square(report)))", "sum(square(report))")]
    [InlineData("sum(as(target, mean(report)))", "3 * mean(report)")]
    [InlineData("mean(report) + stop(mean(square(hidden)))", "mean(report)")]
    [InlineData("sum(square(as(report, 3 * report)))", "3 * sum(square(report))")]
    [InlineData("sum(where(stop(report) > 0, report, stop(report)))", "sum(max(report, 0))")]
    [InlineData("predict(report, report * 0 + mean(hidden))", "mean(square(report - stop(mean(hidden))))")]
    [InlineData("square(td_error(mean(report), amount, 0.5, mean(hidden))) / 2", "mean(hidden) * stop(mean(hidden) - amount - 0.5 * mean(report))")]
    [InlineData("slow(report)", "mean(square(report - stop(previous(report))))")]
    [InlineData("rank(as(report, square(report)), 2)", "gather(square(report), argmax(report == rank(report, 2)))")]
    [InlineData("dot(as(sample(softmax(report)), softmax(report)), target)", "dot(softmax(report), target)")]
    [InlineData("sum(square(stop(weights('hidden -> report')))) + sum(weights('hidden -> report'))", "sum(weights('hidden -> report'))")]
    [InlineData("sum(square(weights('hidden -> report')))", "norm(weights('hidden -> report'))^2")]
    [InlineData("cross_entropy(stop(softmax(report)), sigmoid(report))", "-sum(sigmoid(report) * log(stop(softmax(report))))")]
    public void Surrogate_OfAValue_HasTheGradientOfItsMeaning(string cost, string equivalent)
    {
        using var actual = new GradientLab(Texts.Layers(), Texts.Cost(cost));
        using var expected = new GradientLab(Texts.Layers(), Texts.Cost(equivalent));
        var wanted = expected.Gradients();
        foreach (var (name, gradient) in actual.Gradients())
            Assert.All(gradient.Zip(wanted[name]), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Theory]
    [InlineData("sum(0 * report)", 0)]
    [InlineData("sum(report^0)", 3)]
    [InlineData("sum(cos(0 * report))", 3)]
    [InlineData("logsumexp(0 * report)", 1.0986122886681098)]
    [InlineData("max(softmax(0 * report))", 0.3333333333333333)]
    [InlineData("mean(exp(0 * report))", 1)]
    [InlineData("sum(exp(0 / report))", 3)]
    [InlineData("norm(report^0)", 1.7320508075688772)]
    [InlineData("dot(report^0, report^0)", 3)]
    [InlineData("sum(where(1, report^0, report))", 3)]
    [InlineData("sum(report - report + 1)", 3)]
    public void Constant_MadeOfASignal_KeepsItsUnits(string cost, double expected)
    {
        using var lab = new GradientLab(Texts.Layers(), Texts.Cost(cost));
        Assert.Equal(expected, lab.AllCosts(), 1e-6);
    }
}
