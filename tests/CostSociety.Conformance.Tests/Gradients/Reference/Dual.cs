namespace CostSociety.Conformance.Tests.Gradients.Reference;

/// <summary>
/// A matrix of values with their derivatives along one direction (forward mode): one row for all samples, or one for
/// each; one column, or one a unit. Smaller matrices repeat.
/// </summary>
internal sealed class Dual
{
    private readonly double[] _values;
    private readonly double[] _slopes;

    public Dual(int rows, int cols, Func<int, int, (double Value, double Slope)> element)
    {
        (Rows, Cols) = (rows, cols);
        (_values, _slopes) = (new double[rows * cols], new double[rows * cols]);
        for (int i = 0; i < _values.Length; i++)
            (_values[i], _slopes[i]) = element(i / cols, i % cols);
    }

    public int Rows { get; }

    public int Cols { get; }

    /// <summary>Largest absolute value or derivative; NaN counts as infinite.</summary>
    public double Magnitude
    {
        get
        {
            double largest = 0;
            foreach (double x in _values.Concat(_slopes))
                largest = double.IsNaN(x) ? double.PositiveInfinity : Math.Max(largest, Math.Abs(x));
            return largest;
        }
    }

    /// <summary>Value and derivative at a row and column of a matrix that this one is repeated to.</summary>
    public (double Value, double Slope) this[int row, int col]
    {
        get
        {
            int i = (Rows == 1 ? 0 : row) * Cols + (Cols == 1 ? 0 : col);
            return (_values[i], _slopes[i]);
        }
    }

    public static Dual Constant(double value) => new(1, 1, (_, _) => (value, 0));
}
