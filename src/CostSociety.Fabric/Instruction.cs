namespace CostSociety.Fabric;

/// <summary>The ten instructions of the fabric. <see cref="Semantics"/> says what each one means.</summary>
public enum InstructionKind : byte
{
    /// <summary>y = x W.</summary>
    Project = 0,

    /// <summary>x = d W'.</summary>
    ProjectBack = 1,

    /// <summary>The gradient pre' post of a bank, and its update.</summary>
    Correlate = 2,

    /// <summary>Programs over every synapse of a bank: one for each sample in turn, then one.</summary>
    Synapse = 3,

    /// <summary>Product of two signals, group of rows by group.</summary>
    Contract = 4,

    /// <summary>A program over rows and units.</summary>
    Evaluate = 5,

    /// <summary>Indexed copy by a constant table, or of rows by an index signal.</summary>
    Gather = 6,

    /// <summary>Indexed copy of rows to where an index signal says.</summary>
    Scatter = 7,

    /// <summary>The k-th largest of each row.</summary>
    Rank = 8,

    /// <summary>Repeats the instructions that follow.</summary>
    Loop = 9,
}

/// <summary>Modifiers of one instruction.</summary>
[Flags]
public enum InstructionFlags : byte
{
    /// <summary>No modifier.</summary>
    None = 0,

    /// <summary>The destination is added to instead of overwritten.</summary>
    Accumulate = 1,

    /// <summary>Everything before this instruction must have finished before it starts.</summary>
    Barrier = 2,

    /// <summary>Contract only: the first source is read transposed.</summary>
    TransposeA = 4,

    /// <summary>Contract only: the second source is read transposed.</summary>
    TransposeB = 8,
}

/// <summary>
/// One instruction: 32 bytes of plain data that point into the side tables of a <see cref="Bitstream"/>.
/// The meaning of every field, per kind, stands in <see cref="Semantics.Instructions"/>.
/// </summary>
/// <param name="Kind">What to do.</param>
/// <param name="Flags">Modifiers.</param>
/// <param name="OperandCount">How many entries of the operand table belong to this instruction.</param>
/// <param name="FirstOperand">Index of its first operand.</param>
/// <param name="Program">Index of its program, or -1.</param>
/// <param name="Rows">Rows of the domain its program runs over (Evaluate, Correlate, Synapse).</param>
/// <param name="Cols">Columns of that domain.</param>
/// <param name="Register">Host register: scale (Correlate), count (Loop), k (Rank); the counter that holds the sample
/// (Synapse); -1 when unused.</param>
/// <param name="First">First term (Correlate), gather table or -1 for rows by index (Gather), number of instructions in the
/// body (Loop), per-sample program or -1 (Synapse), groups (Contract, Scatter).</param>
/// <param name="Count">Number of terms (Correlate), counter (Loop), samples (Synapse), groups (Gather by index).</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct Instruction(
    InstructionKind Kind,
    InstructionFlags Flags,
    ushort OperandCount,
    int FirstOperand,
    int Program,
    int Rows,
    int Cols,
    int Register,
    int First,
    int Count)
{
    /// <summary>Whether everything before this instruction must have finished before it starts.</summary>
    public bool IsBarrier => (Flags & InstructionFlags.Barrier) != 0;

    /// <summary>Whether the destination is added to instead of overwritten.</summary>
    public bool Accumulates => (Flags & InstructionFlags.Accumulate) != 0;
}

/// <summary>One product of a <see cref="InstructionKind.Correlate"/>: coefficient * pre' post.</summary>
/// <param name="Pre">Index into the operand table of the bitstream: [rows, inputs].</param>
/// <param name="Post">Index into the operand table of the bitstream: [rows, units].</param>
/// <param name="Coefficient">Factor of this product.</param>
public readonly record struct CorrelateTerm(int Pre, int Post, float Coefficient);

/// <summary>
/// An indexed copy inside one sample: destination element i is the sum of the source elements
/// <c>Indices[Starts[i]..Starts[i + 1]]</c>. Elements are counted logically: row-in-sample * cols + col.
/// A destination element without sources is 0.
/// </summary>
/// <param name="SourceRows">Rows of the source that make one sample.</param>
/// <param name="SourceCols">Columns of the source.</param>
/// <param name="DestinationRows">Rows of the destination that make one sample.</param>
/// <param name="DestinationCols">Columns of the destination.</param>
/// <param name="Starts">Where the sources of each destination element begin; length is the element count plus one.</param>
/// <param name="Indices">Source elements.</param>
public sealed record GatherTable(
    int SourceRows,
    int SourceCols,
    int DestinationRows,
    int DestinationCols,
    int[] Starts,
    int[] Indices);
