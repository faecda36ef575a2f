namespace CostSociety.Conformance.Tests;

/// <summary>The source values of the opcode tests, and which results the semantics table defines.</summary>
public static class OpcodeGrid
{
    // Arguments of sine and cosine beyond this have no promised accuracy.
    private const double LargestAngle = 8192;

    private static readonly float[] _special =
    [
        0, -0.0f, 1, -1, 0.5f, -0.5f, 1.5f, -1.5f, 2, -2, 3, -3, 1e-3f, -1e-3f, 1e-20f, -1e-20f, 10, -10, 50, -50,
        88, -88, 100, -100, 1e4f, -1e4f, 1e20f, -1e20f, MathF.PI, -MathF.PI, MathF.PI / 2, MathF.E, 0.99999994f,
        1.0000001f, 8388609, -8388609, float.MaxValue, -float.MaxValue, float.PositiveInfinity, float.NegativeInfinity,
        float.NaN,
    ];

    private static readonly float[] _few =
        [0, 1, -1, 0.1f, -3.7f, 1e20f, -1e20f, 1e-20f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];

    /// <summary>
    /// Tuples of sources: all pairs (or triples of fewer) of special values, then random ones of several sizes.
    /// </summary>
    public static List<float[]> Sources(int arity, Random random)
    {
        var tuples = new List<float[]>();
        if (arity == 1)
            tuples.AddRange(_special.Select(a => new[] { a, 0, 0 }));
        if (arity == 2)
            tuples.AddRange(_special.SelectMany(a => _special.Select(b => new[] { a, b, 0 })));
        if (arity == 3)
            tuples.AddRange(_few.SelectMany(a => _few.SelectMany(b => _few.Select(c => new[] { a, b, c }))));
        foreach (float size in (ReadOnlySpan<float>)[0.01f, 1, 10, 80, 1000])
            for (int i = 0; i < 800; i++)
                tuples.Add([Number(random, size), Number(random, size), Number(random, size)]);
        return tuples;
    }

    /// <summary>Whether a result is as the table defines it, and the sources are in its domain.</summary>
    public static bool Agrees(Opcode code, float[] sources, float actual)
    {
        if (!IsDefined(code, sources))
            return true;
        var expected = OpcodeErrors.Of(
            code, Bounded.Exact(sources[0]), Bounded.Exact(sources[1]), Bounded.Exact(sources[2]));
        double value = expected.Value;
        if (double.IsNaN(value))
            return float.IsNaN(actual);
        if (double.IsInfinity(value))
            return actual == value;
        if (Math.Abs(value) > 1e38)
            return Math.Abs(actual) > 0.99e38f && Math.Sign(actual) == Math.Sign(value);
        return Math.Abs(actual - value) <= expected.Error;
    }

    private static float Number(Random random, float size) => (random.NextSingle() * 2 - 1) * size;

    private static bool IsDefined(Opcode code, float[] s) => code switch
    {
        Opcode.Sin or Opcode.Cos => !(Math.Abs(s[0]) > LargestAngle),
        Opcode.Pow => IsPowerDefined(s[0], s[1]),
        _ => true,
    };

    private static bool IsPowerDefined(float a, float b)
    {
        if (!float.IsFinite(a) || !float.IsFinite(b))
            return false;
        return a > 0 || (a == 0 && b >= 0) || (a < 0 && b == MathF.Floor(b) && Math.Abs(b) < 8388608);
    }
}
