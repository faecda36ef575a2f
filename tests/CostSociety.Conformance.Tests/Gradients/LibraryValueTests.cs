namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Every library cost against its equation, written out in loops, and values that are known by heart.</summary>
public sealed class LibraryValueTests
{
    private const int Batch = 5;
    private const int Units = 3;

    /// <summary>The equation of each cost: rows of a and b (the valid ones), the number of the sample, the value of its cost.</summary>
    private static readonly Dictionary<string, Func<double[][], double[][], int, double>> _equations = new()
    {
        ["mse(a, b)"] = (a, b, i) => Sum(u => Square(a[i][u] - b[i][u])) / Units,
        ["mae(a, b)"] = (a, b, i) => Sum(u => Math.Abs(a[i][u] - b[i][u])) / Units,
        ["l1(a)"] = (a, b, i) => Sum(u => Math.Abs(a[i][u])),
        ["l2(a)"] = (a, b, i) => Sum(u => Square(a[i][u])),
        ["sparse(a)"] = (a, b, i) => Sum(u => Math.Abs(a[i][u])) / Units,
        ["entropy(softmax(a))"] = (a, b, i) => -Sum(u => Softmax(a[i])[u] * Math.Log(Softmax(a[i])[u])),
        ["kl(softmax(a), softmax(b))"] = (a, b, i) => Sum(u => Softmax(a[i])[u] * Math.Log(Softmax(a[i])[u] / Softmax(b[i])[u])),
        ["kl(square(a), square(b))"] = (a, b, i) => Sum(u => Square(a[i][u]) * Math.Log(Square(a[i][u]) / Square(b[i][u]))),
        ["cross_entropy(softmax(a), softmax(b))"] = (a, b, i) => -Sum(u => Softmax(b[i])[u] * Math.Log(Softmax(a[i])[u])),
        ["bernoulli(sigmoid(a), sigmoid(b))"] = (a, b, i) =>
            -Sum(u => Sigmoid(b[i][u]) * Math.Log(Sigmoid(a[i][u])) + (1 - Sigmoid(b[i][u])) * Math.Log(1 - Sigmoid(a[i][u]))),
        ["bernoulli(tanh(square(a)), step(b))"] = (a, b, i) =>
            -Sum(u => b[i][u] > 0 ? Math.Log(Math.Tanh(Square(a[i][u]))) : Math.Log(1 - Math.Tanh(Square(a[i][u])))),
        ["gaussian(a, b, -0.5)"] = (a, b, i) =>
            -Sum(u => Math.Log(Math.Exp(-Square(a[i][u] - b[i][u]) / (2 * Math.Exp(0.5))) / Math.Sqrt(2 * Math.PI * Math.Exp(0.5)))),
        ["kl_normal(a, b)"] = (a, b, i) => Sum(u => KlNormal(a[i][u], b[i][u])),
        ["attractor_energy(a, b)"] = (a, b, i) => -Dot(a[i], b[i]) / 2,
        ["hinge(a, one_hot(1, 3))"] = (a, b, i) => Math.Max(0, Math.Max(a[i][0] + 1 - a[i][1], a[i][2] + 1 - a[i][1])),
        ["hinge(a, one_hot(argmax(b), 3), 0.25)"] = (a, b, i) =>
            Math.Max(0, Enumerable.Range(0, Units).Max(u => u == ArgMax(b[i]) ? 0 : a[i][u] + 0.25 - a[i][ArgMax(b[i])])),
        ["slow(a)"] = (a, b, i) => Sum(u => Square(a[i][u])) / Units,
        ["predict(a, b)"] = (a, b, i) => Sum(u => Square(a[i][u] - b[i][u])) / Units,
        ["decorrelate(a)"] = (a, b, i) => Pairs((j, k) => j == k ? 0 : Square(Covariance(a, a, j, k))) / 2,
        ["whiten(a)"] = (a, b, i) => Pairs((j, k) => Square(Covariance(a, a, j, k) - (j == k ? 1 : 0))),
        ["vicreg(a, b)"] = (a, b, i) => VicReg(a, b, i, 25, 25, 1),
        ["vicreg(0.25 * a, b, 2, 3, 4)"] = (a, b, i) => VicReg([.. a.Select(r => r.Select(v => v / 4).ToArray())], b, i, 2, 3, 4),
        ["imax(a, b)"] = (a, b, i) => Imax(a, b, 0.0001),
        ["imax(a, a + b, 0.01)"] = (a, b, i) => Imax(a, [.. a.Zip(b, (x, y) => x.Zip(y, (v, w) => v + w).ToArray())], 0.01),
        ["mean(correlation(a, b))"] = (a, b, i) => Sum(u => Covariance(a, b, u, u) / Math.Sqrt(Covariance(a, a, u, u) * Covariance(b, b, u, u))) / Units,
        ["average_precision(gather(a, 0), step(gather(b, 0)))"] = (a, b, i) => AveragePrecision([.. a.Select(r => r[0])], [.. b.Select(r => r[0] > 0)]),
        ["barlow(a, b)"] = (a, b, i) => Barlow(a, b, 0.005),
        ["barlow(a, a + b, 0.5)"] = (a, b, i) => Barlow(a, [.. a.Zip(b, (x, y) => x.Zip(y, (v, w) => v + w).ToArray())], 0.5),
        ["info_nce(a, b)"] = (a, b, i) => InfoNce(a, b, i, 0.1),
        ["info_nce(a, b, 2)"] = (a, b, i) => InfoNce(a, b, i, 2),
        ["similarity(a, b)"] = (a, b, i) => Enumerable.Range(0, a.Length).Average(j => Square(Dot(a[i], a[j]) - Dot(b[i], b[j]))),
        ["contrastive(a, b, step(sum(a)))"] = (a, b, i) => Contrastive(a, b, i, a[i].Sum() > 0 ? 1 : 0, 1),
        ["contrastive(a, b, 0.25, 3)"] = (a, b, i) => Contrastive(a, b, i, 0.25, 3),
        ["td_error(mean(a), mean(b), 0.5)"] = (a, b, i) => b[i].Average() + 0.5 * a[i].Average(),
        ["td_error(mean(a), 2)"] = (a, b, i) => 2 + 0.9 * a[i].Average(),
        ["td_error(mean(a), mean(b), 0.5, sum(b))"] = (a, b, i) => b[i].Average() + 0.5 * a[i].Average() - b[i].Sum(),
    };

    /// <summary>The costs, with all samples valid and with three of them.</summary>
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string cost in _equations.Keys)
                foreach (int samples in new[] { Batch, 3 })
                    cases.Add(cost, samples);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cost_OfRandomSamples_IsItsEquation(string cost, int samples)
    {
        double[][] a = Random(1), b = Random(2);
        double actual = Value(cost, samples, a, b);
        var (validA, validB) = (a[..samples], b[..samples]);
        double expected = Enumerable.Range(0, samples).Average(i => _equations[cost](validA, validB, i));
        Assert.Equal(expected, actual, 1e-5 * Math.Max(1, Math.Abs(expected)));
    }

    [Fact]
    public void Costs_OfTheLibrary_AllHaveAnEquation() => Assert.All(
        Language.Library.Shipped.Costs.Keys, name => Assert.Contains(_equations.Keys, c => c.StartsWith(name + "(", StringComparison.Ordinal)));

    [Theory]
    [InlineData("entropy(softmax(0 * a))", 1.0986122886681098)]
    [InlineData("entropy(one_hot(1, 3))", 0)]
    [InlineData("kl(softmax(a), softmax(a))", 0)]
    [InlineData("kl(one_hot(2, 3), softmax(0 * a))", 1.0986122886681098)]
    [InlineData("bernoulli(sigmoid(1000 + 0 * a), 1 + 0 * a)", 0)]
    [InlineData("bernoulli(sigmoid(1000 + 0 * a), 0 * a)", 3000)]
    [InlineData("bernoulli(sigmoid(-1000 + 0 * a), 1 + 0 * a)", 3000)]
    [InlineData("bernoulli(one_hot(1, 3), one_hot(1, 3))", 0)]
    [InlineData("gaussian(a, a, 0)", 2.756815599614018)]
    [InlineData("kl_normal(0 * a, 0 * a)", 0)]
    [InlineData("kl_normal(2 + 0 * a, 0 * a)", 6)]
    [InlineData("attractor_energy(one_hot(1, 3), 3 * one_hot(1, 3))", -1.5)]
    [InlineData("info_nce(one_hot(0, 3) + 0 * a, one_hot(2, 3) + 0 * a)", 1.6094379124341003)]
    [InlineData("similarity(a, -a)", 0)]
    [InlineData("vicreg(a, a, 1, 0, 0)", 0)]
    [InlineData("imax(a, -a, 0.000001) + imax(a, a, 0.000001)", 0)]
    [InlineData("imax(0 * a, 0 * b)", 0)]
    [InlineData("sum(correlation(a, 2 * a + 1))", 3)]
    [InlineData("sum(correlation(a, 0 * a))", 0)]
    [InlineData("average_precision(gather(a, 0), 1)", 1)]
    [InlineData("average_precision(gather(a, 0), 0)", 0)]
    [InlineData("contrastive(a, a, 1)", 0)]
    [InlineData("contrastive(a, a, 0, 2)", 2)]
    [InlineData("hinge(9 * one_hot(1, 3), one_hot(1, 3))", 0)]
    [InlineData("hinge(0 * a, one_hot(1, 3))", 1)]
    public void Cost_OfKnownArguments_IsKnown(string cost, double expected) =>
        Assert.Equal(expected, Value(cost, Batch, Random(1), Random(2)), 1e-5);

    [Fact]
    public void InfoNce_OfOrthogonalPairs_IsTheLogarithmOfItsPartition()
    {
        double[][] rows = [[2, 0, 0], [0, 3, 0], [0, 0, 0.5], [9, 9, 9], [9, 9, 9]];
        Assert.Equal(Math.Log(1 + 2 * Math.Exp(-1 / 0.5)), Value("info_nce(a, 2 * a, 0.5)", 3, rows, rows), 1e-6);
    }

    [Fact]
    public void Barlow_OfAViewWithItself_HasNoCostOnTheDiagonal()
    {
        double[][] rows = [[1, 1, 1], [-1, 1, -1], [1, -1, -1], [-1, -1, 1], [9, 9, 9]];
        Assert.Equal(0, Value("barlow(a, a)", 4, rows, rows), 1e-8);
        Assert.Equal(0, Value("whiten(a)", 4, rows, rows), 1e-8);
        Assert.Equal(12, Value("barlow(a, -a)", 4, rows, rows), 1e-3);
    }

    [Fact]
    public void SlowAndTemporalDifference_OfALaterStep_SeeTheStepBefore()
    {
        double[][] first = Random(3), second = Random(4);
        foreach (var (cost, expected) in new (string, Func<int, double>)[]
        {
            ("slow(a)", i => Sum(u => Square(second[i][u] - first[i][u])) / Units),
            ("td_error(mean(a), mean(b), 0.5)", i => second[i].Average() * 1.5 - first[i].Average()),
        })
        {
            using var lab = Lab(cost, first, first);
            lab.Society.Step(Batch);
            Set(lab, second, second);
            Assert.Equal(Enumerable.Range(0, Batch).Average(expected), lab.AllCosts(), 1e-6);
        }
    }

    [Theory]
    [InlineData("relu", 0, 0, 1.5)]
    [InlineData("leaky_relu", -0.02, 0, 1.5)]
    [InlineData("linear", -2, 0, 1.5)]
    [InlineData("hard_sigmoid", 1.0 / 6, 0.5, 0.75)]
    [InlineData("sign", -1, 0, 1)]
    [InlineData("tanh", -0.9640275800758169, 0, 0.9051482536448664)]
    [InlineData("sigmoid", 0.11920292202211755, 0.5, 0.8175744761936437)]
    [InlineData("softplus", 0.1269280110429726, 0.6931471805599453, 1.7014132779827524)]
    [InlineData("gelu", -0.0454023059, 0, 1.3995715769)]
    [InlineData("softmax", 0.0241, 0.1782, 0.7977)]
    public void Activation_OfKnownInputs_IsKnown(string activation, double ofMinusTwo, double ofZero, double ofOneAndAHalf)
    {
        double tolerance = activation == "softmax" ? 1e-3 : 1e-6;
        foreach (var (unit, expected) in new[] { (0, ofMinusTwo), (1, ofZero), (2, ofOneAndAHalf) })
        {
            using var lab = new GradientLab(
                Texts.Layers(report: $"\"activation\": \"{activation}\""), Texts.Cost($"gather(report, {unit})"));
            lab.Society.WriteWeights("hidden -> report", new float[15]);
            lab.Society.WriteWeights("report.bias", [-2, 0, 1.5f]);
            Assert.Equal(expected, lab.AllCosts(), tolerance);
        }
    }

    [Fact]
    public void Sign_UnderACost_PassesTheGradientStraightThroughBetweenMinusOneAndOne()
    {
        using var lab = new GradientLab(Texts.Layers(report: "\"activation\": \"sign\""), Texts.Cost("sum(report * target)"));
        lab.Society.WriteWeights("hidden -> report", new float[15]);
        lab.Society.WriteWeights("report.bias", [-2, 0.5f, 1.5f]);
        lab.Society.Set("target", [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
        Assert.Equal([0, 2, 0], lab.Gradients()["report.bias"].Select(g => Math.Round(g, 6)));
    }

    private static double Value(string cost, int samples, double[][] a, double[][] b)
    {
        using var lab = Lab(cost, a, b);
        lab.Samples = samples;
        return lab.AllCosts();
    }

    private static GradientLab Lab(string cost, double[][] a, double[][] b)
    {
        var lab = new GradientLab(
            Texts.Circuit(
                """ "a": { "source": "host", "shape": [3] }, "b": { "source": "host", "shape": [3] } """,
                """ "eye": { "reads": "a" }, "report": { "units": 1, "activation": "linear" } """, """ "eye -> report": {} """,
                Texts.Learning(Batch)),
            Texts.Cost(cost));
        Set(lab, a, b);
        return lab;
    }

    private static void Set(GradientLab lab, double[][] a, double[][] b)
    {
        lab.Society.Set("a", [.. a.SelectMany(r => r).Select(v => (float)v)]);
        lab.Society.Set("b", [.. b.SelectMany(r => r).Select(v => (float)v)]);
    }

    private static double[][] Random(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Batch).Select(_ => Enumerable.Range(0, Units).Select(_ => (double)(random.NextSingle() * 4 - 2)).ToArray())];
    }

    private static double VicReg(double[][] a, double[][] b, int i, double agree, double vary, double differ)
    {
        double Hinges(double[][] x) => Sum(u => Math.Max(0, 1 - Math.Sqrt(Covariance(x, x, u, u) + 0.0001))) / Units;
        double Others(double[][] x) => Pairs((j, k) => j == k ? 0 : Square(Covariance(x, x, j, k))) / Units;
        return agree * Sum(u => Square(a[i][u] - b[i][u])) / Units + vary * (Hinges(a) + Hinges(b)) / 2 + differ * (Others(a) + Others(b));
    }

    private static double Barlow(double[][] a, double[][] b, double off) => Pairs((j, k) =>
    {
        double c = Covariance(a, b, j, k) / Math.Sqrt((Covariance(a, a, j, j) + 0.00001) * (Covariance(b, b, k, k) + 0.00001));
        return j == k ? Square(1 - c) : off * c * c;
    });

    private static double Imax(double[][] a, double[][] b, double small) => Sum(u =>
    {
        double sum = Covariance(a, a, u, u) + Covariance(b, b, u, u), twice = 2 * Covariance(a, b, u, u);
        return -Math.Log((sum + twice + small) / (sum - twice + small)) / 2;
    }) / Units;

    /// <summary>Over the true ones from the highest score down: how many of those seen so far are true.</summary>
    private static double AveragePrecision(double[] scores, bool[] truths)
    {
        int seen = 0, right = 0;
        double sum = 0;
        foreach (bool truth in scores.Zip(truths).OrderByDescending(s => s.First).Select(s => s.Second))
        {
            seen++;
            if (truth)
                sum += (double)++right / seen;
        }
        return right == 0 ? 0 : sum / right;
    }

    private static double InfoNce(double[][] a, double[][] b, int i, double temperature)
    {
        double Similar(int j) => Dot(a[i], b[j]) / Math.Sqrt(Dot(a[i], a[i]) * Dot(b[j], b[j])) / temperature;
        return -Math.Log(Math.Exp(Similar(i)) / Enumerable.Range(0, b.Length).Sum(j => Math.Exp(Similar(j))));
    }

    /// <summary>The integral of q log(q / p) with q = N(mean, e^s) and p = N(0, 1), in small steps over ten deviations.</summary>
    private static double KlNormal(double mean, double s)
    {
        const int steps = 4000;
        double deviation = Math.Exp(s / 2), width = 20 * deviation / steps, sum = 0;
        for (int k = 0; k < steps; k++)
        {
            double z = -10 + 20 * (k + 0.5) / steps, x = mean + deviation * z;
            double q = Math.Exp(-z * z / 2) / (Math.Sqrt(2 * Math.PI) * deviation);
            sum += q * width * ((x * x - z * z) / 2 - s / 2);
        }
        return sum;
    }

    private static double Contrastive(double[][] a, double[][] b, int i, double same, double margin)
    {
        double d = Math.Sqrt(Sum(u => Square(a[i][u] - b[i][u])));
        return same * d * d / 2 + (1 - same) * Square(Math.Max(0, margin - d)) / 2;
    }

    private static double Covariance(double[][] a, double[][] b, int j, int k)
    {
        double meanA = a.Average(r => r[j]), meanB = b.Average(r => r[k]);
        return a.Zip(b).Average(r => (r.First[j] - meanA) * (r.Second[k] - meanB));
    }

    private static double Pairs(Func<int, int, double> value) => Sum(j => Sum(k => value(j, k)));

    private static double Sum(Func<int, double> value) => Enumerable.Range(0, Units).Sum(value);

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Square(double x) => x * x;

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static int ArgMax(double[] x) => Array.IndexOf(x, x.Max());

    private static double[] Softmax(double[] x) => [.. x.Select(v => Math.Exp(v) / x.Sum(Math.Exp))];
}
