namespace CostSociety.Fabric.Simd;

/// <summary>An operation of a program with what was found out about it at load.</summary>
/// <param name="Kernel">What runs it; see <see cref="Kernels"/> and <see cref="FusedKernel"/>.</param>
/// <param name="PerRow">Whether the result holds one value per row.</param>
/// <param name="Alias">Load: whether the register may point straight into memory.</param>
/// <param name="Target">The operand that the next operation stores the result to, if it may be written at once; else -1.</param>
/// <param name="Destination">Register written.</param>
/// <param name="A">First source.</param>
/// <param name="B">Second source.</param>
/// <param name="C">Third source.</param>
/// <param name="Index">Operand, host register or noise key.</param>
/// <param name="Immediate">Value of Const.</param>
internal readonly record struct PlanOp(
    nint Kernel, bool PerRow, bool Alias, short Target, byte Destination, byte A, byte B, byte C, ushort Index, float Immediate);

/// <summary>Finds out which operations need no copy: loads that point into memory, results that are made there.</summary>
internal sealed class PlanOps
{
    private readonly List<ValueOp> _ops;
    private readonly Operand[] _operands;
    private readonly bool _carriesFirst;
    private readonly int[] _lastUses;

    private PlanOps(List<ValueOp> ops, Operand[] operands, int values, bool carriesFirst)
    {
        (_ops, _operands, _carriesFirst) = (ops, operands, carriesFirst);
        _lastUses = ValueOp.LastUses(ops, values);
    }

    /// <summary>The operations of a program; one that carries register 0 on keeps all its registers.</summary>
    public static PlanOp[] Of(FabricProgram program, Operand[] operands, bool carriesFirst)
    {
        var ops = carriesFirst ? ValueOp.Of(program) : ProgramFusion.Fuse(program);
        return new PlanOps(ops, operands, program.Ops.Length + 1, carriesFirst).Annotate();
    }

    private PlanOp[] Annotate()
    {
        var registerOf = new byte[_lastUses.Length];
        var result = new PlanOp[_ops.Count];
        for (int i = 0; i < result.Length; i++)
        {
            var op = _ops[i];
            bool inMemory = !_carriesFirst || op.Register != 0;
            byte Source(int n) => n < op.Sources.Length ? registerOf[op.Sources[n]] : (byte)0;
            result[i] = new PlanOp(
                op.Fused?.Kernel ?? Kernels.Of(op.Code), op.PerRow,
                inMemory && op.Code == Opcode.Load && !IsOverwrittenWhileLive(i), inMemory ? Target(i) : (short)-1,
                op.Register, Source(0), Source(1), Source(2), op.Index, op.Immediate);
            if (op.Value > 0)
                registerOf[op.Value] = op.Register;
        }
        return result;
    }

    // A register may point straight into memory as long as nothing is stored there before its last use.
    private bool IsOverwrittenWhileLive(int load) =>
        IsStoredTo(load + 1, _lastUses[_ops[load].Value], _operands[_ops[load].Index]);

    private bool IsStoredTo(int first, int end, in Operand operand)
    {
        for (int i = first; i < end; i++)
            if (_ops[i].Value < 0 && Barriers.Overlaps(_operands[_ops[i].Index], operand))
                return true;
        return false;
    }

    // An elementwise result that is stored next may be made in memory itself. Its register then points there, so the
    // same rule holds; and no source may point to the same memory in another order.
    private short Target(int i)
    {
        if (i + 1 >= _ops.Count || !_ops[i].IsElementwise)
            return -1;
        var store = _ops[i + 1];
        if (store.Code != Opcode.Store || store.PerRow || store.Sources[0] != _ops[i].Value)
            return -1;
        var operand = _operands[store.Index];
        bool safe = !IsStoredTo(i + 2, _lastUses[_ops[i].Value], operand) && !ReadsInAnotherOrder(i, operand);
        return safe ? (short)store.Index : (short)-1;
    }

    private bool ReadsInAnotherOrder(int end, in Operand target)
    {
        for (int i = 0; i < end; i++)
            if (_ops[i].Code == Opcode.Load && _lastUses[_ops[i].Value] >= end
                && _operands[_ops[i].Index] != target && Barriers.Overlaps(_operands[_ops[i].Index], target))
                return true;
        return false;
    }
}
