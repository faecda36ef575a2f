using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Costs that need products of signals, ranks, layouts of whole batches and weights: the SIMD executor learns like the oracle.</summary>
public sealed class SimdLanguageTests
{
    /// <summary>Costs of a wide area and a narrow one, on batches that do not fill a tile.</summary>
    public static TheoryData<string> Costs =>
    [
        "sum(square(gram(hidden))) / 100", "mean(square(gram(report, target)))", "diagonal(gram(hidden))", "sum(square(off_diagonal(gram(report))))",
        "sum(square(covariance(hidden)))", "sum(covariance(hidden, report) * covariance(hidden, report))", "max(covariance(hidden))", "norm(covariance(mean(hidden), report))",
        "mean(square(outer(hidden, report)))", "max(outer(report, amount * hidden))", "logsumexp(softmax(covariance(report)) * covariance(report))",
        "rank(hidden, 5) + rank(report, 1)", "mean(max(hidden - rank(hidden, 4), 0))", "gather(hidden, 18) * gather(report, argmax(target))",
        "dot(sample(softmax(target)), report)", "sum(square(trace(report, 4)))", "sum(batch_max(hidden)) - sum(batch_min(report))", "sum(index(hidden) * hidden) / 10",
        "info_nce(report, target)", "vicreg(report, target)", "barlow(report, target)", "whiten(hidden)", "similarity(hidden, report)", "decorrelate(hidden)",
        "bernoulli(sigmoid(report), sigmoid(target))", "entropy(softmax(report))", "kl(softmax(target), softmax(report))", "gaussian(report, target, report.bias)",
        "sum(square(weights('hidden -> report') - covariance(hidden, report)))", "sum(square(softmax(weights('retina -> hidden')))) + mean(report)",
        "max(weights('hidden -> report')) * mean(square(report))", "sum(abs(weights('retina -> hidden') * hidden.bias - index(weights('retina -> hidden')) / 100))",
    ];

    [Theory]
    [MemberData(nameof(Costs))]
    public void Step_OnTheSimdExecutor_LearnsLikeOnTheOracle(string cost)
    {
        using var exact = Build(cost, new OracleExecutor());
        using var one = Build(cost, new SimdExecutor(1));
        using var two = Build(cost, new SimdExecutor(2));
        foreach (var society in new[] { exact, one, two })
            Learn(society);
        foreach (string name in new[] { "retina -> hidden", "hidden -> report" })
        {
            var expected = Values(exact, name);
            Assert.All(expected.Zip(Values(one, name)), pair => Assert.Equal(pair.First, pair.Second, 2e-4 * Math.Max(1, Math.Abs(pair.First))));
            Assert.Equal(Values(one, name), Values(two, name));
        }
    }

    private static Society Build(string cost, IExecutor executor)
    {
        string circuit = Texts.Circuit(
            """
            "image": { "source": "host", "shape": [7] }, "target": { "source": "host", "shape": [3] }, "amount": { "source": "host", "shape": [1] }
            """,
            """
            "retina": { "reads": "image" }, "hidden": { "units": 19, "activation": "tanh" }, "report": { "units": 3, "activation": "linear" }
            """,
            """ "retina -> hidden": {}, "hidden -> report": {} """,
            """ "learning": { "update": { "kind": "sgd", "rate": 0.05 }, "batch": 21, "seed": 3 } """);
        return Society.Build(GradientLab.ParseCircuit(circuit, Texts.Cost(cost)), executor);
    }

    /// <summary>Three steps, the last with fewer samples.</summary>
    private static void Learn(Society society)
    {
        var random = new Random(6);
        foreach (int samples in new[] { 21, 21, 13 })
        {
            foreach (var stream in society.Circuit.Streams)
                society.Set(stream.Name, [.. Enumerable.Range(0, 21 * stream.Width).Select(_ => random.NextSingle() * 2 - 1)]);
            society.Step(samples);
        }
    }

    private static float[] Values(Society society, string name)
    {
        var tensor = society.ReadWeights(name);
        var values = new float[(int)tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }
}
