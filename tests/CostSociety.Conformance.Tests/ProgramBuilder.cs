namespace CostSociety.Conformance.Tests;

/// <summary>Writes programs by hand: every operation gets a register of its own.</summary>
public sealed class ProgramBuilder(int firstFreeRegister = 0)
{
    private readonly List<ProgramOp> _ops = [];
    private readonly List<ulong> _keys = [];
    private int _registers = firstFreeRegister;

    public int Registers => _registers;

    public int Op(
        Opcode code, int a = 0, int b = 0, int c = 0, int index = 0, float immediate = 0, bool perRow = false) =>
        OpInto(_registers, code, a, b, c, index, immediate, perRow);

    public int OpInto(
        int register, Opcode code, int a = 0, int b = 0, int c = 0, int index = 0, float immediate = 0,
        bool perRow = false)
    {
        _ops.Add(new ProgramOp(code, perRow, (byte)register, (byte)a, (byte)b, (byte)c, (ushort)index, immediate));
        _registers = Math.Max(_registers, register + 1);
        return register;
    }

    public int Load(int operand, bool perRow = false) => Op(Opcode.Load, index: operand, perRow: perRow);

    public int Const(float value, bool perRow = false) => Op(Opcode.Const, immediate: value, perRow: perRow);

    public int Register(int hostRegister, bool perRow = false) =>
        Op(Opcode.Register, index: hostRegister, perRow: perRow);

    public int Noise(Opcode code, ulong key, bool perRow = false)
    {
        _keys.Add(key);
        return Op(code, index: _keys.Count - 1, perRow: perRow);
    }

    public ProgramBuilder Store(int operand, int register, bool perRow = false) =>
        Write(Opcode.Store, operand, register, perRow);

    public ProgramBuilder StoreSum(int operand, int register, bool perRow = false) =>
        Write(Opcode.StoreSum, operand, register, perRow);

    public FabricProgram Build() => new([.. _ops], Math.Max(_registers, 1), [.. _keys]);

    private ProgramBuilder Write(Opcode code, int operand, int register, bool perRow)
    {
        _ops.Add(new ProgramOp(code, perRow, 0, (byte)register, 0, 0, (ushort)operand, 0));
        return this;
    }
}
