using System.Numerics.Tensors;

namespace CostSociety.Data;

/// <summary>
/// Eigenvectors of a covariance matrix (symmetric, no negative eigenvalue) by one-sided Jacobi rotations: rows are turned
/// in pairs until all are orthogonal; then row i is eigenvalue i times eigenvector i.
/// </summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;
    private const double Orthogonal = 1e-12;

    /// <summary>Eigenvalues, largest first, and eigenvectors of length 1 as rows.</summary>
    /// <param name="matrix">The matrix, n x n.</param>
    /// <param name="n">Its size.</param>
    public static (double[] Values, double[][] Vectors) Of(ReadOnlySpan<double> matrix, int n)
    {
        double shift = Shift(matrix, n);
        var rows = new double[n][];
        for (int i = 0; i < n; i++)
        {
            rows[i] = matrix.Slice(i * n, n).ToArray();
            rows[i][i] += shift;
        }
        for (int sweep = 0; sweep < MostSweeps && Sweep(rows); sweep++)
        {
        }
        return Sorted(rows, shift);
    }

    /// <summary>A small part of the mean eigenvalue on the diagonal, so that no row becomes 0 and loses its direction.</summary>
    private static double Shift(ReadOnlySpan<double> matrix, int n)
    {
        double trace = 0;
        for (int i = 0; i < n; i++)
            trace += matrix[i * n + i];
        return trace > 0 ? 1e-3 * trace / n : 1;
    }

    private static bool Sweep(double[][] rows)
    {
        bool turned = false;
        for (int p = 0; p < rows.Length; p++)
            for (int q = p + 1; q < rows.Length; q++)
                turned |= Turn(rows[p], rows[q]);
        return turned;
    }

    /// <summary>Turns two rows in their plane so that they become orthogonal; false when they are already.</summary>
    private static bool Turn(double[] p, double[] q)
    {
        double pp = TensorPrimitives.Dot<double>(p, p), qq = TensorPrimitives.Dot<double>(q, q), pq = TensorPrimitives.Dot<double>(p, q);
        if (Math.Abs(pq) <= Orthogonal * Math.Sqrt(pp * qq))
            return false;
        double cotangent = (qq - pp) / (2 * pq);
        double tangent = Math.CopySign(1, cotangent) / (Math.Abs(cotangent) + Math.Sqrt(1 + cotangent * cotangent));
        double cosine = 1 / Math.Sqrt(1 + tangent * tangent), sine = cosine * tangent;
        for (int i = 0; i < p.Length; i++)
            (p[i], q[i]) = (cosine * p[i] - sine * q[i], sine * p[i] + cosine * q[i]);
        return true;
    }

    private static (double[] Values, double[][] Vectors) Sorted(double[][] rows, double shift)
    {
        var sorted = rows.Select(row => (Norm: TensorPrimitives.Norm<double>(row), Row: row)).OrderByDescending(r => r.Norm).ToList();
        return ([.. sorted.Select(r => Math.Max(0, r.Norm - shift))], [.. sorted.Select(r => Array.ConvertAll(r.Row, v => v / r.Norm))]);
    }
}
