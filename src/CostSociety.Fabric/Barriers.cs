namespace CostSociety.Fabric;

/// <summary>A range of memory that an instruction touches.</summary>
/// <param name="Region">Which memory.</param>
/// <param name="Start">First float.</param>
/// <param name="End">One past the last float.</param>
/// <param name="Writes">Whether it is written, rather than read.</param>
public readonly record struct MemoryAccess(Region Region, long Start, long End, bool Writes)
{
    /// <summary>Whether both touch a common float.</summary>
    public bool Overlaps(in MemoryAccess other) => Region == other.Region && Start < other.End && other.Start < End;
}

/// <summary>
/// What instructions read and write, and where they have to wait for each other. Synthesis places barriers with it,
/// the verifier derives them again.
/// </summary>
public static class Barriers
{
    private const long MostSlotPairs = 1 << 16;
    private const int MostOnStack = 1024;

    /// <summary>Sets and clears the Barrier flags of all instructions of a bitstream.</summary>
    public static void PlaceBarriers(Bitstream bitstream)
    {
        ArgumentNullException.ThrowIfNull(bitstream);
        PlaceBarriers(bitstream.Instructions, bitstream.Operands, bitstream.Terms, bitstream.Programs);
    }

    /// <summary>Sets and clears the Barrier flags of instructions that follow each other.</summary>
    public static void PlaceBarriers(
        Instruction[] instructions, Operand[] operands, CorrelateTerm[] terms, FabricProgram[] programs)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        var wave = new AccessSet();
        var accesses = new List<MemoryAccess>();
        var loopEnds = new Stack<int>();
        for (int i = 0; i < instructions.Length; i++)
        {
            for (; loopEnds.Count > 0 && loopEnds.Peek() == i; loopEnds.Pop())
                wave.Clear();
            ref var instruction = ref instructions[i];
            List(accesses, instruction, operands, terms, programs);
            bool barrier = instruction.Kind == InstructionKind.Loop || wave.Conflicts(accesses);
            instruction = instruction with
            {
                Flags = barrier ? instruction.Flags | InstructionFlags.Barrier : instruction.Flags & ~InstructionFlags.Barrier,
            };
            if (barrier)
                wave.Clear();
            wave.Add(accesses);
            if (instruction.Kind == InstructionKind.Loop)
                loopEnds.Push(i + 1 + instruction.First);
        }
    }

    /// <summary>Whether an instruction has to wait for one before it: one writes what the other touches.</summary>
    public static bool Conflicts(Bitstream bitstream, int earlier, int later)
    {
        ArgumentNullException.ThrowIfNull(bitstream);
        return Conflicts(Accesses(bitstream, earlier), Accesses(bitstream, later));
    }

    /// <summary>Whether some access of one list and some access of the other touch a common float that one of them writes.</summary>
    public static bool Conflicts(IReadOnlyList<MemoryAccess> earlier, IReadOnlyList<MemoryAccess> later)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        ArgumentNullException.ThrowIfNull(later);
        foreach (var access in later)
            foreach (var before in earlier)
                if ((access.Writes || before.Writes) && access.Overlaps(before))
                    return true;
        return false;
    }

    /// <summary>What one instruction of a bitstream reads and writes.</summary>
    public static List<MemoryAccess> Accesses(Bitstream bitstream, int index)
    {
        ArgumentNullException.ThrowIfNull(bitstream);
        return Accesses(bitstream.Instructions[index], bitstream.Operands, bitstream.Terms, bitstream.Programs);
    }

    /// <summary>What an instruction reads and writes. What its program reads of its own result is not listed.</summary>
    public static List<MemoryAccess> Accesses(
        in Instruction instruction, Operand[] operands, CorrelateTerm[] terms, FabricProgram[] programs)
    {
        ArgumentNullException.ThrowIfNull(operands);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(programs);
        var list = new List<MemoryAccess>();
        List(list, instruction, operands, terms, programs);
        return list;
    }

    /// <summary>The same, in a list that is emptied first.</summary>
    internal static void List(List<MemoryAccess> list, in Instruction instruction, Operand[] operands, CorrelateTerm[] terms, FabricProgram[] programs)
    {
        list.Clear();
        var own = operands.AsSpan(instruction.FirstOperand, instruction.OperandCount);
        int result = ResultOperand(instruction);
        for (int i = 0; i < result && i < own.Length; i++)
            list.Add(Range(own[i], writes: false));
        for (int i = Math.Max(0, result); result >= 0 && i < own.Length && i < result + ResultCount(instruction); i++)
            AddResult(list, own[i], KeepsResult(instruction));
        if (instruction.Kind == InstructionKind.Correlate)
            foreach (var term in terms.AsSpan(instruction.First, instruction.Count))
                list.AddRange([Range(operands[term.Pre], writes: false), Range(operands[term.Post], writes: false)]);
        AddPrograms(list, own, instruction, result, programs);
    }

    /// <summary>
    /// Whether two operands of one instruction may share a float. Slots that move with one counter are compared value by
    /// value: a signal and its own previous slot do not overlap.
    /// </summary>
    public static bool Overlaps(in Operand a, in Operand b)
    {
        if (!Range(a, writes: true).Overlaps(Range(b, writes: false)))
            return false;
        if (a.SlotStep == 0 || b.SlotStep == 0 || a.Counter != b.Counter)
            return SlotsMeet(a, b);
        long period = Period(a, b);
        for (long counter = 0; counter < period; counter++)
            if (SlotRange(a, a.SlotAt(counter)).Overlaps(SlotRange(b, b.SlotAt(counter))))
                return true;
        return period == 0;
    }

    /// <summary>Whether two operands may share a float, whatever slot each of them stands at.</summary>
    internal static bool EverOverlap(in Operand a, in Operand b) =>
        Range(a, writes: true).Overlaps(Range(b, writes: false)) && SlotsMeet(a, b);

    // Every slot against every other, unless there are too many to look at.
    private static bool SlotsMeet(in Operand a, in Operand b)
    {
        if ((long)a.Slots * b.Slots > MostSlotPairs)
            return true;
        for (int i = 0; i < (a.SlotStep == 0 ? 1 : a.Slots); i++)
            for (int j = 0; j < (b.SlotStep == 0 ? 1 : b.Slots); j++)
                if (SlotRange(a, a.SlotStep == 0 ? a.SlotAt(0) : i).Overlaps(SlotRange(b, b.SlotStep == 0 ? b.SlotAt(0) : j)))
                    return true;
        return false;
    }

    // After so many values of the counter both rings stand where they began; 0 when that is too many to look at.
    private static long Period(in Operand a, in Operand b)
    {
        long product = a.Slots == b.Slots ? a.Slots : (long)a.Slots * b.Slots;
        return product > MostSlotPairs ? 0 : product;
    }

    private static MemoryAccess SlotRange(in Operand o, int slot)
    {
        long start = o.Offset + (long)slot * o.SlotStride;
        return new MemoryAccess(o.Region, start, start + LastElement(o) + 1, Writes: false);
    }

    /// <summary>The floats of an operand: of its one slot, or of all where a counter moves it.</summary>
    public static MemoryAccess Range(in Operand operand, bool writes)
    {
        long start = operand.Offset;
        long slots = operand.Slots - 1;
        if (operand.SlotStep == 0 && operand.Slots > 0)
            (start, slots) = (start + (long)operand.SlotAt(0) * operand.SlotStride, 0);
        return new MemoryAccess(operand.Region, start, start + slots * operand.SlotStride + LastElement(operand) + 1, writes);
    }

    /// <summary>Offset of the last element of a slot.</summary>
    internal static long LastElement(in Operand o) =>
        (long)((o.Rows - 1) / o.RowRepeat) * o.RowStride + LastColumn(o);

    // With tiles that repeat, the last column of a full tile may lie beyond the last column of all.
    private static long LastColumn(in Operand o)
    {
        int last = o.Cols - 1;
        long end = (long)(last / Operand.TileCols) * o.TileStride + last % Operand.TileCols * o.ColStride;
        return last < Operand.TileCols ? end : Math.Max(end, (long)(last / Operand.TileCols - 1) * o.TileStride + 15L * o.ColStride);
    }

    private static int ResultOperand(in Instruction instruction) => instruction.Kind switch
    {
        InstructionKind.Project or InstructionKind.ProjectBack or InstructionKind.Contract or InstructionKind.Scatter => 2,
        InstructionKind.Gather when instruction.First < 0 => 2,
        InstructionKind.Gather or InstructionKind.Rank => 1,
        InstructionKind.Correlate when instruction.Program < 0 => 0,
        _ => -1,
    };

    private static int ResultCount(in Instruction instruction) => instruction.Kind == InstructionKind.Rank ? 2 : 1;

    // Rows that no index names stay as they were.
    private static bool KeepsResult(in Instruction instruction) =>
        instruction.Accumulates || instruction.Kind == InstructionKind.Scatter;

    private static void AddResult(List<MemoryAccess> list, in Operand operand, bool kept)
    {
        if (kept)
            list.Add(Range(operand, writes: false));
        list.Add(Range(operand, writes: true));
    }

    private static void AddPrograms(
        List<MemoryAccess> list, ReadOnlySpan<Operand> own, in Instruction instruction, int result, FabricProgram[] programs)
    {
        Span<bool> written = own.Length <= MostOnStack ? stackalloc bool[own.Length] : new bool[own.Length];
        written.Clear();
        if (result >= 0 && result < own.Length)
            written[result] = true;
        if (instruction.Kind == InstructionKind.Synapse && instruction.First >= 0)
            AddProgram(list, own, programs[instruction.First], written);
        if (instruction.Program >= 0)
            AddProgram(list, own, programs[instruction.Program], written);
    }

    private static void AddProgram(
        List<MemoryAccess> list, ReadOnlySpan<Operand> own, FabricProgram program, Span<bool> written)
    {
        foreach (var op in program.Ops)
        {
            if (!ProgramRules.UsesOperand(op.Code))
                continue;
            bool writes = op.Code != Opcode.Load;
            if (writes || !written[op.Index])
                list.Add(Range(own[op.Index], writes));
            written[op.Index] |= writes;
        }
    }
}

/// <summary>What the operations of a program read and write.</summary>
internal static class ProgramRules
{
    public static bool UsesOperand(Opcode code) => code is Opcode.Load or Opcode.Store or Opcode.StoreSum;

    public static bool Writes(in ProgramOp op) => op.Code is not (Opcode.Store or Opcode.StoreSum);

    public static int Arity(Opcode code) => Semantics.Opcodes[(int)code].Arity;

    public static OpcodeShape Shape(Opcode code) => Semantics.Opcodes[(int)code].Shape;

    public static bool Reads(in ProgramOp op, int register) =>
        Arity(op.Code) switch
        {
            0 => false,
            1 => op.A == register,
            2 => op.A == register || op.B == register,
            _ => op.A == register || op.B == register || op.C == register,
        };
}
