using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>A function of one value, eight lanes at a time.</summary>
internal interface IUnaryLanes
{
    static abstract Vector256<float> Apply(Vector256<float> a);
}

/// <summary>A function of two values, eight lanes at a time.</summary>
internal interface IBinaryLanes
{
    static abstract Vector256<float> Apply(Vector256<float> a, Vector256<float> b);
}

/// <summary>A function of three values, eight lanes at a time.</summary>
internal interface ITernaryLanes
{
    static abstract Vector256<float> Apply(Vector256<float> a, Vector256<float> b, Vector256<float> c);
}

/// <summary>The loops of the interpreter: one for each arity, specialised by the operation.</summary>
internal static unsafe class LaneLoops
{
    // One vector at a time: where two polynomials stand side by side, the compiler stops inlining them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unary<T>(float* d, RegisterSource a, nint vectors)
        where T : struct, IUnaryLanes
    {
        float* pa = a.Pointer;
        for (; vectors > 0; vectors--)
        {
            T.Apply(Vector256.Load(pa)).Store(d);
            pa += a.Step;
            d += 8;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Binary<T>(float* d, RegisterSource a, RegisterSource b, nint vectors)
        where T : struct, IBinaryLanes
    {
        float* pa = a.Pointer, pb = b.Pointer;
        nint sa = a.Step, sb = b.Step;
        for (; vectors >= 4; vectors -= 4)
        {
            T.Apply(Vector256.Load(pa), Vector256.Load(pb)).Store(d);
            T.Apply(Vector256.Load(pa + sa), Vector256.Load(pb + sb)).Store(d + 8);
            pa += 2 * sa;
            pb += 2 * sb;
            T.Apply(Vector256.Load(pa), Vector256.Load(pb)).Store(d + 16);
            T.Apply(Vector256.Load(pa + sa), Vector256.Load(pb + sb)).Store(d + 24);
            pa += 2 * sa;
            pb += 2 * sb;
            d += 32;
        }
        for (; vectors > 0; vectors--)
        {
            T.Apply(Vector256.Load(pa), Vector256.Load(pb)).Store(d);
            pa += sa;
            pb += sb;
            d += 8;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ternary<T>(float* d, RegisterSource a, RegisterSource b, RegisterSource c, nint vectors)
        where T : struct, ITernaryLanes
    {
        float* pa = a.Pointer, pb = b.Pointer, pc = c.Pointer;
        nint sa = a.Step, sb = b.Step, sc = c.Step;
        for (; vectors >= 4; vectors -= 4)
        {
            T.Apply(Vector256.Load(pa), Vector256.Load(pb), Vector256.Load(pc)).Store(d);
            T.Apply(Vector256.Load(pa + sa), Vector256.Load(pb + sb), Vector256.Load(pc + sc)).Store(d + 8);
            pa += 2 * sa;
            pb += 2 * sb;
            pc += 2 * sc;
            T.Apply(Vector256.Load(pa), Vector256.Load(pb), Vector256.Load(pc)).Store(d + 16);
            T.Apply(Vector256.Load(pa + sa), Vector256.Load(pb + sb), Vector256.Load(pc + sc)).Store(d + 24);
            pa += 2 * sa;
            pb += 2 * sb;
            pc += 2 * sc;
            d += 32;
        }
        for (; vectors > 0; vectors--)
        {
            T.Apply(Vector256.Load(pa), Vector256.Load(pb), Vector256.Load(pc)).Store(d);
            pa += sa;
            pb += sb;
            pc += sc;
            d += 8;
        }
    }
}

internal readonly struct NegLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) => -a;
}

internal readonly struct AbsLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) => Vector256.Abs(a);
}

internal readonly struct SqrtLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) => Vector256.Sqrt(a);
}

internal readonly struct ExpLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) => LaneMath.Exp(a);
}

internal readonly struct LogLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) => LaneMath.Log(a);
}

internal readonly struct TanhLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) => LaneMath.Tanh(a);
}

internal readonly struct SigmoidLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) => LaneMath.Sigmoid(a);
}

internal readonly struct SoftplusLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) => LaneMath.Softplus(a);
}

internal readonly struct SinLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) => LaneMath.Sin(a);
}

internal readonly struct CosLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) => LaneMath.Cos(a);
}

internal readonly struct FloorLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) => Vector256.Floor(a);
}

internal readonly struct SignLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) =>
        (Vector256.GreaterThan(a, Vector256<float>.Zero) & Vector256<float>.One)
        - (Vector256.LessThan(a, Vector256<float>.Zero) & Vector256<float>.One);
}

internal readonly struct StepLanes : IUnaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a) =>
        Vector256.GreaterThan(a, Vector256<float>.Zero) & Vector256<float>.One;
}

internal readonly struct AddLanes : IBinaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a + b;
}

internal readonly struct SubLanes : IBinaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a - b;
}

internal readonly struct MulLanes : IBinaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a * b;
}

internal readonly struct DivLanes : IBinaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a / b;
}

// Min and Max keep a NaN of either side: a run that goes wrong must show it.
internal readonly struct MinLanes : IBinaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.LessThanOrEqual(a, b) | ~Vector256.Equals(a, a), a, b);
}

internal readonly struct MaxLanes : IBinaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(a, b) | ~Vector256.Equals(a, a), a, b);
}

internal readonly struct PowLanes : IBinaryLanes
{
    // Through double precision: b log a loses too many bits in float32 when the result is large or small.
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        if (Vector256.EqualsAll(b, Vector256.Create(2f)))
            return a * a;
        if (Vector256.EqualsAll(b, Vector256.Create(0.5f)) && Vector256.GreaterThanAll(a, Vector256<float>.Zero))
            return Vector256.Sqrt(a);
        var result = Vector256<float>.Zero;
        for (int lane = 0; lane < 8; lane++)
            result = result.WithElement(lane, (float)Math.Pow(a[lane], b[lane]));
        return result;
    }
}

internal readonly struct LessLanes : IBinaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) =>
        Vector256.LessThan(a, b) & Vector256<float>.One;
}

internal readonly struct LessEqualLanes : IBinaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) =>
        Vector256.LessThanOrEqual(a, b) & Vector256<float>.One;
}

internal readonly struct EqualLanes : IBinaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) =>
        Vector256.Equals(a, b) & Vector256<float>.One;
}

internal readonly struct FmaLanes : ITernaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.FusedMultiplyAdd(a, b, c);
}

internal readonly struct SelectLanes : ITernaryLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.ConditionalSelect(Vector256.Equals(a, Vector256<float>.Zero), c, b);
}
