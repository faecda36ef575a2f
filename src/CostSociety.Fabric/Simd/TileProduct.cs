using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>Rows times one panel of 16 columns.</summary>
internal static unsafe class TileProduct
{
    private const int InputBlock = 256;
    private const int MostRows = 6;

    /// <summary>
    /// y[row][col..col+16] (+)= sum over t of x[row][t] * panel[t][0..16], for rows row0 to row1; what lies beyond the last of
    /// <paramref name="cols"/> columns is not written.
    /// </summary>
    public static void Run(
        in View x, float* panel, int inputs, in View y, int row0, int row1, int col, int cols, bool accumulate)
    {
        float** a = stackalloc float*[MostRows];
        float** c = stackalloc float*[MostRows];
        bool whole = cols - col >= Operand.TileCols;
        for (int from = 0; from < inputs; from += InputBlock)
        {
            int count = Math.Min(InputBlock, inputs - from);
            bool add = from > 0 || accumulate;
            for (int row = row0; row < row1;)
            {
                int height = Height(row1 - row);
                for (int i = 0; i < height; i++)
                {
                    a[i] = x.Row(Math.Min(row + i, row1 - 1));
                    c[i] = y.At(Math.Min(row + i, row1 - 1), col);
                }
                if (whole)
                    Block(height, a, from, count, panel + from * 16, c, add);
                else
                    Part(height, a, from, count, panel + from * 16, c, add, cols - col);
                row += height;
            }
        }
    }

    private static void Block(int height, float** a, int from, int count, float* panel, float** c, bool add)
    {
        if (height == 6)
            MicroKernels.Rows6(a, from, count, panel, c, add);
        else
            MicroKernels.Rows4(a, from, count, panel, c, add);
    }

    // Kernels write whole tiles: a part of one is made beside its place.
    private static void Part(int height, float** a, int from, int count, float* panel, float** c, bool add, int cols)
    {
        float* tiles = stackalloc float[MostRows * Operand.TileCols];
        float** beside = stackalloc float*[MostRows];
        for (int i = 0; i < height; i++)
        {
            beside[i] = tiles + i * Operand.TileCols;
            Vector256.Load(c[i]).Store(beside[i]);
            Vector256.Load(c[i] + 8).Store(beside[i] + 8);
        }
        Block(height, a, from, count, panel, beside, add);
        for (int i = 0; i < height; i++)
            MicroKernels.CopyPart(c[i], beside[i], cols);
    }

    // The blocks that waste the fewest rows: 8 is two blocks of 4, not 6 and 2.
    private static int Height(int rows) => rows is 5 or 6 or > 8 ? 6 : 4;
}
