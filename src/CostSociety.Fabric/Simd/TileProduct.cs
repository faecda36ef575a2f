namespace CostSociety.Fabric.Simd;

/// <summary>Rows times one panel of 16 columns.</summary>
internal static unsafe class TileProduct
{
    private const int InputBlock = 256;

    /// <summary>
    /// y[row][col..col+16] (+)= sum over t of x[row][t] * panel[t][0..16], for rows row0 to row1; what lies beyond the last of
    /// <paramref name="cols"/> columns is not written.
    /// </summary>
    public static void Run(
        in View x, float* panel, int inputs, in View y, int row0, int row1, int col, int cols, bool accumulate)
    {
        float** a = stackalloc float*[6];
        float** c = stackalloc float*[6];
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
                if (height == 6)
                    MicroKernels.Rows6(a, from, count, panel + from * 16, c, add, cols - col);
                else
                    MicroKernels.Rows4(a, from, count, panel + from * 16, c, add, cols - col);
                row += height;
            }
        }
    }

    // The blocks that waste the fewest rows: 8 is two blocks of 4, not 6 and 2.
    private static int Height(int rows) => rows is 5 or 6 or > 8 ? 6 : 4;
}
