using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>What a <see cref="KernelEmitter"/> works in. One kernel after the other is emitted in the same room, so that none needs room of its own.</summary>
internal sealed class EmitterRoom
{
    /// <summary>The operations so far.</summary>
    public List<ProgramOp> Ops { get; } = [];

    /// <summary>The values they write and read.</summary>
    public List<(int Destination, int A, int B, int C)> Values { get; } = [];

    /// <summary>The operands they use.</summary>
    public List<Operand> Operands { get; } = [];

    /// <summary>Numbers of the operands.</summary>
    public Dictionary<Operand, int> OperandNumbers { get; } = new(new SameOperand());

    /// <summary>Values of nodes for every element.</summary>
    public NodeMap<int> Known { get; } = new();

    /// <summary>Values of nodes for every row.</summary>
    public NodeMap<int> KnownPerRow { get; } = new();

    /// <summary>Nodes that the kernel computes.</summary>
    public NodeMap<bool> Own { get; } = new();

    /// <summary>Makes room for a kernel that computes some nodes.</summary>
    public void Begin(List<Node> own)
    {
        Ops.Clear();
        Values.Clear();
        Operands.Clear();
        OperandNumbers.Clear();
        Known.Clear();
        KnownPerRow.Clear();
        Own.Clear();
        foreach (var node in own)
            Own[node] = true;
    }

    /// <summary>The hash looks at where an operand begins, which tells most of them apart.</summary>
    private sealed class SameOperand : IEqualityComparer<Operand>
    {
        public bool Equals(Operand a, Operand b) => a.Offset == b.Offset && a == b;

        public int GetHashCode(Operand operand) => (operand.Offset * 31 + operand.Slot0) * 31 + operand.RowStride + (int)operand.Region;
    }
}
