namespace CostSociety.Fabric.Simd;

/// <summary>
/// Joins pairs of operations that one kernel does in one pass. Nothing is rounded otherwise than before: an operation that
/// two others read is done twice instead of being stored and loaded.
/// </summary>
internal static class ProgramFusion
{
    private const int MostUsers = 2;

    /// <summary>The program with its pairs joined, in registers of its own.</summary>
    public static List<ValueOp> Fuse(FabricProgram program)
    {
        var ops = ValueOp.Of(program);
        var users = Users(ops);
        var gone = new bool[ops.Count + 1];
        foreach (var op in ops)
            if (op.IsElementwise && op.Fused is null)
                gone[op.Value] = TryFuse(op, users[op.Value]);
        ops.RemoveAll(op => op.Value > 0 && gone[op.Value]);
        // Sources live longer now; where that needs too many registers, the program stays as it was.
        return TryAllocate(ops, gone.Length) ? ops : ValueOp.Of(program);
    }

    private static List<ValueOp>[] Users(List<ValueOp> ops)
    {
        var users = new List<ValueOp>[ops.Count + 1];
        for (int i = 0; i < users.Length; i++)
            users[i] = [];
        foreach (var op in ops)
            foreach (int source in op.Sources)
                if (!users[source].Contains(op))
                    users[source].Add(op);
        return users;
    }

    private static bool TryFuse(ValueOp inner, List<ValueOp> users)
    {
        if (users.Count is 0 or > MostUsers)
            return false;
        foreach (var user in users)
            if (user.Fused is not null || FusedKernel.Find(inner, user) is null)
                return false;
        foreach (var user in users)
            user.Fuse(inner, FusedKernel.Find(inner, user)!);
        return true;
    }

    // Linear scan: each value takes the lowest register that is free between its definition and its last use.
    private static bool TryAllocate(List<ValueOp> ops, int values)
    {
        var last = ValueOp.LastUses(ops, values);
        var registerOf = new byte[values];
        var busy = new bool[FabricProgram.MaxRegisters];
        busy[0] = ops.Exists(op => Array.IndexOf(op.Sources, 0) >= 0);
        for (int i = 0; i < ops.Count; i++)
        {
            foreach (int source in ops[i].Sources)
                busy[registerOf[source]] &= last[source] != i;
            if (ops[i].Value < 0)
                continue;
            int free = Array.IndexOf(busy, false);
            if (free < 0)
                return false;
            ops[i].Register = registerOf[ops[i].Value] = (byte)free;
            busy[free] = last[ops[i].Value] != i;
        }
        return true;
    }
}
