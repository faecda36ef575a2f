namespace CostSociety.Fabric;

/// <summary>
/// One step of a program. A program runs over a domain [rows, cols]; its registers hold either a value per element or,
/// where <see cref="PerRow"/> is set, a value per row.
/// </summary>
/// <param name="Code">What to compute; see <see cref="Semantics.Opcodes"/>.</param>
/// <param name="PerRow">Whether the result (for Store and StoreSum: the source) holds one value per row.</param>
/// <param name="Destination">Register written.</param>
/// <param name="A">First source register.</param>
/// <param name="B">Second source register.</param>
/// <param name="C">Third source register.</param>
/// <param name="Index">Operand (Load, Store, StoreSum: counted from the instruction's first operand), host register
/// (Register), or noise key (Uniform, Normal).</param>
/// <param name="Immediate">Value of Const.</param>
public readonly record struct ProgramOp(
    Opcode Code,
    bool PerRow,
    byte Destination,
    byte A,
    byte B,
    byte C,
    ushort Index,
    float Immediate);

/// <summary>A straight line of operations, and the keys of the noise it draws.</summary>
/// <param name="Ops">Operations in order.</param>
/// <param name="Registers">Number of registers used; at most <see cref="MaxRegisters"/>.</param>
/// <param name="NoiseKeys">Stable hashes of the symbols whose noise is drawn.</param>
public sealed record FabricProgram(ProgramOp[] Ops, int Registers, ulong[] NoiseKeys)
{
    /// <summary>The most registers a program may use.</summary>
    public const int MaxRegisters = 64;
}

/// <summary>The operations of programs. One table, <see cref="Semantics.Opcodes"/>, says what each means.</summary>
public enum Opcode : byte
{
    Const = 0,
    Register = 1,
    Load = 2,
    Store = 3,
    StoreSum = 4,
    Spread = 5,
    Neg = 6,
    Abs = 7,
    Sqrt = 8,
    Exp = 9,
    Log = 10,
    Tanh = 11,
    Sigmoid = 12,
    Softplus = 13,
    Sin = 14,
    Cos = 15,
    Floor = 16,
    Sign = 17,
    Step = 18,
    Add = 19,
    Sub = 20,
    Mul = 21,
    Div = 22,
    Min = 23,
    Max = 24,
    Pow = 25,
    Less = 26,
    LessEqual = 27,
    Equal = 28,
    Fma = 29,
    Select = 30,
    UnitIndex = 31,
    RowIndex = 32,
    Uniform = 33,
    Normal = 34,
    SumUnits = 35,
    MaxUnits = 36,
    ArgMaxUnits = 37,
}
