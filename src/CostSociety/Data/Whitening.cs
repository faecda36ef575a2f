namespace CostSociety.Data;

/// <summary>
/// A linear map that makes the values of samples uncorrelated and of one variance: y = V (x - mean). ZCA keeps y as near
/// to x as it can be, so that pictures stay pictures; PCA gives the components, largest first.
/// </summary>
internal sealed class Whitening
{
    private readonly double[] _mean;
    private readonly float[] _matrix;

    private Whitening(double[] mean, float[] matrix) => (_mean, _matrix) = (mean, matrix);

    /// <summary>Values of a sample before.</summary>
    public int Inputs => _mean.Length;

    /// <summary>Values of a sample after.</summary>
    public int Outputs => _matrix.Length / _mean.Length;

    /// <summary>The map, [outputs, inputs].</summary>
    public ReadOnlySpan<float> Matrix => _matrix;

    /// <summary>The map that whitens the given rows; every eigenvalue l of their covariance is scaled by 1/sqrt(l + epsilon).</summary>
    /// <param name="values">Values, rows x width.</param>
    /// <param name="width">Values of a row.</param>
    /// <param name="rows">The rows to learn from.</param>
    /// <param name="epsilon">What is added to every eigenvalue.</param>
    /// <param name="components">Number of components for PCA, or 0 for ZCA.</param>
    public static Whitening Of(ReadOnlySpan<float> values, int width, ReadOnlySpan<int> rows, double epsilon, int components)
    {
        double[] mean = Mean(values, width, rows);
        var (eigenvalues, vectors) = SymmetricEigen.Of(Covariance(values, width, rows, mean), width);
        double[] gains = Array.ConvertAll(eigenvalues, l => l + epsilon > 0 ? 1 / Math.Sqrt(l + epsilon) : 0);
        return new Whitening(mean, components > 0 ? Pca(vectors, gains, components) : Zca(vectors, gains));
    }

    /// <summary>Whitens one sample.</summary>
    public void Apply(ReadOnlySpan<float> sample, Span<float> destination)
    {
        for (int o = 0; o < Outputs; o++)
        {
            double sum = 0;
            for (int i = 0; i < sample.Length; i++)
                sum += _matrix[o * Inputs + i] * (sample[i] - _mean[i]);
            destination[o] = (float)sum;
        }
    }

    /// <summary>What weights of whitened values read from the values before: w V.</summary>
    public float[] Through(ReadOnlySpan<float> weights)
    {
        var read = new double[Inputs];
        for (int o = 0; o < Outputs; o++)
            for (int i = 0; i < Inputs; i++)
                read[i] += weights[o] * _matrix[o * Inputs + i];
        return Array.ConvertAll(read, r => (float)r);
    }

    private static double[] Mean(ReadOnlySpan<float> values, int width, ReadOnlySpan<int> rows)
    {
        var mean = new double[width];
        foreach (int row in rows)
            for (int i = 0; i < width; i++)
                mean[i] += values[row * width + i] / (double)rows.Length;
        return mean;
    }

    private static double[] Covariance(ReadOnlySpan<float> values, int width, ReadOnlySpan<int> rows, double[] mean)
    {
        var covariance = new double[width * width];
        var centred = new double[width];
        foreach (int row in rows)
        {
            for (int i = 0; i < width; i++)
                centred[i] = values[row * width + i] - mean[i];
            for (int i = 0; i < width; i++)
                for (int j = 0; j <= i; j++)
                    covariance[i * width + j] += centred[i] * centred[j];
        }
        for (int i = 0; i < width; i++)
            for (int j = 0; j <= i; j++)
                covariance[j * width + i] = covariance[i * width + j] /= rows.Length;
        return covariance;
    }

    private static float[] Zca(double[][] vectors, double[] gains)
    {
        int n = gains.Length;
        var matrix = new double[n * n];
        for (int k = 0; k < n; k++)
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    matrix[i * n + j] += gains[k] * vectors[k][i] * vectors[k][j];
        return Array.ConvertAll(matrix, v => (float)v);
    }

    private static float[] Pca(double[][] vectors, double[] gains, int components) =>
        [.. Enumerable.Range(0, components).SelectMany(k => vectors[k].Select(v => (float)(gains[k] * v)))];
}
