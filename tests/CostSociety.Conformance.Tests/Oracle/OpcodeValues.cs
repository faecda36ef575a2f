namespace CostSociety.Conformance.Tests;

/// <summary>
/// The value of every elementwise opcode of the semantics table that has sources, in double precision.
/// </summary>
public static class OpcodeValues
{
    public static double Of(Opcode code, double a, double b, double c) => code switch
    {
        Opcode.Neg => -a,
        Opcode.Abs => Math.Abs(a),
        Opcode.Sqrt => Math.Sqrt(a),
        Opcode.Exp => Math.Exp(a),
        Opcode.Log => Math.Log(a),
        Opcode.Tanh => Math.Tanh(a),
        Opcode.Sigmoid => 1 / (1 + Math.Exp(-a)),
        Opcode.Softplus => Math.Max(a, 0) + LogOnePlus(Math.Exp(-Math.Abs(a))),
        Opcode.Sin => Math.Sin(a),
        Opcode.Cos => Math.Cos(a),
        Opcode.Floor => Math.Floor(a),
        Opcode.Sign => a > 0 ? 1 : a < 0 ? -1 : 0,
        Opcode.Step => a > 0 ? 1 : 0,
        Opcode.Add => a + b,
        Opcode.Sub => a - b,
        Opcode.Mul => a * b,
        Opcode.Div => a / b,
        Opcode.Min => a <= b || double.IsNaN(a) ? a : b,
        Opcode.Max => a >= b || double.IsNaN(a) ? a : b,
        Opcode.Pow => Math.Pow(a, b),
        Opcode.Less => a < b ? 1 : 0,
        Opcode.LessEqual => a <= b ? 1 : 0,
        Opcode.Equal => a == b ? 1 : 0,
        Opcode.Fma => Math.FusedMultiplyAdd(a, b, c),
        Opcode.Select => a != 0 ? b : c,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "not an elementwise opcode with sources"),
    };

    // log(1 + x) loses x when x is small; two terms of the series are enough there.
    private static double LogOnePlus(double x) => x < 1e-6 ? x - x * x / 2 : Math.Log(1 + x);
}
