using System.Runtime.CompilerServices;

namespace CostSociety.Fabric.Simd;

/// <summary>An operand of which the slot has been chosen: a pointer and its strides.</summary>
internal unsafe struct View
{
    public float* Base;
    public int RowStride;
    public int RowRepeat;
    public int TileStride;
    public int ColStride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float* Row(int row) => Base + (nint)(RowRepeat == 1 ? row : row / RowRepeat) * RowStride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float* At(int row, int col) => Row(row) + (nint)(col >> 4) * TileStride + (col & 15) * ColStride;

    /// <summary>The strides of an operand; where it begins is for each run to say.</summary>
    public static View Of(in Operand operand) => new()
    {
        RowStride = operand.RowStride,
        RowRepeat = operand.RowRepeat,
        TileStride = operand.TileStride,
        ColStride = operand.ColStride,
    };

    /// <summary>A view of a plain buffer of panels or rows.</summary>
    public static View Of(float* pointer, int rowStride, int tileStride) =>
        new() { Base = pointer, RowStride = rowStride, RowRepeat = 1, TileStride = tileStride, ColStride = 1 };
}

/// <summary>Which addressing forms the kernels can take without a copy.</summary>
internal static class Layout
{
    /// <summary>The columns of a tile follow each other.</summary>
    public static bool TilesAreContiguous(in Operand operand, int cols) => operand.ColStride == 1 || cols == 1;

    /// <summary>All columns of a row follow each other.</summary>
    public static bool RowsAreContiguous(in Operand operand, int cols) =>
        cols == 1 || (operand.ColStride == 1 && (operand.TileStride == Operand.TileCols || cols <= Operand.TileCols));

    /// <summary>Tile panels of 16 columns, input by input.</summary>
    public static bool IsPanels(in Operand operand, int rows, int cols) =>
        TilesAreContiguous(operand, cols) && operand.RowRepeat == 1 && (operand.RowStride == Operand.TileCols || rows == 1);

    /// <summary>Floats between two strides that do not fall on the same few cache sets.</summary>
    public static int PadStride(int floats)
    {
        int padded = Operand.Pad(floats);
        return padded % 128 == 0 ? padded + 16 : padded;
    }
}
