namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Matrices, ranks, traces and draws against their definitions, and batches with samples that do not count.</summary>
public sealed class MatrixValueTests
{
    private const int Batch = 4;

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    [InlineData(1)]
    public void Gram_OfTwoSignals_IsTheirDotProductsAndZeroForInvalidSamples(int samples)
    {
        for (int j = 0; j < Batch; j++)
            for (int i = 0; i < samples; i++)
            {
                using var lab = Lab($"amount * gather(gram(target, square(target)), {j})", samples);
                lab.Society.Set("amount", OneHot(i));
                var t = Target(lab);
                double expected = j < samples ? Enumerable.Range(0, 3).Sum(u => t[i][u] * t[j][u] * t[j][u]) : 0;
                Assert.Equal(expected / samples, lab.AllCosts(), 1e-6);
            }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public void Covariance_OfASample_IsTheMeanOfProductsOfDistances(int samples)
    {
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 4; j++)
            {
                using var lab = Lab($"let c = covariance(target, image) in sum(where(index(c) == {4 * i + j}, c, 0))", samples);
                var (t, x) = (Target(lab), Image(lab));
                double mt = Mean(samples, b => t[b][i]), mx = Mean(samples, b => x[b][j]);
                Assert.Equal(Mean(samples, b => (t[b][i] - mt) * (x[b][j] - mx)), lab.AllCosts(), 1e-6);
            }
    }

    [Fact]
    public void Covariance_OfAKnownSample_IsKnown()
    {
        using var lab = Lab("sum(index(covariance(target)) * covariance(target))", 2);
        lab.Society.Set("target", [1, 2, 3, 3, 2, -1, 9, 9, 9, -77, 0, 0]);
        Assert.Equal((0 * 1) + (2 * -2) + (6 * -2) + (8 * 4), lab.AllCosts(), 1e-5);
    }

    [Fact]
    public void Outer_OfTwoSignals_IsEveryProductOfTheirUnits()
    {
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 4; j++)
            {
                using var lab = Lab($"sum(outer(one_hot({i}, 3) * target, one_hot({j}, 4) * image) * outer(target * 0 + 1, image))", 4);
                var (t, x) = (Target(lab), Image(lab));
                Assert.Equal(Mean(4, b => t[b][i] * x[b][j] * x[b][j]), lab.AllCosts(), 1e-6);
            }
    }

    [Fact]
    public void Outer_LaidFlat_NumbersTheUnitsOfTheSecondFirst()
    {
        using var lab = Lab("gather(outer(target, image), 3 * 2 + 1)", 4);
        var (t, x) = (Target(lab), Image(lab));
        Assert.Equal(Mean(4, b => t[b][1] * x[b][2]), lab.AllCosts(), 1e-6);
    }

    [Theory]
    [InlineData("1", 3)]
    [InlineData("2", 1)]
    [InlineData("3", 1)]
    [InlineData("3.9", 1)]
    [InlineData("4", -2)]
    [InlineData("0", 3)]
    [InlineData("99", -2)]
    [InlineData("step + 2", 1)]
    public void Rank_OfKnownUnits_IsTheKthLargest(string k, double expected)
    {
        using var lab = Lab($"rank(image, {k})", 1);
        lab.Society.Set("image", [1, 3, -2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(expected, lab.AllCosts());
    }

    [Fact]
    public void Rank_OfTies_GivesTheGradientToTheLowerUnit()
    {
        using var second = Lab("rank(report - stop(report), 2)", 4);
        var gradient = second.Gradients()["report.bias"];
        Assert.Equal([0, 1, 0], gradient.Select(g => Math.Round(g, 6)));
    }

    [Theory]
    [InlineData("gather(image, 2)", 7)]
    [InlineData("gather(image, 2.9)", 7)]
    [InlineData("gather(image, -0.1)", 0)]
    [InlineData("gather(image, 4)", 0)]
    [InlineData("gather(image, 0 / 0)", 0)]
    [InlineData("sum(index(image) * image)", 4 + 14 - 3)]
    [InlineData("count(image)", 4)]
    [InlineData("count(covariance(image, target))", 12)]
    [InlineData("dot(one_hot(1.5, 4), image)", 4)]
    [InlineData("sum(one_hot(7, 4))", 0)]
    [InlineData("diagonal(gram(image))", 9 + 16 + 49 + 1)]
    [InlineData("sum(off_diagonal(gram(image)))", 0)]
    [InlineData("batch_max(gather(image, 3))", -1)]
    [InlineData("batch_min(gather(image, 2))", 7)]
    public void Function_OfKnownUnits_HasItsValue(string cost, double expected)
    {
        using var lab = Lab(cost, 1);
        lab.Society.Set("image", [3, 4, 7, -1, 9, 9, 9, 9, -9, -9, -9, -9, 77, 1, 1, 1]);
        Assert.Equal(expected, lab.AllCosts(), 1e-6);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    public void BatchMax_OverValidSamples_IsTheLargestOfEveryUnit(int samples)
    {
        using var lab = Lab("dot(batch_max(target), target * 0 + 1 + index(target)) - sum(batch_min(target))", samples);
        var t = Target(lab);
        double expected = Enumerable.Range(0, 3).Sum(u => (u + 1) * t.Take(samples).Max(r => r[u]) - t.Take(samples).Min(r => r[u]));
        Assert.Equal(expected, lab.AllCosts(), 1e-6);
    }

    [Fact]
    public void Trace_InACost_IsTheRunningMeanOfItsLane()
    {
        using var lab = Lab("mean(trace(target, 4))", 4);
        var y = new double[12];
        for (int step = 0; step < 4; step++)
        {
            lab.SetRandomStreams();
            var values = lab.Normals(12);
            lab.Society.Set("target", values);
            for (int i = 0; i < 12; i++)
                y[i] += (values[i] - y[i]) / 4;
            Assert.Equal(y.Average(), lab.AllCosts(), 1e-6);
            lab.Gradients();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Trace_InDynamics_GoesOnEveryTick(int ticks)
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: "\"dynamics\": \"activity = trace(1 + 0 * basal, 2)\"", ticks: ticks), Texts.Cost("mean(hidden)"));
        for (int step = 1; step <= 3; step++)
        {
            Assert.Equal(1 - Math.Pow(0.5, step * ticks), lab.AllCosts(), 1e-6);
            lab.Gradients();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Trace_InDynamics_HasTheUnrolledGradient(int ticks)
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: "\"dynamics\": \"activity = tanh(basal + trace(basal * basal, 1.5) + trace(basal, 3))\"", ticks: ticks),
            Texts.Cost("mean(square(report - target)) + mean(square(trace(hidden, 2)))"));
        lab.Check();
        lab.Gradients();
        lab.SetRandomStreams();
        lab.Check();
    }

    [Fact]
    public void Sample_OfProbabilities_DrawsEveryUnitAsOftenAsItsProbability()
    {
        const int Draws = 1500;
        using var lab = Lab("sum(2 ^ index(target) * sample(target))", 1);
        lab.Society.Set("target", [0.5f, 0, 1.5f, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        int last = 0;
        for (int i = 0; i < Draws; i++)
        {
            double unit = lab.AllCosts();
            Assert.True(unit is 1 or 4, $"drew 2^{Math.Log2(unit)}");
            last += unit == 4 ? 1 : 0;
            lab.Society.Step(1);
        }
        Assert.InRange(last, 0.75 * Draws - 5 * Math.Sqrt(Draws * 0.1875), 0.75 * Draws + 5 * Math.Sqrt(Draws * 0.1875));
    }

    [Fact]
    public void Sample_OfEachSample_IsDrawnOnItsOwn()
    {
        using var lab = new GradientLab(Texts.Layers(batch: 64), Texts.Cost("sum(index(target) * sample(batch_mean(0 * target + 1)))"));
        double mean = lab.AllCosts();
        Assert.InRange(mean, 0.5, 1.5);
        Assert.NotEqual(mean, Math.Round(mean));
    }

    [Theory]
    [InlineData("sum(square(gram(report, target)))")]
    [InlineData("sum(gram(target, target)) * mean(report)")]
    [InlineData("norm(covariance(report, target))")]
    [InlineData("dot(batch_max(report), batch_min(target))")]
    [InlineData("info_nce(report, target)")]
    [InlineData("vicreg(report, target)")]
    [InlineData("barlow(report, target)")]
    [InlineData("whiten(report)")]
    [InlineData("similarity(report, target)")]
    public void InvalidSamples_OfAnySize_ChangeNeitherValueNorGradient(string cost)
    {
        using var clean = Lab(cost, 3);
        double value = clean.AllCosts();
        var expected = clean.Gradients();
        using var dirty = Lab(cost, 3);
        dirty.Society.Set("target", [.. Flat(Target(dirty)).Take(9), 1e4f, -1e7f, 3]);
        Assert.Equal(value, dirty.AllCosts());
        foreach (var (name, gradient) in dirty.Gradients())
            Assert.Equal(expected[name], gradient);
    }

    private static GradientLab Lab(string cost, int samples)
    {
        var lab = new GradientLab(Texts.Layers(), Texts.Cost(cost), seed: 7);
        var random = new Random(5);
        foreach (var (name, width) in new[] { ("target", 3), ("image", 4), ("amount", 1) })
            lab.Society.Set(name, [.. Enumerable.Range(0, Batch * width).Select(_ => random.NextSingle() * 4 - 2)]);
        lab.Samples = samples;
        return lab;
    }

    private static double[][] Target(GradientLab lab) => Rows(lab, 0, 3);

    private static double[][] Image(GradientLab lab) => Rows(lab, 12, 4);

    /// <summary>What <see cref="Lab"/> drew for a stream.</summary>
    private static double[][] Rows(GradientLab lab, int skip, int width)
    {
        Assert.Equal(Batch, lab.Society.BatchSize);
        var random = new Random(5);
        var numbers = Enumerable.Range(0, skip + Batch * width).Select(_ => (double)(random.NextSingle() * 4 - 2)).ToArray();
        return [.. numbers.Skip(skip).Chunk(width)];
    }

    private static IEnumerable<float> Flat(double[][] rows) => rows.SelectMany(r => r).Select(v => (float)v);

    private static float[] OneHot(int sample) => [.. Enumerable.Range(0, Batch).Select(b => b == sample ? 1f : 0)];

    private static double Mean(int samples, Func<int, double> value) => Enumerable.Range(0, samples).Average(value);
}
