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
    /// <summary>Immediate.</summary>
    Const = 0,

    /// <summary>registers[Index].</summary>
    Register = 1,

    /// <summary>operand Index at (row, col); per row: at (row, 0).</summary>
    Load = 2,

    /// <summary>operand Index at (row, col) = a.</summary>
    Store = 3,

    /// <summary>operand Index at (row, col) = sum of a over all rows that share the address, ascending.</summary>
    StoreSum = 4,

    /// <summary>a of the row, for every unit.</summary>
    Spread = 5,

    /// <summary>-a.</summary>
    Neg = 6,

    /// <summary>|a|.</summary>
    Abs = 7,

    /// <summary>square root of a.</summary>
    Sqrt = 8,

    /// <summary>e^a.</summary>
    Exp = 9,

    /// <summary>natural logarithm of a.</summary>
    Log = 10,

    /// <summary>hyperbolic tangent of a.</summary>
    Tanh = 11,

    /// <summary>1/(1 + e^-a).</summary>
    Sigmoid = 12,

    /// <summary>log(1 + e^a).</summary>
    Softplus = 13,

    /// <summary>sine of a.</summary>
    Sin = 14,

    /// <summary>cosine of a.</summary>
    Cos = 15,

    /// <summary>largest integer &lt;= a.</summary>
    Floor = 16,

    /// <summary>-1, 0 or 1.</summary>
    Sign = 17,

    /// <summary>1 if a &gt; 0, else 0.</summary>
    Step = 18,

    /// <summary>a + b.</summary>
    Add = 19,

    /// <summary>a - b.</summary>
    Sub = 20,

    /// <summary>a b.</summary>
    Mul = 21,

    /// <summary>a / b.</summary>
    Div = 22,

    /// <summary>the smaller; a when equal; NaN when either is.</summary>
    Min = 23,

    /// <summary>the larger; a when equal; NaN when either is.</summary>
    Max = 24,

    /// <summary>a^b = e^(b log a) for a &gt; 0; a = 0 gives 0 for b &gt; 0, 1 for b = 0; a &lt; 0 needs an integer b.</summary>
    Pow = 25,

    /// <summary>1 if a &lt; b, else 0.</summary>
    Less = 26,

    /// <summary>1 if a &lt;= b, else 0.</summary>
    LessEqual = 27,

    /// <summary>1 if a = b, else 0.</summary>
    Equal = 28,

    /// <summary>a b + c, rounded once.</summary>
    Fma = 29,

    /// <summary>b where a != 0, else c.</summary>
    Select = 30,

    /// <summary>the column.</summary>
    UnitIndex = 31,

    /// <summary>the row (of a bank: the input).</summary>
    RowIndex = 32,

    /// <summary>counter-based noise in (0, 1), key Index.</summary>
    Uniform = 33,

    /// <summary>counter-based normal noise, key Index.</summary>
    Normal = 34,

    /// <summary>sum of a over the units of the row.</summary>
    SumUnits = 35,

    /// <summary>largest a of the row; NaN when one is.</summary>
    MaxUnits = 36,

    /// <summary>column of the largest a; ties to the lower; 0 when one is NaN.</summary>
    ArgMaxUnits = 37,
}
