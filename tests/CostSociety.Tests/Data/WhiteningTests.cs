using CostSociety.Data;
using CostSociety.Tests.Runs;
using CsCheck;

namespace CostSociety.Tests.Data;

public sealed class WhiteningTests
{
    [Fact]
    public void Eigen_OfAKnownMatrix_IsKnown()
    {
        var (values, vectors) = SymmetricEigen.Of([2, 1, 1, 2], 2);

        Assert.Equal([3, 1], values.Select(v => Math.Round(v, 9)));
        Assert.Equal(Math.Sqrt(0.5), Math.Abs(vectors[0][0]), 9);
        Assert.Equal(vectors[0][0], vectors[0][1], 9);
        Assert.Equal(-vectors[1][0], vectors[1][1], 9);
    }

    [Fact]
    public void Eigen_OfAnyCovariance_PutsItTogetherAgain()
    {
        (from n in Gen.Int[1, 8]
         from half in Gen.Double[-2, 2].Array[n * n]
         select (n, half)).Sample(p =>
         {
             double[] matrix = [.. Enumerable.Range(0, p.n * p.n).Select(e => Enumerable.Range(0, p.n).Sum(k => p.half[e / p.n * p.n + k] * p.half[e % p.n * p.n + k]))];
             var (values, vectors) = SymmetricEigen.Of(matrix, p.n);
             double worst = Enumerable.Range(0, p.n * p.n).Max(e =>
                 Math.Abs(matrix[e] - Enumerable.Range(0, p.n).Sum(k => values[k] * vectors[k][e / p.n] * vectors[k][e % p.n])));
             double skew = Enumerable.Range(0, p.n * p.n).Max(e =>
                 Math.Abs((e / p.n == e % p.n ? 1 : 0) - Enumerable.Range(0, p.n).Sum(k => vectors[e / p.n][k] * vectors[e % p.n][k])));
             return worst < 1e-8 * (1 + matrix.Max(Math.Abs)) && skew < 1e-8 && values.SequenceEqual(values.OrderDescending());
         }, iter: 200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Whitening_OfCorrelatedRows_MakesTheirCovarianceTheIdentity(int components)
    {
        float[] values = Correlated(2000);
        int[] rows = [.. Enumerable.Range(0, 2000)];
        var whitening = Whitening.Of(values, 3, rows, 0, components);

        var white = new float[values.Length];
        foreach (int row in rows)
            whitening.Apply(values.AsSpan(row * 3, 3), white.AsSpan(row * 3, 3));

        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                Assert.Equal(i == j ? 1 : 0, rows.Average(r => (double)white[r * 3 + i] * white[r * 3 + j]), 1e-3);
    }

    [Fact]
    public void Zca_Map_IsSymmetric()
    {
        float[] map = Whitening.Of(Correlated(500), 3, [.. Enumerable.Range(0, 500)], 0.1, 0).Matrix.ToArray();

        Assert.Equal(map[1], map[3], 1e-5f);
        Assert.Equal(map[2], map[6], 1e-5f);
        Assert.Equal(map[5], map[7], 1e-5f);
    }

    [Fact]
    public void Epsilon_OnAKnownVariance_GivesTheKnownGain()
    {
        float[] values = [2, -2, 2, -2];

        var whitening = Whitening.Of(values, 1, [0, 1, 2, 3], 5, 0);

        Assert.Equal(1 / Math.Sqrt(4 + 5), whitening.Matrix[0], 1e-6);
        Assert.Equal(1 / 3f * 7, whitening.Through([7])[0], 1e-5f);
    }

    [Fact]
    public void Through_Weights_GiveTheSameSumOnPixels()
    {
        float[] values = Correlated(500), white = new float[3], weights = [1, -2, 0.5f];
        var whitening = Whitening.Of(values, 3, [.. Enumerable.Range(0, 500)], 0.1, 0);
        float[] through = whitening.Through(weights);
        double Answer(int row)
        {
            whitening.Apply(values.AsSpan(row * 3, 3), white);
            return white.Zip(weights, (a, b) => (double)a * b).Sum();
        }

        double Direct(int row) => values.AsSpan(row * 3, 3).ToArray().Zip(through, (a, b) => (double)a * b).Sum();

        Assert.Equal(Answer(7) - Answer(3), Direct(7) - Direct(3), 1e-4);
    }

    [Fact]
    public void Patches_OfPhotographs_AreWhiteAndTheSameForOneSeed()
    {
        using var folder = new TemporaryFolder();
        string source = """{ "png": "PATH", "patch": 6, "count": 2000, "whiten": "zca", "epsilon": 0, "seed": 3 }"""
            .Replace("PATH", Repository.PathOf("circuits", "natural-images", "photographs").Replace("\\", "/"));

        var first = DataFiles.Circuit(folder, source, """ "x": { "source": "mine", "field": "image" } """).Sources[0].Data.Open();
        var again = DataFiles.Circuit(folder, source, """ "x": { "source": "mine", "field": "image" } """).Sources[0].Data.Open();
        var other = DataFiles.Circuit(folder, source.Replace("\"seed\": 3", "\"seed\": 4"), """ "x": { "source": "mine", "field": "image" } """).Sources[0].Data.Open();

        Assert.True(first.Values("image").SequenceEqual(again.Values("image")));
        Assert.False(first.Values("image").SequenceEqual(other.Values("image")));
        Assert.Equal((1600, 400), (first.TrainRows.Count, first.TestRows.Count));
        float[] values = first.Values("image").ToArray();
        double Covariance(int i, int j) => first.TrainRows.Average(r => (double)values[r * 36 + i] * values[r * 36 + j]);
        Assert.InRange(Covariance(14, 14), 0.9, 1.05);
        Assert.InRange(Covariance(14, 15), -0.1, 0.1);
    }

    [Fact]
    public void Patches_NotWhitened_HaveMeanZeroAndDeviationOne()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.png"], PngImageTests.Encode(9, 9, 0, [.. Enumerable.Range(0, 81).Select(i => (byte)(i * 37))], new int[9]));

        float[] patch = DataFiles.Circuit(folder, """{ "png": ".", "patch": 4, "count": 10 }""", """ "x": { "source": "mine", "field": "image" } """)
            .Sources[0].Data.Open().Values("image")[..16].ToArray();

        Assert.Equal(0, patch.Average(), 1e-5);
        Assert.Equal(1, Math.Sqrt(patch.Average(p => (double)p * p)), 1e-5);
    }

    [Fact]
    public void Patches_OfADullPicture_AreRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.png"], PngImageTests.Encode(9, 9, 0, new byte[81], new int[9]));
        var source = DataFiles.Circuit(folder, """{ "png": ".", "patch": 4 }""", """ "x": { "source": "mine", "field": "image" } """).Sources[0].Data;

        Assert.Contains("no patch with a standard deviation of 8 or more", Assert.Throws<InvalidDataException>(source.Open).Message, StringComparison.Ordinal);
    }

    /// <summary>Three values a row: two that go together, one apart.</summary>
    private static float[] Correlated(int rows)
    {
        var random = new Random(5);
        var values = new float[rows * 3];
        for (int i = 0; i < rows; i++)
        {
            double a = random.NextDouble(), b = random.NextDouble(), c = random.NextDouble();
            (values[i * 3], values[i * 3 + 1], values[i * 3 + 2]) = ((float)(a + 5), (float)(2 * a + b), (float)c);
        }
        return values;
    }
}
