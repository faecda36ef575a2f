using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>
/// The kernels that form a gradient tile in registers and hand it over there: to memory, or to an update of weights and
/// moments. Element at = row * stride of the target is one row of 16 columns; a sum, where there is one, is added first.
/// </summary>
internal sealed unsafe class GradientKernels
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    private GradientKernels(
        delegate*<float*, nint, float*, nint, nint, float, float*, GradientTarget*, nint, nint, void> outer6,
        delegate*<float*, float*, int, float, float*, GradientTarget*, nint, void> outerOne,
        delegate*<float*, GradientTarget*, int, void> stored)
    {
        Outer6 = outer6;
        OuterOne = outerOne;
        Stored = stored;
    }

    /// <summary>Those that keep the gradient.</summary>
    public static GradientKernels Keep { get; } = Of<KeepLanes>();

    /// <summary>a, stride of a, b, stride of b, rows, factor, sum, target, at, stride: factor * sum over r of a[r][i] * b[r][0..16] for 6 columns i of a.</summary>
    public delegate*<float*, nint, float*, nint, nint, float, float*, GradientTarget*, nint, nint, void> Outer6 { get; }

    /// <summary>a, b, count, factor, sum, target, stride: factor * a[i] * b[0..16], the gradient of a single row.</summary>
    public delegate*<float*, float*, int, float, float*, GradientTarget*, nint, void> OuterOne { get; }

    /// <summary>g, target, rows: a gradient that was kept, in rows of 16.</summary>
    public delegate*<float*, GradientTarget*, int, void> Stored { get; }

    /// <summary>Those that end with some lanes.</summary>
    public static GradientKernels Of<T>()
        where T : struct, IGradientLanes => new(&FormSix<T>, &FormOne<T>, &TakeStored<T>);

    [MethodImpl(Hot)]
    private static void FormSix<T>(
        float* a, nint strideA, float* b, nint strideB, nint rows, float factor, float* sum, GradientTarget* target, nint at, nint stride)
        where T : struct, IGradientLanes
    {
        float* bank0 = target->Bank0, bank1 = target->Bank1, bank2 = target->Bank2, rates = target->Rates;
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        Vector256<float> x, b0, b1;
        for (; rows >= 2; rows -= 2)
        {
            b0 = Vector256.Load(b);
            b1 = Vector256.Load(b + 8);
            x = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a[1]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a[2]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a[3]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
            x = Vector256.Create(a[4]);
            c40 = Vector256.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(x, b1, c41);
            x = Vector256.Create(a[5]);
            c50 = Vector256.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(x, b1, c51);
            a += strideA;
            b += strideB;
            b0 = Vector256.Load(b);
            b1 = Vector256.Load(b + 8);
            x = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a[1]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a[2]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a[3]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
            x = Vector256.Create(a[4]);
            c40 = Vector256.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(x, b1, c41);
            x = Vector256.Create(a[5]);
            c50 = Vector256.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(x, b1, c51);
            a += strideA;
            b += strideB;
        }
        if (rows > 0)
        {
            b0 = Vector256.Load(b);
            b1 = Vector256.Load(b + 8);
            x = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a[1]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a[2]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a[3]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
            x = Vector256.Create(a[4]);
            c40 = Vector256.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(x, b1, c41);
            x = Vector256.Create(a[5]);
            c50 = Vector256.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(x, b1, c51);
            a += strideA;
            b += strideB;
        }
        var f = Vector256.Create(factor);
        End<T>(c00 * f, c01 * f, sum, bank0, bank1, bank2, rates, at);
        End<T>(c10 * f, c11 * f, sum, bank0, bank1, bank2, rates, at + stride);
        End<T>(c20 * f, c21 * f, sum, bank0, bank1, bank2, rates, at + 2 * stride);
        End<T>(c30 * f, c31 * f, sum, bank0, bank1, bank2, rates, at + 3 * stride);
        End<T>(c40 * f, c41 * f, sum, bank0, bank1, bank2, rates, at + 4 * stride);
        End<T>(c50 * f, c51 * f, sum, bank0, bank1, bank2, rates, at + 5 * stride);
    }

    [MethodImpl(Hot)]
    private static void FormOne<T>(float* a, float* b, int count, float factor, float* sum, GradientTarget* target, nint stride)
        where T : struct, IGradientLanes
    {
        float* bank0 = target->Bank0, bank1 = target->Bank1, bank2 = target->Bank2, rates = target->Rates;
        Vector256<float> low = Vector256.Load(b), high = Vector256.Load(b + 8), f = Vector256.Create(factor);
        for (nint i = 0; i < count; i++)
        {
            var x = Vector256.Create(a[i]);
            End<T>(x * low * f, x * high * f, sum, bank0, bank1, bank2, rates, i * stride);
        }
    }

    [MethodImpl(Hot)]
    private static void TakeStored<T>(float* g, GradientTarget* target, int rows)
        where T : struct, IGradientLanes
    {
        float* bank0 = target->Bank0, bank1 = target->Bank1, bank2 = target->Bank2, rates = target->Rates;
        for (nint at = 0, end = (nint)rows * Operand.TileCols; at < end; at += 8)
            T.Apply(Vector256.Load(g + at), bank0 + at, bank1 + at, bank2 + at, rates);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End<T>(Vector256<float> low, Vector256<float> high, float* sum, float* bank0, float* bank1, float* bank2, float* rates, nint at)
        where T : struct, IGradientLanes
    {
        if (sum != null)
        {
            low += Vector256.Load(sum + at);
            high += Vector256.Load(sum + at + 8);
        }
        T.Apply(low, bank0 + at, bank1 + at, bank2 + at, rates);
        at += 8;
        T.Apply(high, bank0 + at, bank1 + at, bank2 + at, rates);
    }
}
