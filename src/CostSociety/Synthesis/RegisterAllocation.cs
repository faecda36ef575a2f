using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>Linear scan: each value takes the lowest register that is free between its definition and its last use.</summary>
internal static class RegisterAllocation
{
    /// <summary>Registers for single assignments; value 0 is the gradient of an update program and stays in register 0.</summary>
    /// <returns>Null when more values are alive at once than there are registers.</returns>
    public static (ProgramOp[] Ops, int Registers)? TryAllocate(
        List<ProgramOp> ops, List<(int Destination, int A, int B, int C)> values)
    {
        int[] lastUse = LastUses(values);
        var registerOf = new byte[lastUse.Length];
        Span<bool> busy = stackalloc bool[FabricProgram.MaxRegisters];
        busy.Clear();
        busy[0] = lastUse[0] >= 0;
        int used = busy[0] ? 1 : 0;
        var result = new ProgramOp[ops.Count];
        for (int i = 0; i < ops.Count; i++)
        {
            var (destination, a, b, c) = values[i];
            byte ra = Source(registerOf, a), rb = Source(registerOf, b), rc = Source(registerOf, c);
            Release(lastUse, registerOf, busy, i, a, b, c);
            int taken = destination < 0 ? 0 : Take(registerOf, busy, destination, ref used);
            if (taken < 0)
                return null;
            byte rd = (byte)taken;
            if (destination >= 0 && lastUse[destination] < 0)
                busy[rd] = false;
            result[i] = ops[i] with { Destination = rd, A = ra, B = rb, C = rc };
        }
        return (result, Math.Max(used, 1));
    }

    /// <summary>The operation that reads each value last; -1 where none does.</summary>
    private static int[] LastUses(List<(int Destination, int A, int B, int C)> values)
    {
        int most = 0;
        foreach (var (destination, a, b, c) in values)
            most = Math.Max(most, Math.Max(Math.Max(destination, a), Math.Max(b, c)));
        var lastUse = new int[most + 1];
        Array.Fill(lastUse, -1);
        for (int i = 0; i < values.Count; i++)
            foreach (int value in (ReadOnlySpan<int>)[values[i].A, values[i].B, values[i].C])
                if (value >= 0)
                    lastUse[value] = i;
        return lastUse;
    }

    private static byte Source(byte[] registerOf, int value) => value < 0 ? (byte)0 : registerOf[value];

    private static void Release(int[] lastUse, byte[] registerOf, Span<bool> busy, int i, int a, int b, int c)
    {
        foreach (int value in (ReadOnlySpan<int>)[a, b, c])
            if (value >= 0 && lastUse[value] == i)
                busy[registerOf[value]] = false;
    }

    private static int Take(byte[] registerOf, Span<bool> busy, int value, ref int used)
    {
        int register = busy.IndexOf(false);
        if (register < 0)
            return -1;
        busy[register] = true;
        registerOf[value] = (byte)register;
        used = Math.Max(used, register + 1);
        return register;
    }
}
