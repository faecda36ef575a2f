using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CostSociety.Fabric.Simd;

/// <summary>Copies of operands into the contiguous forms that the kernels take.</summary>
internal static unsafe class Packing
{
    /// <summary>Columns [col, col + width) of a row, tile by tile; width and col are multiples of 16.</summary>
    public static void Row(in View view, int row, int col, int width, float* d)
    {
        for (int j = 0; j < width; j += Operand.TileCols)
        {
            float* from = view.At(row, col + j);
            if (view.ColStride == 1)
                StripMemory.Copy(d + j, from, Operand.TileCols);
            else
                StripMemory.Fill(d + j, *from, Operand.TileCols);
        }
    }

    /// <summary>Rows as rows of <paramref name="stride"/> floats.</summary>
    public static void Rows(in View view, int row0, int row1, int cols, float* d, int stride)
    {
        for (int row = row0; row < row1; row++)
            Row(view, row, 0, Operand.Pad(cols), d + (nint)row * stride);
    }

    /// <summary>One tile of 16 columns, rows one after another.</summary>
    public static void Tile(in View view, int tile, int row0, int row1, float* d)
    {
        int col = tile * Operand.TileCols;
        if (view.ColStride == 1 && view.RowRepeat == 1)
            StripMemory.CopyRows(d, Operand.TileCols, view.At(row0, col), view.RowStride, row1 - row0, Operand.TileCols);
        else
            for (int row = row0; row < row1; row++, d += Operand.TileCols)
                Row(view, row, col, Operand.TileCols, d);
    }

    /// <summary>Transposed panels [cols][16 rows] of one block of 16 rows; missing rows are 0.</summary>
    public static void Transposed(in View view, int row0, int rows, int cols, float* d)
    {
        bool direct = view.ColStride == 1 && view.RowRepeat == 1 && rows == 16;
        float* buffer = stackalloc float[16 * 16];
        for (int tile = 0; tile * 16 < cols; tile++)
            if (direct)
                Transpose16(view.At(row0, tile * 16), view.RowStride, d + (nint)tile * 256, 16);
            else
                TransposePart(view, row0, rows, tile, buffer, d + (nint)tile * 256);
    }

    /// <summary>d[j][i] = view[row0 + i][col + j], rows of <paramref name="stride"/> floats; col is a multiple of 16.</summary>
    public static void Turned(in View view, int row0, int rows, int col, int cols, float* d, int stride)
    {
        if (rows < 8)
        {
            for (int j = 0; j < cols; j++)
                for (int i = 0; i < rows; i++)
                    d[(nint)j * stride + i] = *view.At(row0 + i, col + j);
            return;
        }
        float* block = stackalloc float[16 * 16];
        float* turned = stackalloc float[16 * 16];
        for (int i = 0; i < rows; i += 16)
            for (int j = 0; j < cols; j += 16)
            {
                TransposePart(view, row0 + i, Math.Min(16, rows - i), (col + j) / 16, block, turned);
                int count = Math.Min(16, cols - j);
                StripMemory.CopyRows(d + (nint)j * stride + i, stride, turned, 16, count, 16);
            }
    }

    private static void TransposePart(in View view, int row0, int rows, int tile, float* buffer, float* d)
    {
        for (int i = 0; i < 16; i++)
            if (i < rows)
                Row(view, row0 + i, tile * 16, 16, buffer + i * 16);
            else
                StripMemory.Fill(buffer + i * 16, 0, 16);
        Transpose16(buffer, 16, d, 16);
    }

    /// <summary>d[j][i] = a[i][j] of a block of 16 by 16.</summary>
    public static void Transpose16(float* a, nint strideA, float* d, nint strideD)
    {
        Transpose8(a, strideA, d, strideD);
        Transpose8(a + 8, strideA, d + 8 * strideD, strideD);
        Transpose8(a + 8 * strideA, strideA, d + 8, strideD);
        Transpose8(a + 8 * strideA + 8, strideA, d + 8 * strideD + 8, strideD);
    }

    /// <summary>d[j][i] = a[i][j] of a block of 8 by 8.</summary>
    public static void Transpose8(float* a, nint strideA, float* d, nint strideD)
    {
        if (!Avx.IsSupported)
        {
            for (int i = 0; i < 8; i++)
                for (int j = 0; j < 8; j++)
                    d[j * strideD + i] = a[i * strideA + j];
            return;
        }
        var (a0, a1, a2, a3) = Quarter(a, a + strideA, a + 2 * strideA, a + 3 * strideA);
        a += 4 * strideA;
        var (b0, b1, b2, b3) = Quarter(a, a + strideA, a + 2 * strideA, a + 3 * strideA);
        Avx.Permute2x128(a0, b0, 0x20).Store(d);
        Avx.Permute2x128(a1, b1, 0x20).Store(d + strideD);
        Avx.Permute2x128(a2, b2, 0x20).Store(d + 2 * strideD);
        Avx.Permute2x128(a3, b3, 0x20).Store(d + 3 * strideD);
        d += 4 * strideD;
        Avx.Permute2x128(a0, b0, 0x31).Store(d);
        Avx.Permute2x128(a1, b1, 0x31).Store(d + strideD);
        Avx.Permute2x128(a2, b2, 0x31).Store(d + 2 * strideD);
        Avx.Permute2x128(a3, b3, 0x31).Store(d + 3 * strideD);
    }

    // Columns 0 and 4, 1 and 5, 2 and 6, 3 and 7 of four rows, one in each half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> C0, Vector256<float> C1, Vector256<float> C2, Vector256<float> C3) Quarter(
        float* a, float* b, float* c, float* d)
    {
        Vector256<float> ra = Vector256.Load(a), rb = Vector256.Load(b), rc = Vector256.Load(c), rd = Vector256.Load(d);
        var low01 = Avx.UnpackLow(ra, rb);
        var high01 = Avx.UnpackHigh(ra, rb);
        var low23 = Avx.UnpackLow(rc, rd);
        var high23 = Avx.UnpackHigh(rc, rd);
        return (
            Avx.Shuffle(low01, low23, 0x44), Avx.Shuffle(low01, low23, 0xEE),
            Avx.Shuffle(high01, high23, 0x44), Avx.Shuffle(high01, high23, 0xEE));
    }
}
