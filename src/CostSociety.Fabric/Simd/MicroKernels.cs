using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CostSociety.Fabric.Simd;

/// <summary>
/// The matrix kernels: a block of rows by one tile of 16 columns stays in registers while the long dimension streams by.
/// Every element is one chain of fused multiply-adds in ascending order, so that no blocking changes a bit. They write whole
/// tiles and call nothing: a call after the loop would keep the sums in memory while it runs.
/// </summary>
internal static unsafe class MicroKernels
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>c[i][0..16] (+)= sum over t of a[i][from + t] * b[t][0..16], for 6 rows.</summary>
    [MethodImpl(Hot)]
    public static void Rows6(float** a, nint from, nint count, float* b, float** c, bool add)
    {
        float* a0 = a[0] + from;
        float* a1 = a[1] + from;
        float* a2 = a[2] + from;
        float* a3 = a[3] + from;
        float* a4 = a[4] + from;
        float* a5 = a[5] + from;
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        if (add)
        {
            c00 = Vector256.Load(c[0]);
            c01 = Vector256.Load(c[0] + 8);
            c10 = Vector256.Load(c[1]);
            c11 = Vector256.Load(c[1] + 8);
            c20 = Vector256.Load(c[2]);
            c21 = Vector256.Load(c[2] + 8);
            c30 = Vector256.Load(c[3]);
            c31 = Vector256.Load(c[3] + 8);
            c40 = Vector256.Load(c[4]);
            c41 = Vector256.Load(c[4] + 8);
            c50 = Vector256.Load(c[5]);
            c51 = Vector256.Load(c[5] + 8);
        }
        nint t = 0;
        for (; t + 2 <= count; t += 2)
        {
            var b00 = Vector256.Load(b + 0);
            var b01 = Vector256.Load(b + 8);
            var x0 = Vector256.Create(a0[t]);
            c00 = Vector256.FusedMultiplyAdd(x0, b00, c00);
            c01 = Vector256.FusedMultiplyAdd(x0, b01, c01);
            x0 = Vector256.Create(a1[t]);
            c10 = Vector256.FusedMultiplyAdd(x0, b00, c10);
            c11 = Vector256.FusedMultiplyAdd(x0, b01, c11);
            x0 = Vector256.Create(a2[t]);
            c20 = Vector256.FusedMultiplyAdd(x0, b00, c20);
            c21 = Vector256.FusedMultiplyAdd(x0, b01, c21);
            x0 = Vector256.Create(a3[t]);
            c30 = Vector256.FusedMultiplyAdd(x0, b00, c30);
            c31 = Vector256.FusedMultiplyAdd(x0, b01, c31);
            x0 = Vector256.Create(a4[t]);
            c40 = Vector256.FusedMultiplyAdd(x0, b00, c40);
            c41 = Vector256.FusedMultiplyAdd(x0, b01, c41);
            x0 = Vector256.Create(a5[t]);
            c50 = Vector256.FusedMultiplyAdd(x0, b00, c50);
            c51 = Vector256.FusedMultiplyAdd(x0, b01, c51);
            var b10 = Vector256.Load(b + 16);
            var b11 = Vector256.Load(b + 24);
            var x1 = Vector256.Create(a0[t + 1]);
            c00 = Vector256.FusedMultiplyAdd(x1, b10, c00);
            c01 = Vector256.FusedMultiplyAdd(x1, b11, c01);
            x1 = Vector256.Create(a1[t + 1]);
            c10 = Vector256.FusedMultiplyAdd(x1, b10, c10);
            c11 = Vector256.FusedMultiplyAdd(x1, b11, c11);
            x1 = Vector256.Create(a2[t + 1]);
            c20 = Vector256.FusedMultiplyAdd(x1, b10, c20);
            c21 = Vector256.FusedMultiplyAdd(x1, b11, c21);
            x1 = Vector256.Create(a3[t + 1]);
            c30 = Vector256.FusedMultiplyAdd(x1, b10, c30);
            c31 = Vector256.FusedMultiplyAdd(x1, b11, c31);
            x1 = Vector256.Create(a4[t + 1]);
            c40 = Vector256.FusedMultiplyAdd(x1, b10, c40);
            c41 = Vector256.FusedMultiplyAdd(x1, b11, c41);
            x1 = Vector256.Create(a5[t + 1]);
            c50 = Vector256.FusedMultiplyAdd(x1, b10, c50);
            c51 = Vector256.FusedMultiplyAdd(x1, b11, c51);
            b += 32;
        }
        if (t < count)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var x = Vector256.Create(a0[t]);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a1[t]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a2[t]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a3[t]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
            x = Vector256.Create(a4[t]);
            c40 = Vector256.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(x, b1, c41);
            x = Vector256.Create(a5[t]);
            c50 = Vector256.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(x, b1, c51);
        }
        c00.Store(c[0]);
        c01.Store(c[0] + 8);
        c10.Store(c[1]);
        c11.Store(c[1] + 8);
        c20.Store(c[2]);
        c21.Store(c[2] + 8);
        c30.Store(c[3]);
        c31.Store(c[3] + 8);
        c40.Store(c[4]);
        c41.Store(c[4] + 8);
        c50.Store(c[5]);
        c51.Store(c[5] + 8);
    }

    /// <summary>c[i][0..16] (+)= sum over t of a[i][from + t] * b[t][0..16], for 4 rows.</summary>
    [MethodImpl(Hot)]
    public static void Rows4(float** a, nint from, nint count, float* b, float** c, bool add)
    {
        float* a0 = a[0] + from;
        float* a1 = a[1] + from;
        float* a2 = a[2] + from;
        float* a3 = a[3] + from;
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        if (add)
        {
            c00 = Vector256.Load(c[0]);
            c01 = Vector256.Load(c[0] + 8);
            c10 = Vector256.Load(c[1]);
            c11 = Vector256.Load(c[1] + 8);
            c20 = Vector256.Load(c[2]);
            c21 = Vector256.Load(c[2] + 8);
            c30 = Vector256.Load(c[3]);
            c31 = Vector256.Load(c[3] + 8);
        }
        nint t = 0;
        for (; t + 2 <= count; t += 2)
        {
            var b00 = Vector256.Load(b + 0);
            var b01 = Vector256.Load(b + 8);
            var x0 = Vector256.Create(a0[t]);
            c00 = Vector256.FusedMultiplyAdd(x0, b00, c00);
            c01 = Vector256.FusedMultiplyAdd(x0, b01, c01);
            x0 = Vector256.Create(a1[t]);
            c10 = Vector256.FusedMultiplyAdd(x0, b00, c10);
            c11 = Vector256.FusedMultiplyAdd(x0, b01, c11);
            x0 = Vector256.Create(a2[t]);
            c20 = Vector256.FusedMultiplyAdd(x0, b00, c20);
            c21 = Vector256.FusedMultiplyAdd(x0, b01, c21);
            x0 = Vector256.Create(a3[t]);
            c30 = Vector256.FusedMultiplyAdd(x0, b00, c30);
            c31 = Vector256.FusedMultiplyAdd(x0, b01, c31);
            var b10 = Vector256.Load(b + 16);
            var b11 = Vector256.Load(b + 24);
            var x1 = Vector256.Create(a0[t + 1]);
            c00 = Vector256.FusedMultiplyAdd(x1, b10, c00);
            c01 = Vector256.FusedMultiplyAdd(x1, b11, c01);
            x1 = Vector256.Create(a1[t + 1]);
            c10 = Vector256.FusedMultiplyAdd(x1, b10, c10);
            c11 = Vector256.FusedMultiplyAdd(x1, b11, c11);
            x1 = Vector256.Create(a2[t + 1]);
            c20 = Vector256.FusedMultiplyAdd(x1, b10, c20);
            c21 = Vector256.FusedMultiplyAdd(x1, b11, c21);
            x1 = Vector256.Create(a3[t + 1]);
            c30 = Vector256.FusedMultiplyAdd(x1, b10, c30);
            c31 = Vector256.FusedMultiplyAdd(x1, b11, c31);
            b += 32;
        }
        if (t < count)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var x = Vector256.Create(a0[t]);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a1[t]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a2[t]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a3[t]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
        }
        c00.Store(c[0]);
        c01.Store(c[0] + 8);
        c10.Store(c[1]);
        c11.Store(c[1] + 8);
        c20.Store(c[2]);
        c21.Store(c[2] + 8);
        c30.Store(c[3]);
        c31.Store(c[3] + 8);
    }

    /// <summary>c[j][0..16] (+)= sum over t of a[t] * b[j][t][0..16], for one row and 4 tiles: the bank streams by once.</summary>
    [MethodImpl(Hot)]
    public static void OneRow(float* a, nint count, float** b, float** c, bool add)
    {
        float* b0 = b[0];
        float* b1 = b[1];
        float* b2 = b[2];
        float* b3 = b[3];
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        if (add)
        {
            c00 = Vector256.Load(c[0]);
            c01 = Vector256.Load(c[0] + 8);
            c10 = Vector256.Load(c[1]);
            c11 = Vector256.Load(c[1] + 8);
            c20 = Vector256.Load(c[2]);
            c21 = Vector256.Load(c[2] + 8);
            c30 = Vector256.Load(c[3]);
            c31 = Vector256.Load(c[3] + 8);
        }
        for (nint t = 0; t < count; t++)
        {
            var x = Vector256.Create(a[t]);
            c00 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b0 + 16 * t), c00);
            c01 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b0 + 16 * t + 8), c01);
            c10 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b1 + 16 * t), c10);
            c11 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b1 + 16 * t + 8), c11);
            c20 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b2 + 16 * t), c20);
            c21 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b2 + 16 * t + 8), c21);
            c30 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b3 + 16 * t), c30);
            c31 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b3 + 16 * t + 8), c31);
        }
        c00.Store(c[0]);
        c01.Store(c[0] + 8);
        c10.Store(c[1]);
        c11.Store(c[1] + 8);
        c20.Store(c[2]);
        c21.Store(c[2] + 8);
        c30.Store(c[3]);
        c31.Store(c[3] + 8);
    }

    /// <summary>
    /// c[i][0..16] (+)= sum over units n of bank[i][n] * d[n][0..16], for 6 inputs and 16 rows of a batch: the bank is the
    /// broadcast operand, its 6 inputs stand side by side in each panel.
    /// </summary>
    [MethodImpl(Hot)]
    public static void Back6(float* bank, nint tileStride, int units, float* d, float* c, bool add)
    {
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        if (add)
        {
            c00 = Vector256.Load(c + 0);
            c01 = Vector256.Load(c + 8);
            c10 = Vector256.Load(c + 16);
            c11 = Vector256.Load(c + 24);
            c20 = Vector256.Load(c + 32);
            c21 = Vector256.Load(c + 40);
            c30 = Vector256.Load(c + 48);
            c31 = Vector256.Load(c + 56);
            c40 = Vector256.Load(c + 64);
            c41 = Vector256.Load(c + 72);
            c50 = Vector256.Load(c + 80);
            c51 = Vector256.Load(c + 88);
        }
        for (; units > 0; units -= 16)
        {
            float* w = bank;
            float* last = bank + Math.Min(16, units);
            for (; w < last; w++)
            {
                var b0 = Vector256.Load(d);
                var b1 = Vector256.Load(d + 8);
                var x = Vector256.Create(w[0]);
                c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
                c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
                x = Vector256.Create(w[16]);
                c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
                c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
                x = Vector256.Create(w[32]);
                c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
                c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
                x = Vector256.Create(w[48]);
                c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
                c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
                x = Vector256.Create(w[64]);
                c40 = Vector256.FusedMultiplyAdd(x, b0, c40);
                c41 = Vector256.FusedMultiplyAdd(x, b1, c41);
                x = Vector256.Create(w[80]);
                c50 = Vector256.FusedMultiplyAdd(x, b0, c50);
                c51 = Vector256.FusedMultiplyAdd(x, b1, c51);
                d += 16;
            }
            bank += tileStride;
        }
        c00.Store(c + 0);
        c01.Store(c + 8);
        c10.Store(c + 16);
        c11.Store(c + 24);
        c20.Store(c + 32);
        c21.Store(c + 40);
        c30.Store(c + 48);
        c31.Store(c + 56);
        c40.Store(c + 64);
        c41.Store(c + 72);
        c50.Store(c + 80);
        c51.Store(c + 88);
    }

    /// <summary>
    /// result[i] = sum over units of bank[i][n] * d[n], for 8 inputs and one row. What stands in the last panel beyond the
    /// units takes no part, whatever it is.
    /// </summary>
    [MethodImpl(Hot)]
    public static Vector256<float> Dot8(float* bank, nint tileStride, int units, float* d)
    {
        Vector256<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        for (; units >= Operand.TileCols; units -= Operand.TileCols)
        {
            var d0 = Vector256.Load(d);
            var d1 = Vector256.Load(d + 8);
            c0 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + 0), c0);
            c1 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + 16), c1);
            c2 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + 32), c2);
            c3 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + 48), c3);
            c4 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + 64), c4);
            c5 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + 80), c5);
            c6 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + 96), c6);
            c7 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + 112), c7);
            c0 = Vector256.FusedMultiplyAdd(d1, Vector256.Load(bank + 8), c0);
            c1 = Vector256.FusedMultiplyAdd(d1, Vector256.Load(bank + 24), c1);
            c2 = Vector256.FusedMultiplyAdd(d1, Vector256.Load(bank + 40), c2);
            c3 = Vector256.FusedMultiplyAdd(d1, Vector256.Load(bank + 56), c3);
            c4 = Vector256.FusedMultiplyAdd(d1, Vector256.Load(bank + 72), c4);
            c5 = Vector256.FusedMultiplyAdd(d1, Vector256.Load(bank + 88), c5);
            c6 = Vector256.FusedMultiplyAdd(d1, Vector256.Load(bank + 104), c6);
            c7 = Vector256.FusedMultiplyAdd(d1, Vector256.Load(bank + 120), c7);
            d += 16;
            bank += tileStride;
        }
        for (int from = 0; from < units; from += 8)
        {
            var used = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(units - from)).AsSingle();
            var d0 = Vector256.Load(d + from);
            c0 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + from + 0) & used, c0);
            c1 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + from + 16) & used, c1);
            c2 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + from + 32) & used, c2);
            c3 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + from + 48) & used, c3);
            c4 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + from + 64) & used, c4);
            c5 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + from + 80) & used, c5);
            c6 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + from + 96) & used, c6);
            c7 = Vector256.FusedMultiplyAdd(d0, Vector256.Load(bank + from + 112) & used, c7);
        }
        Vector256<float> first = Sums(c0, c1, c2, c3), second = Sums(c4, c5, c6, c7);
        return Vector256.Create(first.GetLower() + first.GetUpper(), second.GetLower() + second.GetUpper());
    }

    // (c[0] + c[1]) + (c[2] + c[3]) of four vectors side by side, of their lower and of their upper halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Sums(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        if (Avx.IsSupported)
            return Avx.HorizontalAdd(Avx.HorizontalAdd(a, b), Avx.HorizontalAdd(c, d));
        return Vector256.Create(
            Sums(a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower()), Sums(a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper()));
    }

    private static Vector128<float> Sums(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d) => Vector128.Create(
        a[0] + a[1] + (a[2] + a[3]), b[0] + b[1] + (b[2] + b[3]), c[0] + c[1] + (c[2] + c[3]), d[0] + d[1] + (d[2] + d[3]));

    /// <summary>Stores the first <paramref name="cols"/> columns of a tile.</summary>
    public static void StoreTile(float* c, Vector256<float> low, Vector256<float> high, int cols)
    {
        if (cols >= Operand.TileCols)
        {
            low.Store(c);
            high.Store(c + 8);
        }
        else
        {
            StorePart(c, low, high, cols);
        }
    }

    private static void StorePart(float* c, Vector256<float> low, Vector256<float> high, int cols)
    {
        float* tile = stackalloc float[Operand.TileCols];
        low.Store(tile);
        high.Store(tile + 8);
        CopyPart(c, tile, cols);
    }

    /// <summary>Copies the first columns of a tile.</summary>
    public static void CopyPart(float* c, float* tile, int cols)
    {
        for (int i = 0; i < cols; i++)
            c[i] = tile[i];
    }
}
