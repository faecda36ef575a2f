namespace CostSociety.Conformance.Tests;

/// <summary>
/// A dense matrix of bounded values: what an operand, a register or a product looks like to the oracle.
/// </summary>
public sealed class BoundedMatrix(int rows, int cols)
{
    private readonly Bounded[] _items = new Bounded[rows * cols];

    public int Rows => rows;

    public int Cols => cols;

    public Bounded this[int row, int col]
    {
        get => _items[row * cols + col];
        set => _items[row * cols + col] = value;
    }

    public BoundedMatrix Transpose()
    {
        var result = new BoundedMatrix(cols, rows);
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < cols; c++)
                result[c, r] = this[r, c];
        return result;
    }

    /// <summary>Rows <paramref name="first"/>.. of this matrix, <paramref name="count"/> of them.</summary>
    public BoundedMatrix RowRange(int first, int count)
    {
        var result = new BoundedMatrix(count, cols);
        for (int r = 0; r < count; r++)
            for (int c = 0; c < cols; c++)
                result[r, c] = this[first + r, c];
        return result;
    }

    /// <summary>
    /// this += factor * a b. The error grows by that of the factors and by <paramref name="tolerance"/> of the sum of
    /// the magnitudes that enter.
    /// </summary>
    public void AddProduct(BoundedMatrix a, BoundedMatrix b, double factor, double tolerance, Rounding rounding)
    {
        if (a.Rows != rows || b.Cols != cols || a.Cols != b.Rows)
            throw new InvalidOperationException(
                $"product of [{a.Rows}, {a.Cols}] and [{b.Rows}, {b.Cols}] into [{rows}, {cols}]");
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < cols; c++)
                this[r, c] = Dot(this[r, c], a, r, b, c, factor, tolerance, rounding);
    }

    private static Bounded Dot(
        Bounded start, BoundedMatrix a, int row, BoundedMatrix b, int col, double factor, double tolerance,
        Rounding rounding)
    {
        double sum = 0, error = 0, magnitude = 0;
        for (int k = 0; k < a.Cols; k++)
        {
            Bounded x = a[row, k], y = b[k, col];
            sum = rounding.Round(sum + x.Value * y.Value);
            error += Bounded.ProductError(x, y);
            magnitude += x.Magnitude * y.Magnitude;
        }
        double total = rounding.Round(start.Value + factor * sum);
        double slack = Semantics.SumTolerance(tolerance, a.Cols) * (start.Magnitude + Math.Abs(factor) * magnitude) + Bounded.Tiny;
        // The sum may overflow on the way although the scaled total does not.
        if (!(magnitude <= Bounded.Largest))
            slack = double.PositiveInfinity;
        return Bounded.Of(total, start.Error + Math.Abs(factor) * error + slack);
    }
}

/// <summary>Whether results stay in double precision or are rounded to float after every operation.</summary>
public readonly record struct Rounding(bool ToFloat)
{
    public double Round(double value) => ToFloat ? (float)value : value;
}
