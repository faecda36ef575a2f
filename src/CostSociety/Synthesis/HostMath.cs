using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>Opcodes on host scalars in double precision.</summary>
internal static class HostMath
{
    /// <summary>Applies an elementwise opcode; unused inputs are ignored.</summary>
    public static double Apply(Opcode code, double a, double b, double c) => code switch
    {
        Opcode.Neg => -a,
        Opcode.Abs => Math.Abs(a),
        Opcode.Sqrt => Math.Sqrt(a),
        Opcode.Exp => Math.Exp(a),
        Opcode.Log => Math.Log(a),
        Opcode.Tanh => Math.Tanh(a),
        Opcode.Sigmoid => 1 / (1 + Math.Exp(-a)),
        Opcode.Softplus => Math.Max(a, 0) + Math.Log(1 + Math.Exp(-Math.Abs(a))),
        Opcode.Sin => Math.Sin(a),
        Opcode.Cos => Math.Cos(a),
        Opcode.Floor => Math.Floor(a),
        Opcode.Sign => double.IsNaN(a) ? a : Math.Sign(a),
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
        _ => throw new InvalidOperationException($"{code} is not a host operation"),
    };
}
