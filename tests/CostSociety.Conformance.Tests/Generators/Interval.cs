namespace CostSociety.Conformance.Tests;

/// <summary>
/// What a register of a random program can hold; generators use it to stay in the domain of every opcode.
/// </summary>
public readonly record struct Interval(double Low, double High)
{
    private const double Largest = 1e4;

    public double Magnitude => Math.Max(Math.Abs(Low), Math.Abs(High));

    /// <summary>
    /// The interval of a result, or null where a source may leave the domain or the result grow too large.
    /// </summary>
    public static Interval? Of(Opcode code, Interval a, Interval b, Interval c) => code switch
    {
        Opcode.Neg => new(-a.High, -a.Low),
        Opcode.Abs => new(0, a.Magnitude),
        Opcode.Sqrt or Opcode.Log when a.Low < 0.01 => null,
        Opcode.Exp when a.High > 5 => null,
        Opcode.Sin or Opcode.Cos => a.Magnitude > 100 ? null : new(-1, 1),
        Opcode.Sqrt or Opcode.Log or Opcode.Exp or Opcode.Tanh or Opcode.Sigmoid or Opcode.Softplus
            or Opcode.Floor or Opcode.Sign or Opcode.Step => Ends(code, a),
        Opcode.Add => Limit(a.Low + b.Low, a.High + b.High),
        Opcode.Sub => Limit(a.Low - b.High, a.High - b.Low),
        Opcode.Div when b.Low < 0.05 && b.High > -0.05 => null,
        Opcode.Pow when a.Low < 0.05 || a.High > 20 || b.Magnitude > 2.5 => null,
        Opcode.Mul or Opcode.Div or Opcode.Pow => Corners(code, a, b),
        Opcode.Min => new(Math.Min(a.Low, b.Low), Math.Min(a.High, b.High)),
        Opcode.Max => new(Math.Max(a.Low, b.Low), Math.Max(a.High, b.High)),
        Opcode.Less or Opcode.LessEqual or Opcode.Equal => new(0, 1),
        Opcode.Fma => Corners(Opcode.Mul, a, b) is { } product ? Of(Opcode.Add, product, c, c) : null,
        Opcode.Select => new(Math.Min(b.Low, c.Low), Math.Max(b.High, c.High)),
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "no interval rule"),
    };

    /// <summary>Itself if no number of it is too large.</summary>
    public static Interval? Limit(double low, double high) =>
        Math.Max(Math.Abs(low), Math.Abs(high)) <= Largest ? new Interval(low, high) : null;

    private static Interval? Ends(Opcode code, Interval a) =>
        Limit(OpcodeValues.Of(code, a.Low, 0, 0), OpcodeValues.Of(code, a.High, 0, 0));

    private static Interval? Corners(Opcode code, Interval a, Interval b)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double x in (ReadOnlySpan<double>)[a.Low, a.High])
            foreach (double y in (ReadOnlySpan<double>)[b.Low, b.High])
            {
                double value = OpcodeValues.Of(code, x, y, 0);
                low = Math.Min(low, value);
                high = Math.Max(high, value);
            }
        return Limit(low, high);
    }
}
