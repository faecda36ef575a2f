namespace CostSociety.Synthesis;

/// <summary>What the rows of a value stand for.</summary>
internal enum RowKind : byte
{
    /// <summary>One row: the same for all samples.</summary>
    One,

    /// <summary>One row for each sample and site.</summary>
    Batch,

    /// <summary>Rows of a matrix that belong to no sample: the inputs of a bank, the units of a covariance.</summary>
    Matrix,
}

/// <summary>
/// Shape of a value: rows of samples (times sites of a shaped area) and columns of units. Scalar = one row, one column;
/// sample[b] = batch, one column; unit[n] = one row, n columns; signal[b, n] = batch, n columns; matrix[k, n] = k rows without samples.
/// </summary>
internal readonly record struct Shape(RowKind Rows, int Sites, int Cols)
{
    public static Shape Scalar { get; } = new(RowKind.One, 1, 1);

    public static Shape Sample { get; } = new(RowKind.Batch, 1, 1);

    public bool IsScalar => this == Scalar;

    public bool IsMatrix => Rows == RowKind.Matrix;

    /// <summary>Number of rows for a batch of a given size; a matrix counts its rows in Sites.</summary>
    public int RowCount(int batch) => Rows == RowKind.Batch ? batch * Sites : Sites;

    public Shape WithCols(int cols) => this with { Cols = cols };

    public static Shape Unit(int units) => new(RowKind.One, 1, units);

    public static Shape Signal(int units, int sites = 1) => new(RowKind.Batch, sites, units);

    public static Shape Matrix(int rows, int cols) => new(RowKind.Matrix, rows, cols);

    /// <summary>The shape two values have together when the smaller is repeated, or null when they do not fit.</summary>
    public static Shape? Broadcast(Shape a, Shape b)
    {
        var rows = (RowKind)Math.Max((int)a.Rows, (int)b.Rows);
        bool rowsFit = a.Rows == b.Rows || a.Rows == RowKind.One || b.Rows == RowKind.One;
        bool sitesFit = a.Sites == b.Sites || (a.Sites == 1 && !a.IsMatrix) || (b.Sites == 1 && !b.IsMatrix);
        bool colsFit = a.Cols == b.Cols || a.Cols == 1 || b.Cols == 1;
        return rowsFit && sitesFit && colsFit
            ? new Shape(rows, Math.Max(a.Sites, b.Sites), Math.Max(a.Cols, b.Cols))
            : null;
    }

    /// <summary>The shape in the words of the language.</summary>
    public override string ToString() => (Rows, Sites, Cols) switch
    {
        (RowKind.One, _, 1) => "scalar",
        (RowKind.One, _, var n) => $"unit[{n}]",
        (RowKind.Batch, 1, 1) => "sample[batch]",
        (RowKind.Batch, 1, var n) => $"signal[batch, {n}]",
        (RowKind.Batch, var s, var n) => $"signal[batch, {n} x {s} sites]",
        (_, var k, var n) => $"matrix[{k}, {n}]",
    };
}
