using CostSociety.Costs;
using CostSociety.Data;
using CostSociety.Tests.Laws;
using Xunit.Abstractions;

namespace CostSociety.Tests.Theories;

/// <summary>
/// Similarity matching beside Oja's rule: how far the span of five filters is from that of the five largest principal components
/// of the digits, |P - P*|^2 / |P*|^2 with the projections P and P* onto both; and, after a swap of costs, whitening.
/// </summary>
public sealed class SubspaceTests(ITestOutputHelper output)
{
    private const int Inputs = 64;
    private const int Units = 5;
    private const int StepsOfAnEpoch = 41;
    private static readonly int[] _epochs = [1, 3, 15];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SimilarityMatching_OfDigits_SpansTheirFirstComponents(int seed)
    {
        double[] errors = ErrorsOf("similarity", seed);

        Assert.InRange(errors[1], 0, 0.05);
        Assert.InRange(errors[2], 0, 0.005);
        Assert.InRange(errors[0], 3 * errors[1], 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Oja_OfDigits_SpansTheirFirstComponents(int seed)
    {
        double[] errors = ErrorsOf("oja", seed);

        Assert.InRange(errors[2], 0, 0.005);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whitening_TakenOverFromSimilarity_MakesUnitsUncorrelatedWithVarianceOne(int seed)
    {
        var training = TrainingOf("similarity", seed);
        using var society = training.Steps(training.Build(), 3 * StepsOfAnEpoch);
        double before = Deviation(society, training);

        society.Swap(CostFile.Load(Repository.PathOf("circuits", "theories", "whitening.costs.json")));
        training.Steps(society, 30 * StepsOfAnEpoch);

        double after = Deviation(society, training);
        output.WriteLine($"seed {seed}: covariance less I from {before:0.000} to {after:0.000}, subspace error {Error(Filters(society), Components(training)):0.00000}");
        Assert.InRange(before, 0.2, 10);
        Assert.InRange(after, 0, 0.05);
    }

    /// <summary>Errors after 1, 3 and 15 passes over the digits.</summary>
    private double[] ErrorsOf(string name, int seed)
    {
        var training = TrainingOf(name, seed);
        using var society = training.Build();
        double[] errors = [.. _epochs.Select(e => Error(Filters(training.Steps(society, e * StepsOfAnEpoch - (int)society.Age)), Components(training)))];
        output.WriteLine($"{name}, seed {seed}: {string.Join(", ", errors.Zip(_epochs, (error, e) => $"{error:0.00000} after {e}"))}");
        return errors;
    }

    private static Training TrainingOf(string name, int seed) =>
        Training.Of(Repository.PathOf("circuits", "theories", $"{name}.circuit.json"), $"learning.seed={seed}");

    /// <summary>|C - I| / sqrt(K) of the covariance C of the settled code over the training rows.</summary>
    private static double Deviation(Society society, Training training)
    {
        double[][] filters = Filters(society);
        double[][] codes = [.. Images(training).Select(x => filters.Select(f => Dot(f, x)).ToArray())];
        double sum = 0;
        for (int i = 0; i < Units; i++)
            for (int j = 0; j < Units; j++)
                sum += Math.Pow(codes.Average(c => c[i] * c[j]) - (i == j ? 1 : 0), 2);
        return Math.Sqrt(sum / Units);
    }

    /// <summary>2 - 2 tr(P P*) / K.</summary>
    private static double Error(double[][] filters, double[][] components)
    {
        double[][] axes = Orthonormal(filters);
        return 2 - 2 * axes.Sum(a => components.Sum(c => Math.Pow(Dot(a, c), 2))) / Units;
    }

    /// <summary>The largest principal components of the training rows, which have no mean.</summary>
    private static double[][] Components(Training training)
    {
        double[] covariance = new double[Inputs * Inputs];
        foreach (double[] x in Images(training))
            for (int i = 0; i < Inputs * Inputs; i++)
                covariance[i] += x[i / Inputs] * x[i % Inputs];
        return SymmetricEigen.Of(covariance, Inputs).Vectors[..Units];
    }

    private static IEnumerable<double[]> Images(Training training) =>
        CircuitStreams.Open(training.Circuit).Values("image", DataSplit.Train).ToArray().Chunk(Inputs).Select(row => Array.ConvertAll(row, v => (double)v));

    /// <summary>What the units come to of an image: (1 + M)^-1 W, or W where there are no lateral weights.</summary>
    private static double[][] Filters(Society society)
    {
        double[][] rows = Rows(society, "retina -> code", Inputs);
        if (society.Circuit.Projections.All(p => p.Name != "code -> code.lateral"))
            return rows;
        double[][] lateral = Rows(society, "code -> code.lateral", Units);
        for (int i = 0; i < Units; i++)
            lateral[i][i] += 1;
        return Solve(lateral, rows);
    }

    private static double[][] Rows(Society society, string projection, int inputs)
    {
        var weights = society.ReadWeights(projection);
        return [.. Enumerable.Range(0, Units).Select(u => Enumerable.Range(0, inputs).Select(i => (double)weights[u, i]).ToArray())];
    }

    /// <summary>Gauss and Jordan: the rows that a times them gives b.</summary>
    private static double[][] Solve(double[][] a, double[][] b)
    {
        for (int p = 0; p < a.Length; p++)
        {
            double pivot = a[p][p];
            Scale(a[p], pivot);
            Scale(b[p], pivot);
            for (int r = 0; r < a.Length; r++)
                if (r != p)
                {
                    double factor = a[r][p];
                    Subtract(a[r], a[p], factor);
                    Subtract(b[r], b[p], factor);
                }
        }
        return b;
    }

    private static double[][] Orthonormal(double[][] rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Subtract(rows[i], rows[j], Dot(rows[i], rows[j]));
            Scale(rows[i], Math.Sqrt(Dot(rows[i], rows[i])));
        }
        return rows;
    }

    private static void Scale(double[] row, double divisor)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] /= divisor;
    }

    private static void Subtract(double[] row, double[] other, double factor)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] -= factor * other[i];
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
