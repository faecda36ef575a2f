namespace CostSociety.Fabric.Simd;

/// <summary>
/// An operation of a program by the values it reads and makes, each of which is made once. Value 0 is what register 0
/// holds before the first operation.
/// </summary>
internal sealed class ValueOp(ProgramOp op, int value, int[] sources)
{
    public Opcode Code => op.Code;

    public bool PerRow => op.PerRow;

    public ushort Index => op.Index;

    public float Immediate => op.Immediate;

    /// <summary>The value it makes; -1 for one that writes memory.</summary>
    public int Value => value;

    /// <summary>The values it reads, in the order of its kernel.</summary>
    public int[] Sources { get; private set; } = sources;

    /// <summary>The kernel that does it together with the operation before it; null for an operation by itself.</summary>
    public FusedKernel? Fused { get; private set; }

    /// <summary>Where its value stands.</summary>
    public byte Register { get; set; } = op.Destination;

    /// <summary>Whether each element of the result depends on the same element of the sources alone.</summary>
    public bool IsElementwise => !PerRow && Sources.Length > 0 && ProgramRules.Shape(Code) == OpcodeShape.Elementwise;

    /// <summary>The operations of a program in order.</summary>
    public static List<ValueOp> Of(FabricProgram program)
    {
        var current = new int[FabricProgram.MaxRegisters];
        var result = new List<ValueOp>(program.Ops.Length);
        for (int i = 0; i < program.Ops.Length; i++)
        {
            var op = program.Ops[i];
            ReadOnlySpan<int> sources = [current[op.A], current[op.B], current[op.C]];
            bool writes = ProgramRules.Writes(op);
            result.Add(new ValueOp(op, writes ? i + 1 : -1, sources[..ProgramRules.Arity(op.Code)].ToArray()));
            if (writes)
                current[op.Destination] = i + 1;
        }
        return result;
    }

    /// <summary>For each value, the place of the last operation that reads it; of a value that none reads, its own.</summary>
    public static int[] LastUses(List<ValueOp> ops, int values)
    {
        var last = new int[values];
        for (int i = 0; i < ops.Count; i++)
        {
            foreach (int source in ops[i].Sources)
                last[source] = i;
            if (ops[i].Value > 0)
                last[ops[i].Value] = i;
        }
        return last;
    }

    /// <summary>Has this operation do another one first, whose value it reads.</summary>
    public void Fuse(ValueOp inner, FusedKernel kernel)
    {
        int[] others = Array.FindAll(Sources, source => source != inner.Value);
        Sources = [.. inner.Sources, .. others];
        Fused = kernel;
    }
}
