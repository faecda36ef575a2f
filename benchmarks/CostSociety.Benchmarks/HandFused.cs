using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CostSociety.Fabric.Simd;

namespace CostSociety.Benchmarks;

/// <summary>
/// What one would write by hand for one cost: value and gradient in one loop, two vectors at a time. The same elementary
/// functions as the fabric's, and the same memory: y, target and the gradient stream, one value a sample.
/// </summary>
internal sealed class HandFused(int rows, int cols)
{
    public const string CheapCost = "square(y - target) + lambda * abs(y)";
    public const string LogisticCost = "log(1 + exp(y)) - target * y";

    private readonly float[] _y = Noise(rows * cols, 1);
    private readonly float[] _target = Noise(rows * cols, 2);
    private readonly float[] _valid = Noise(rows, 3);
    private readonly float[] _gradient = new float[rows * cols];

    /// <summary>The sum of the cost over the batch, so that no loop is left out.</summary>
    public float Value { get; private set; }

    public void RunCheap() => Run<Cheap>();

    public void RunLogistic() => Run<Logistic>();

    private interface ICost
    {
        static abstract (Vector256<float> Value, Vector256<float> Gradient) Of(Vector256<float> y, Vector256<float> t, Vector256<float> scale);
    }

    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private void Run<T>()
        where T : struct, ICost
    {
        float value = 0;
        for (int row = 0; row < rows; row++)
            value += RunRow<T>(_y.AsSpan(row * cols, cols), _target.AsSpan(row * cols, cols), _gradient.AsSpan(row * cols, cols), _valid[row] / cols);
        Value = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float RunRow<T>(Span<float> y, Span<float> target, Span<float> gradient, float scale)
        where T : struct, ICost
    {
        ref float py = ref MemoryMarshal.GetReference(y), pt = ref MemoryMarshal.GetReference(target), pg = ref MemoryMarshal.GetReference(gradient);
        Vector256<float> low = default, high = default, scales = Vector256.Create(scale);
        for (nuint i = 0; i < (nuint)y.Length; i += 16)
        {
            var first = T.Of(Vector256.LoadUnsafe(ref py, i), Vector256.LoadUnsafe(ref pt, i), scales);
            var second = T.Of(Vector256.LoadUnsafe(ref py, i + 8), Vector256.LoadUnsafe(ref pt, i + 8), scales);
            low += first.Value;
            high += second.Value;
            first.Gradient.StoreUnsafe(ref pg, i);
            second.Gradient.StoreUnsafe(ref pg, i + 8);
        }
        return Vector256.Sum(low + high) * scale;
    }

    private readonly struct Cheap : ICost
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector256<float> Value, Vector256<float> Gradient) Of(Vector256<float> y, Vector256<float> t, Vector256<float> scale)
        {
            var lambda = Vector256.Create(0.1f);
            var d = y - t;
            var sign = (Vector256.GreaterThan(y, Vector256<float>.Zero) & Vector256<float>.One)
                - (Vector256.LessThan(y, Vector256<float>.Zero) & Vector256<float>.One);
            return (d * d + lambda * Vector256.Abs(y), scale * (d + d + lambda * sign));
        }
    }

    private readonly struct Logistic : ICost
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector256<float> Value, Vector256<float> Gradient) Of(Vector256<float> y, Vector256<float> t, Vector256<float> scale)
        {
            var e = LaneMath.Exp(y);
            var u = Vector256<float>.One + e;
            return (LaneMath.Log(u) - t * y, scale * (e / u - t));
        }
    }
}
