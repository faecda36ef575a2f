using System.Runtime.Intrinsics;
using CostSociety.Fabric.Simd;

namespace CostSociety.Tests.Programs;

/// <summary>The polynomials against double precision, over all floats from end to end: as far off as they say, and no further.</summary>
public sealed class LaneMathTests
{
    // Prime, so that all exponents and mantissas of every kind are met: about 700,000 floats of both signs.
    private const long Stride = 6143;

    // Half the spacing of floats below the normal ones: there results are as fine as floats can be, not relatively exact.
    private const double Denormal = 1.2e-38 / (1 << 23);

    [Fact]
    public void Exp_AllFloats_IsAsExactAsStated() => Check(LaneMath.Exp, Math.Exp, LaneMath.ExpError);

    [Fact]
    public void Log_AllFloats_IsAsExactAsStated() => Check(LaneMath.Log, Math.Log, LaneMath.LogError);

    [Fact]
    public void Tanh_AllFloats_IsAsExactAsStated() => Check(LaneMath.Tanh, Math.Tanh, LaneMath.TanhError);

    [Fact]
    public void Sigmoid_AllFloats_IsAsExactAsStated() =>
        Check(LaneMath.Sigmoid, x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)), LaneMath.SigmoidError);

    private static void Check(Func<Vector256<float>, Vector256<float>> function, Func<double, double> exact, double stated)
    {
        double worst = 0;
        var lanes = new float[8];
        foreach (var values in Floats().Chunk(8).Append([0f, -0f, 1, float.Epsilon, 88.72283f, -87.33655f, -103.9f, float.NaN]))
        {
            values.CopyTo(lanes, 0);
            var results = function(Vector256.Create(lanes));
            for (int i = 0; i < values.Length; i++)
                worst = Math.Max(worst, Error(exact(values[i]), results[i], values[i]));
        }
        Assert.InRange(worst, stated / 4, stated);
    }

    private static IEnumerable<float> Floats()
    {
        for (long bits = 0; bits <= uint.MaxValue; bits += Stride)
            yield return BitConverter.UInt32BitsToSingle((uint)bits);
    }

    private static double Error(double expected, float actual, float argument)
    {
        if (double.IsNaN(expected) || double.IsInfinity((float)expected))
            Assert.True(actual.Equals((float)expected), $"at {argument:R}: {actual:R}, expected {expected:R}");
        else if (actual != expected)
            return Math.Max(0, Math.Abs(actual - expected) - Denormal) / Math.Abs(expected);
        return 0;
    }
}
