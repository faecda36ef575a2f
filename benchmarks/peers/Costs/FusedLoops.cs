using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CostSociety.Fabric.Simd;

namespace CostSociety.Peers.Costs;

/// <summary>Writes the gradient of a cost and gives its sum over all elements.</summary>
internal delegate float FusedLoop(ReadOnlySpan<float> y, ReadOnlySpan<float> t, Span<float> gradient);

/// <summary>Costs and gradients as somebody would write them who knows the cost when the program is compiled; lengths are whole vectors.</summary>
internal static class FusedLoops
{
    /// <summary>(y - t)^2 + 0.1 |y|</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SquareAndAbsolute(ReadOnlySpan<float> y, ReadOnlySpan<float> t, Span<float> gradient)
    {
        ref float first = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(t), result = ref MemoryMarshal.GetReference(gradient);
        Vector256<float> price = Vector256.Create(0.1f), sum = Vector256<float>.Zero;
        for (nuint i = 0; i < (nuint)y.Length; i += (nuint)Vector256<float>.Count)
        {
            var a = Vector256.LoadUnsafe(ref first, i);
            var d = a - Vector256.LoadUnsafe(ref target, i);
            sum += Vector256.FusedMultiplyAdd(d, d, price * Vector256.Abs(a));
            var rise = Vector256.GreaterThan(a, Vector256<float>.Zero) & price;
            var fall = Vector256.LessThan(a, Vector256<float>.Zero) & price;
            (d + d + (rise - fall)).StoreUnsafe(ref result, i);
        }
        return Vector256.Sum(sum);
    }

    /// <summary>-(t log p + (1 - t) log(1 - p)) of p = sigmoid(y), the gradient by the chain rule</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Logistic(ReadOnlySpan<float> y, ReadOnlySpan<float> t, Span<float> gradient)
    {
        ref float first = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(t), result = ref MemoryMarshal.GetReference(gradient);
        Vector256<float> one = Vector256<float>.One, sum = Vector256<float>.Zero;
        for (nuint i = 0; i < (nuint)y.Length; i += (nuint)Vector256<float>.Count)
        {
            var p = LaneMath.Sigmoid(Vector256.LoadUnsafe(ref first, i));
            var yes = Vector256.LoadUnsafe(ref target, i);
            Vector256<float> no = one - yes, q = one - p;
            sum -= Vector256.FusedMultiplyAdd(yes, LaneMath.Log(p), no * LaneMath.Log(q));
            ((no / q - yes / p) * (p * q)).StoreUnsafe(ref result, i);
        }
        return Vector256.Sum(sum);
    }
}
