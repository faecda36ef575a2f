using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CostSociety.Fabric.Simd;

namespace CostSociety.Benchmarks;

/// <summary>
/// What one would write by hand for one cost: value and gradient in one loop. The same elementary functions as the
/// fabric's, and the same memory: y, target and the gradient stream, one value a sample.
/// </summary>
internal sealed class HandFused(int rows, int cols)
{
    public const string CheapCost = "square(y - target) + lambda * abs(y)";
    public const string LogisticCost = "log(1 + exp(y)) - target * y";

    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    private readonly float[] _y = Noise(rows * cols, 1);
    private readonly float[] _target = Noise(rows * cols, 2);
    private readonly float[] _valid = Noise(rows, 3);
    private readonly float[] _gradient = new float[rows * cols];

    /// <summary>The sum of the cost over the batch, so that no loop is left out.</summary>
    public float Value { get; private set; }

    public void RunCheap()
    {
        float value = 0;
        for (int row = 0; row < rows; row++)
            value += Cheap(_y.AsSpan(row * cols, cols), _target.AsSpan(row * cols, cols), _gradient.AsSpan(row * cols, cols), _valid[row] / cols);
        Value = value;
    }

    public void RunLogistic()
    {
        float value = 0;
        for (int row = 0; row < rows; row++)
            value += Logistic(_y.AsSpan(row * cols, cols), _target.AsSpan(row * cols, cols), _gradient.AsSpan(row * cols, cols), _valid[row] / cols);
        Value = value;
    }

    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    [MethodImpl(Hot)]
    private static float Cheap(ReadOnlySpan<float> ys, ReadOnlySpan<float> targets, Span<float> gradients, float factor)
    {
        ref readonly float y0 = ref ys[0], t0 = ref targets[0];
        Vector256<float> sum = default, scale = Vector256.Create(factor), lambda = Vector256.Create(0.1f);
        for (nuint i = 0; i < (nuint)ys.Length; i += 8)
        {
            var y = Vector256.LoadUnsafe(in y0, i);
            var d = y - Vector256.LoadUnsafe(in t0, i);
            var sign = (Vector256.GreaterThan(y, Vector256<float>.Zero) & Vector256<float>.One)
                - (Vector256.LessThan(y, Vector256<float>.Zero) & Vector256<float>.One);
            sum += d * d + lambda * Vector256.Abs(y);
            (scale * (d + d + lambda * sign)).StoreUnsafe(ref gradients[0], i);
        }
        return Vector256.Sum(sum) * factor;
    }

    [MethodImpl(Hot)]
    private static float Logistic(ReadOnlySpan<float> ys, ReadOnlySpan<float> targets, Span<float> gradients, float factor)
    {
        ref readonly float y0 = ref ys[0], t0 = ref targets[0];
        Vector256<float> sum = default, scale = Vector256.Create(factor);
        for (nuint i = 0; i < (nuint)ys.Length; i += 8)
        {
            Vector256<float> y = Vector256.LoadUnsafe(in y0, i), t = Vector256.LoadUnsafe(in t0, i);
            var e = LaneMath.Exp(y);
            var u = Vector256<float>.One + e;
            sum += LaneMath.Log(u) - t * y;
            (scale * (e / u - t)).StoreUnsafe(ref gradients[0], i);
        }
        return Vector256.Sum(sum) * factor;
    }
}
