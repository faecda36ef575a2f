using System.Runtime.Intrinsics;

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
        for (int row = row0; row < row1; row++, d += Operand.TileCols)
            Row(view, row, tile * Operand.TileCols, Operand.TileCols, d);
    }

    /// <summary>Transposed panels [cols][16 rows] of one block of 16 rows; missing rows are 0.</summary>
    public static void Transposed(in View view, int row0, int rows, int cols, float* d)
    {
        float* buffer = stackalloc float[16 * 16];
        for (int tile = 0; tile * 16 < cols; tile++)
        {
            for (int i = 0; i < 16; i++)
                if (i < rows)
                    Row(view, row0 + i, tile * 16, 16, buffer + i * 16);
                else
                    StripMemory.Fill(buffer + i * 16, 0, 16);
            Transpose16(buffer, 16, d + (nint)tile * 256, 16);
        }
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
        for (int half = 0; half < 2; half++)
            for (int side = 0; side < 2; side++)
                Transpose4(a + half * 4 * strideA + side * 4, strideA, d + side * 4 * strideD + half * 4, strideD);
    }

    private static void Transpose4(float* a, nint strideA, float* d, nint strideD)
    {
        var r0 = Vector128.Load(a);
        var r1 = Vector128.Load(a + strideA);
        var r2 = Vector128.Load(a + 2 * strideA);
        var r3 = Vector128.Load(a + 3 * strideA);
        var low01 = Interleave(r0, r1, 0);
        var low23 = Interleave(r2, r3, 0);
        var high01 = Interleave(r0, r1, 2);
        var high23 = Interleave(r2, r3, 2);
        Vector128.Create(low01.GetLower(), low23.GetLower()).Store(d);
        Vector128.Create(low01.GetUpper(), low23.GetUpper()).Store(d + strideD);
        Vector128.Create(high01.GetLower(), high23.GetLower()).Store(d + 2 * strideD);
        Vector128.Create(high01.GetUpper(), high23.GetUpper()).Store(d + 3 * strideD);
    }

    private static Vector128<float> Interleave(Vector128<float> a, Vector128<float> b, int from) =>
        System.Runtime.Intrinsics.X86.Sse.IsSupported
            ? from == 0
                ? System.Runtime.Intrinsics.X86.Sse.UnpackLow(a, b)
                : System.Runtime.Intrinsics.X86.Sse.UnpackHigh(a, b)
            : Vector128.Create(a[from], b[from], a[from + 1], b[from + 1]);
}
