using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>
/// Elementary functions of eight lanes, as polynomials in float32 (coefficients of Cephes, S. Moshier). The errors stated
/// are relative, over all floats; results below the normal floats are off by half their spacing besides.
/// </summary>
internal static class LaneMath
{
    /// <summary>Largest relative error of <see cref="Exp"/>.</summary>
    public const double ExpError = 1.3e-7;

    /// <summary>Largest relative error of <see cref="Log"/>.</summary>
    public const double LogError = 1e-7;

    /// <summary>Largest relative error of <see cref="Tanh"/>.</summary>
    public const double TanhError = 1.4e-7;

    /// <summary>Largest relative error of <see cref="Sigmoid"/>.</summary>
    public const double SigmoidError = 2e-7;

    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>e^x, to <see cref="ExpError"/>.</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        // The native forms leave NaN and saturation open; NaN comes back at the end, and nothing bounded saturates.
        var bounded = Vector256.MinNative(Vector256.MaxNative(x, Vector256.Create(-130f)), Vector256.Create(130f));
        var n = Vector256.Floor(Fma(bounded, Vector256.Create(1.44269504088896341f), Vector256.Create(0.5f)));
        var r = Fma(n, Vector256.Create(-0.693359375f), bounded);
        r = Fma(n, Vector256.Create(2.12194440e-4f), r);
        var p = Fma(r, Vector256.Create(1.9875691500e-4f), Vector256.Create(1.3981999507e-3f));
        p = Fma(p, r, Vector256.Create(8.3334519073e-3f));
        p = Fma(p, r, Vector256.Create(4.1665795894e-2f));
        p = Fma(p, r, Vector256.Create(1.6666665459e-1f));
        p = Fma(p, r, Vector256.Create(5.0000001201e-1f));
        p = Fma(p, r * r, r + Vector256<float>.One);
        // 2^n in two steps, so that results near both ends of the range round instead of wrapping.
        var whole = Vector256.ConvertToInt32Native(n);
        var half = whole >> 1;
        var result = p * PowerOfTwo(half) * PowerOfTwo(whole - half);
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), result, x);
    }

    /// <summary>log x, to <see cref="LogError"/>.</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Log(Vector256<float> x)
    {
        var tiny = Vector256.LessThan(x, Vector256.Create(1.17549435e-38f));
        var scaled = Vector256.ConditionalSelect(tiny, x * 8388608f, x);
        var bits = scaled.AsInt32();
        var exponent = Vector256.ConvertToSingle((bits >>> 23) - Vector256.Create(126))
            - (tiny & Vector256.Create(23f));
        var mantissa = ((bits & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F000000)).AsSingle();
        var low = Vector256.LessThan(mantissa, Vector256.Create(0.707106781186547524f));
        exponent -= low & Vector256<float>.One;
        var m = mantissa - Vector256<float>.One + (low & mantissa);
        return LogSpecial(x, LogPolynomial(m, exponent));
    }

    /// <summary>tanh x, to <see cref="TanhError"/>.</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        var size = Vector256.Abs(x);
        var z = x * x;
        var p = Fma(z, Vector256.Create(-5.70498872745e-3f), Vector256.Create(2.06390887954e-2f));
        p = Fma(p, z, Vector256.Create(-5.37397155531e-2f));
        p = Fma(p, z, Vector256.Create(1.33314422036e-1f));
        p = Fma(p, z, Vector256.Create(-3.33332819422e-1f));
        var small = Fma(p * z, x, x);
        var large = Vector256<float>.One - Vector256.Create(2f) / (Exp(size + size) + Vector256<float>.One);
        large |= x & Vector256.Create(-0f);
        return Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256.Create(0.625f)), small, large);
    }

    /// <summary>1/(1 + e^-x), to <see cref="SigmoidError"/>; from e^-|x|, so that neither end overflows.</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Sigmoid(Vector256<float> x)
    {
        var e = Exp(-Vector256.Abs(x));
        var numerator = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), e, Vector256<float>.One);
        return numerator / (Vector256<float>.One + e);
    }

    /// <summary>log(1 + e^x) = max(x, 0) + log1p(e^-|x|)</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Softplus(Vector256<float> x)
    {
        var e = Exp(-Vector256.Abs(x));
        var u = Vector256<float>.One + e;
        // log1p(e) = log(u) e/(u - 1) cancels the rounding of u; where u = 1, log1p(e) = e.
        var exact = Log(u) * (e / (u - Vector256<float>.One));
        var log1p = Vector256.ConditionalSelect(Vector256.Equals(u, Vector256<float>.One), e, exact);
        var positive = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256<float>.Zero, x);
        return positive + log1p;
    }

    /// <summary>sin x</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Sin(Vector256<float> x) => Circle(x, 0);

    /// <summary>cos x</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Cos(Vector256<float> x) => Circle(x, 1);

    [MethodImpl(Inline)]
    private static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    private static Vector256<float> PowerOfTwo(Vector256<int> n) => ((n + Vector256.Create(127)) << 23).AsSingle();

    [MethodImpl(Inline)]
    private static Vector256<float> LogPolynomial(Vector256<float> m, Vector256<float> exponent)
    {
        var z = m * m;
        var p = Fma(m, Vector256.Create(7.0376836292e-2f), Vector256.Create(-1.1514610310e-1f));
        p = Fma(p, m, Vector256.Create(1.1676998740e-1f));
        p = Fma(p, m, Vector256.Create(-1.2420140846e-1f));
        p = Fma(p, m, Vector256.Create(1.4249322787e-1f));
        p = Fma(p, m, Vector256.Create(-1.6668057665e-1f));
        p = Fma(p, m, Vector256.Create(2.0000714765e-1f));
        p = Fma(p, m, Vector256.Create(-2.4999993993e-1f));
        p = Fma(p, m, Vector256.Create(3.3333331174e-1f));
        var y = p * z * m;
        y = Fma(exponent, Vector256.Create(-2.12194440e-4f), y);
        y = Fma(z, Vector256.Create(-0.5f), y);
        return Fma(exponent, Vector256.Create(0.693359375f), m + y);
    }

    [MethodImpl(Inline)]
    private static Vector256<float> LogSpecial(Vector256<float> x, Vector256<float> y)
    {
        var infinity = Vector256.Create(float.PositiveInfinity);
        y = Vector256.ConditionalSelect(Vector256.Equals(x, infinity), infinity, y);
        y = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<float>.Zero), -infinity, y);
        // Negative numbers and NaN: the comparison is false for both.
        return Vector256.ConditionalSelect(
            Vector256.GreaterThanOrEqual(x, Vector256<float>.Zero), y, Vector256.Create(float.NaN));
    }

    // Quadrant n of x = n pi/2 + r, |r| <= pi/4; shift 1 turns sine into cosine.
    [MethodImpl(Inline)]
    private static Vector256<float> Circle(Vector256<float> x, int shift)
    {
        var wide = Vector256.GreaterThanOrEqual(Vector256.Abs(x), Vector256.Create(8192f));
        if (wide != Vector256<float>.Zero)
            return CircleWide(x, shift);
        var n = Vector256.Floor(Fma(x, Vector256.Create(0.636619772367581343f), Vector256.Create(0.5f)));
        var r = Fma(n, Vector256.Create(-1.57079637f), x);
        r = Fma(n, Vector256.Create(4.37113883e-8f), r);
        r = Fma(n, Vector256.Create(1.71512489e-15f), r);
        var quadrant = Vector256.ConvertToInt32(n) + Vector256.Create(shift);
        var odd = Vector256.Equals(quadrant & Vector256<int>.One, Vector256<int>.One).AsSingle();
        var value = Vector256.ConditionalSelect(odd, CosinePolynomial(r), SinePolynomial(r));
        var sign = ((quadrant & Vector256.Create(2)) << 30).AsSingle();
        return value ^ sign;
    }

    [MethodImpl(Inline)]
    private static Vector256<float> SinePolynomial(Vector256<float> r)
    {
        var z = r * r;
        var p = Fma(z, Vector256.Create(2.718311493989822e-6f), Vector256.Create(-1.9839334836096632e-4f));
        p = Fma(p, z, Vector256.Create(8.333329385889463e-3f));
        p = Fma(p, z, Vector256.Create(-1.6666666641626524e-1f));
        return Fma(p * z, r, r);
    }

    [MethodImpl(Inline)]
    private static Vector256<float> CosinePolynomial(Vector256<float> r)
    {
        var z = r * r;
        var p = Fma(z, Vector256.Create(2.443315711809948e-5f), Vector256.Create(-1.388731625493765e-3f));
        p = Fma(p, z, Vector256.Create(4.166664568298827e-2f));
        return Fma(p * z, z, Fma(z, Vector256.Create(-0.5f), Vector256<float>.One));
    }

    // The float reduction runs out of bits there; such angles are rare enough for one lane at a time.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<float> CircleWide(Vector256<float> x, int shift)
    {
        var result = Vector256<float>.Zero;
        for (int lane = 0; lane < 8; lane++)
        {
            double angle = x[lane];
            result = result.WithElement(lane, (float)(shift == 0 ? Math.Sin(angle) : Math.Cos(angle)));
        }
        return result;
    }
}
