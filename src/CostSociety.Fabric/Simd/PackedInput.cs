namespace CostSociety.Fabric.Simd;

/// <summary>An operand in one of the forms that the kernels take: as it stands, or copied piece by piece.</summary>
internal sealed unsafe class PackedInput
{
    private const int RowsPerChunk = 64;

    private readonly bool _panels;
    private readonly int _rows;
    private readonly int _cols;
    private readonly float* _buffer;
    private readonly int _stride;

    private PackedInput(bool panels, int rows, int cols, float* buffer, int stride)
    {
        (_panels, _rows, _cols, _stride) = (panels, rows, cols, stride);
        _buffer = buffer;
        Chunks = buffer == null ? 0
            : panels ? (cols + Operand.TileCols - 1) / Operand.TileCols : (rows + RowsPerChunk - 1) / RowsPerChunk;
    }

    /// <summary>Pieces of the copy; 0 when the operand is used as it stands.</summary>
    public int Chunks { get; }

    public long Cost => Chunks == 0 ? 0 : (long)_rows * _cols;

    /// <summary>Rows whose columns follow each other.</summary>
    public static PackedInput Rows(in Operand operand, int rows, int cols, bool evenStride, Func<long, nint> allocate)
    {
        bool direct = Layout.RowsAreContiguous(operand, cols) && (!evenStride || operand.RowRepeat == 1);
        int stride = Layout.PadStride(cols);
        return new(false, rows, cols, direct ? null : (float*)allocate((long)rows * stride), stride);
    }

    /// <summary>Panels of 16 columns.</summary>
    public static PackedInput Panels(in Operand operand, int rows, int cols, Func<long, nint> allocate)
    {
        bool direct = Layout.IsPanels(operand, rows, cols);
        return new(true, rows, cols, direct ? null : (float*)allocate((long)rows * Operand.Pad(cols)), Operand.TileCols);
    }

    /// <summary>The form to read from.</summary>
    public View Of(in View source) =>
        _buffer == null ? source
        : _panels ? View.Of(_buffer, Operand.TileCols, _rows * Operand.TileCols)
        : View.Of(_buffer, _stride, Operand.TileCols);

    public void Copy(in View source, int chunk)
    {
        if (_panels)
            Packing.Tile(source, chunk, 0, _rows, _buffer + (nint)chunk * _rows * Operand.TileCols);
        else
            Packing.Rows(
                source, chunk * RowsPerChunk, Math.Min(_rows, (chunk + 1) * RowsPerChunk), _cols, _buffer, _stride);
    }
}
