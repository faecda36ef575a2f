using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>Kinds of nodes of the operation graph.</summary>
internal enum NodeKind : byte
{
    /// <summary>A number.</summary>
    Const,

    /// <summary>A number the host knows at the step boundary (step, epoch, a measure of the previous step).</summary>
    Host,

    /// <summary>Values in memory: a stream, a variable, a slot of a ring, a bank.</summary>
    Memory,

    /// <summary>The gradient that an update receives; register 0 of an update program.</summary>
    Gradient,

    /// <summary>One opcode, element by element.</summary>
    Apply,

    /// <summary>Sum over the units of a row.</summary>
    SumUnits,

    /// <summary>Largest unit of a row.</summary>
    MaxUnits,

    /// <summary>Column of the largest unit of a row.</summary>
    ArgMaxUnits,

    /// <summary>Sum over the sites of a sample.</summary>
    SumSites,

    /// <summary>Sum over all rows.</summary>
    SumRows,

    /// <summary>Softmax over the units of a row.</summary>
    Softmax,

    /// <summary>log(sum(exp)) over the units of a row.</summary>
    LogSumExp,

    /// <summary>The value; no gradient passes.</summary>
    Stop,

    /// <summary>The first input's value; the gradient passes to the second.</summary>
    As,

    /// <summary>x W.</summary>
    Project,

    /// <summary>d W'.</summary>
    ProjectBack,

    /// <summary>Indexed copy inside a sample; of a matrix or across the whole batch where the table says so.</summary>
    Gather,

    /// <summary>Product of two signals or matrices, whole or sample by sample.</summary>
    Contract,

    /// <summary>The k-th largest unit of a row.</summary>
    Rank,

    /// <summary>Column of the k-th largest unit of a row; its input is the <see cref="Rank"/>, whose instruction writes both.</summary>
    RankIndex,

    /// <summary>The weights of a projection as a matrix [inputs, units], with a gradient.</summary>
    Weights,
}

/// <summary>
/// One operation of the graph that stands between circuit and bitstream: an expression or a netlist operation. Nodes are
/// made by <see cref="Graph"/>, which gives equal nodes the same identity.
/// </summary>
internal sealed class Node
{
    public required int Id { get; init; }

    public required NodeKind Kind { get; init; }

    public required Shape Shape { get; init; }

    public required Node[] Inputs { get; init; }

    /// <summary>Opcode of Apply.</summary>
    public Opcode Code { get; init; }

    /// <summary>Value of Const.</summary>
    public double Value { get; init; }

    /// <summary>Symbol (Memory), projection (Project, ProjectBack), bank or table; name of a Host or noise.</summary>
    public object? Data { get; init; }

    /// <summary>Whether the host can compute it at the step boundary.</summary>
    public required bool IsHost { get; init; }

    public bool IsConst(double value) => Kind == NodeKind.Const && Value == value;

    public T DataAs<T>() => (T)Data!;
}

/// <summary>How a product reads its two sources.</summary>
/// <param name="TransposeA">Whether the first is transposed.</param>
/// <param name="TransposeB">Whether the second is transposed.</param>
/// <param name="PerSample">Whether every sample has a product of its own.</param>
internal sealed record ContractForm(bool TransposeA, bool TransposeB, bool PerSample);

/// <summary>A use of a bank.</summary>
/// <param name="Bank">Symbol of the bank that is read.</param>
/// <param name="Owner">The projection it is read for: its scope and rule apply.</param>
internal sealed record BankUse(Symbol Bank, Parameter Owner);
