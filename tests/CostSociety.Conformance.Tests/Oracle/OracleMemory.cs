namespace CostSociety.Conformance.Tests;

/// <summary>
/// Memory of the oracle: every float of the fabric is a double here, with the error an executor may have in it.
/// </summary>
public sealed class OracleMemory(MemorySizes sizes, Rounding rounding) : IFabricMemory
{
    private readonly double[][] _values = Regions(sizes);
    private readonly double[][] _errors = Regions(sizes);

    private OracleMemory(MemorySizes sizes, Rounding rounding, OracleMemory owner)
        : this(sizes, rounding) => (_values[0], _errors[0]) = (owner._values[0], owner._errors[0]);

    public MemorySizes Sizes => sizes;

    /// <summary>The values of a region themselves, to be read and perturbed.</summary>
    public double[] Region(Region region) => _values[(int)region];

    /// <summary>How far an executor may be from each value of a region.</summary>
    public double[] Errors(Region region) => _errors[(int)region];

    public void Write(Region region, int offset, ReadOnlySpan<float> source)
    {
        for (int i = 0; i < source.Length; i++)
            _values[(int)region][offset + i] = source[i];
        _errors[(int)region].AsSpan(offset, source.Length).Clear();
    }

    public void Read(Region region, int offset, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = (float)_values[(int)region][offset + i];
    }

    public ReadOnlySpan<float> View(Region region, int offset, int length)
    {
        var copy = new float[length];
        Read(region, offset, copy);
        return copy;
    }

    /// <summary>Element (row, col) of an operand whose counter has the given value.</summary>
    public Bounded LoadElement(in Operand operand, long counter, int row, int col)
    {
        int address = Address(operand, counter, row, col);
        return new Bounded(_values[(int)operand.Region][address], _errors[(int)operand.Region][address]);
    }

    /// <summary>Sets element (row, col).</summary>
    public void StoreElement(in Operand operand, long counter, int row, int col, Bounded value)
    {
        int address = Address(operand, counter, row, col);
        _values[(int)operand.Region][address] = rounding.Round(value.Value);
        _errors[(int)operand.Region][address] = value.Error;
    }

    /// <summary>The operand as a matrix, broadcast to [rows, cols].</summary>
    public BoundedMatrix Load(in Operand operand, long counter, int rows, int cols)
    {
        var matrix = new BoundedMatrix(rows, cols);
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < cols; c++)
                matrix[r, c] = LoadElement(operand, counter, r, c);
        return matrix;
    }

    /// <summary>Stores a matrix.</summary>
    public void Store(in Operand operand, long counter, BoundedMatrix matrix)
    {
        for (int r = 0; r < matrix.Rows; r++)
            for (int c = 0; c < matrix.Cols; c++)
                StoreElement(operand, counter, r, c, matrix[r, c]);
    }

    public IFabricMemory ShareState(int scratch, int io) => new OracleMemory(new MemorySizes(sizes.State, scratch, io), rounding, this);

    public void Dispose()
    {
        // Nothing but managed arrays.
    }

    private static int Address(in Operand operand, long counter, int row, int col) =>
        operand.Base(counter) + operand.Element(row, col);

    private static double[][] Regions(MemorySizes sizes) =>
        [new double[sizes.State], new double[sizes.Scratch], new double[sizes.Io]];
}
