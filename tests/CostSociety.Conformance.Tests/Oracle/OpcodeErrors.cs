namespace CostSociety.Conformance.Tests;

/// <summary>
/// How far an executor's result of an opcode may be from the oracle's: what the sources' errors make of it, plus the
/// row's tolerance. A decision that the sources' errors leave open (a comparison, a floor, an argmax) has the distance
/// to the other outcome as its error.
/// </summary>
public static class OpcodeErrors
{
    public static Bounded Of(Opcode code, Bounded a, Bounded b, Bounded c)
    {
        double value = OpcodeValues.Of(code, a.Value, b.Value, c.Value);
        return Bounded.Of(value, Carried(code, a, b, c, value) + Slack(code, value, a.Value, b.Value));
    }

    /// <summary>The row's tolerance as an absolute error of one result.</summary>
    public static double Slack(Opcode code, double value, double a = 0, double b = 0)
    {
        double tolerance = Semantics.Opcodes[(int)code].Tolerance;
        double size = Math.Max(Math.Abs(value), OrdinarySize(code, value, a, b));
        return tolerance == 0 ? 0 : tolerance * size + Bounded.Tiny;
    }

    // The table promises relative errors "for results of ordinary size"; smaller results are held to the error that
    // this size would have. Results of pow lose what b log a is rounded by, so its allowance grows with that product.
    private static double OrdinarySize(Opcode code, double value, double a, double b) => code switch
    {
        Opcode.Sin or Opcode.Cos => 1,
        Opcode.Normal => 1,
        Opcode.Log or Opcode.Tanh or Opcode.Softplus => 0.1,
        Opcode.Pow when a > 0 => Math.Abs(value) * (1 + Math.Abs(b * Math.Log(a))),
        _ => 0,
    };

    private static double Carried(Opcode code, Bounded a, Bounded b, Bounded c, double value) => code switch
    {
        _ when a.Error == 0 && b.Error == 0 && c.Error == 0 => 0,
        // What nothing is known of may be no number at all.
        _ when double.IsInfinity(a.Error + b.Error + c.Error) => double.PositiveInfinity,
        Opcode.Neg or Opcode.Abs => a.Error,
        Opcode.Sin or Opcode.Cos => Math.Min(a.Error, 2),
        Opcode.Sqrt or Opcode.Exp or Opcode.Log or Opcode.Tanh or Opcode.Sigmoid or Opcode.Softplus
            or Opcode.Floor or Opcode.Sign or Opcode.Step => Monotone(code, a, value),
        Opcode.Add or Opcode.Sub => a.Error + b.Error,
        Opcode.Mul => Bounded.ProductError(a, b),
        Opcode.Div => Quotient(a, b, value),
        Opcode.Min or Opcode.Max => Math.Max(a.Error, b.Error),
        Opcode.Pow => Power(a, b, value),
        Opcode.Less or Opcode.LessEqual or Opcode.Equal => Math.Abs(a.Value - b.Value) <= a.Error + b.Error ? 1 : 0,
        Opcode.Fma => Bounded.ProductError(a, b) + c.Error,
        Opcode.Select => Selection(a, b, c),
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "no error rule"),
    };

    private static double Monotone(Opcode code, Bounded a, double value)
    {
        double above = OpcodeValues.Of(code, a.Value + a.Error, 0, 0) - value;
        double below = value - OpcodeValues.Of(code, a.Value - a.Error, 0, 0);
        return Math.Max(above, below);
    }

    private static double Quotient(Bounded a, Bounded b, double value)
    {
        double smallest = Math.Abs(b.Value) - b.Error;
        return smallest <= 0 ? double.PositiveInfinity : (a.Error + Math.Abs(value) * b.Error) / smallest;
    }

    // b log a is linear in b and in log a, so the extremes of a^b lie at the corners.
    private static double Power(Bounded a, Bounded b, double value)
    {
        if (a.Value - a.Error <= 0)
            return double.PositiveInfinity;
        double error = 0;
        foreach (double x in (ReadOnlySpan<double>)[a.Value - a.Error, a.Value + a.Error])
            foreach (double y in (ReadOnlySpan<double>)[b.Value - b.Error, b.Value + b.Error])
                error = Math.Max(error, Math.Abs(Math.Pow(x, y) - value));
        return error;
    }

    private static double Selection(Bounded a, Bounded b, Bounded c)
    {
        if (a.Error > 0 && Math.Abs(a.Value) <= a.Error)
            return Math.Abs(b.Value - c.Value) + Math.Max(b.Error, c.Error);
        return a.Value != 0 ? b.Error : c.Error;
    }
}
