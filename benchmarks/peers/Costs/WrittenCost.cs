using CostSociety.Fabric;

namespace CostSociety.Peers.Costs;

/// <summary>A cost as the shortest program that computes it, written by hand: what the interpreter alone can do.</summary>
internal static class WrittenCost
{
    private const int Y = 0;
    private const int T = 1;
    private const int Value = 2;
    private const int Gradient = 3;

    /// <summary>(y - t)^2 + 0.1 |y|</summary>
    public static FabricProgram SquareAndAbsolute { get; } = new(
        [
            Load(0, Y), Load(1, T),
            Op(Opcode.Sub, 1, 0, 1), Op(Opcode.Mul, 2, 1, 1), Op(Opcode.Abs, 3, 0), Constant(4, 0.1f), Op(Opcode.Fma, 2, 4, 3, 2),
            Sum(5, 2), Store(5, Value, perRow: true),
            Op(Opcode.Sign, 3, 0), Op(Opcode.Add, 1, 1, 1), Op(Opcode.Fma, 1, 4, 3, 1), Store(1, Gradient),
        ], Registers: 6, NoiseKeys: []);

    /// <summary>-(t log p + (1 - t) log(1 - p)) of p = sigmoid(y), the gradient by the chain rule</summary>
    public static FabricProgram Logistic { get; } = new(
        [
            Load(0, Y), Load(1, T), Op(Opcode.Sigmoid, 0, 0), Constant(2, 1), Op(Opcode.Sub, 3, 2, 1), Op(Opcode.Sub, 2, 2, 0),
            Op(Opcode.Log, 4, 0), Op(Opcode.Mul, 4, 1, 4), Op(Opcode.Log, 5, 2), Op(Opcode.Fma, 4, 3, 5, 4), Op(Opcode.Neg, 4, 4),
            Sum(6, 4), Store(6, Value, perRow: true),
            Op(Opcode.Div, 3, 3, 2), Op(Opcode.Div, 1, 1, 0), Op(Opcode.Sub, 3, 3, 1), Op(Opcode.Mul, 0, 0, 2), Op(Opcode.Mul, 3, 3, 0), Store(3, Gradient),
        ], Registers: 7, NoiseKeys: []);

    /// <summary>One Evaluate over [samples, units], with its inputs.</summary>
    public static CostProgram Of(FabricProgram program, float[] y, float[] t)
    {
        int samples = y.Length / CostProgram.Units;
        Operand[] operands =
        [
            Operand.Signal(Region.Io, 0, samples, CostProgram.Units), Operand.Signal(Region.Io, y.Length, samples, CostProgram.Units),
            Operand.Column(Region.Io, 2 * y.Length, samples), Operand.Signal(Region.Scratch, 0, samples, CostProgram.Units),
        ];
        var bitstream = new Bitstream
        {
            Instructions =
            [
                new Instruction(InstructionKind.Evaluate, InstructionFlags.Barrier, (ushort)operands.Length, FirstOperand: 0, Program: 0,
                    samples, CostProgram.Units, Register: -1, First: 0, Count: 0),
            ],
            Operands = operands,
            Terms = [],
            Programs = [program],
            Tables = [],
            EntryPoints = [new EntryPoint("cost", 0, 1, WritesState: false)],
            Sizes = new MemorySizes(0, y.Length, 2 * y.Length + Operand.Pad(samples)),
            Registers = 0,
            Counters = 1,
        };
        var cost = new CostProgram(bitstream, operands[Gradient], operands[Value]);
        cost.Memory.Write(Region.Io, 0, y);
        cost.Memory.Write(Region.Io, y.Length, t);
        return cost;
    }

    private static ProgramOp Load(byte register, ushort operand) => new(Opcode.Load, false, register, 0, 0, 0, operand, 0);

    private static ProgramOp Constant(byte register, float value) => new(Opcode.Const, false, register, 0, 0, 0, 0, value);

    private static ProgramOp Op(Opcode code, byte register, byte a, byte b = 0, byte c = 0) => new(code, false, register, a, b, c, 0, 0);

    private static ProgramOp Sum(byte register, byte a) => new(Opcode.SumUnits, true, register, a, 0, 0, 0, 0);

    private static ProgramOp Store(byte register, ushort operand, bool perRow = false) => new(Opcode.Store, perRow, 0, register, 0, 0, operand, 0);
}
