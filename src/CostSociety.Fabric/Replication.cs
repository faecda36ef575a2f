namespace CostSociety.Fabric;

/// <summary>
/// One bitstream for many fabrics that do the same at the same time, each on its own part of one memory: programs of one row
/// become programs of one row for each fabric, everything else stands in loops over the fabrics. Every float is computed as it
/// would be alone. The parts of two fabrics share nothing, but the ranges of what is strided over them overlap: what is made here
/// from a verified bitstream is right by how it is made, and not verified again.
/// </summary>
internal sealed class Replication
{
    // Beyond it, addresses of one memory would no longer fit.
    private const long MostFloats = int.MaxValue / 2;

    private readonly Bitstream _one;
    private readonly int _count;
    private readonly byte _counter;
    private readonly List<Instruction> _instructions = [];
    private readonly List<Operand> _operands = [];
    private readonly List<CorrelateTerm> _terms = [];
    private readonly List<FabricProgram> _programs;

    private Replication(Bitstream one, int count)
    {
        (_one, _count, _counter) = (one, count, (byte)one.Counters);
        _programs = [.. one.Programs];
        Part = PartOf(one.Sizes);
    }

    /// <summary>Memory of one fabric: whole cache lines, so that the parts of two never share one.</summary>
    public MemorySizes Part { get; }

    /// <summary>
    /// The bitstream for <paramref name="count"/> fabrics, and the memory of each; null where fabrics cannot go side by side, since they draw noise,
    /// keep rings or have loops of their own, or need too much memory. It has one host register more: the last one holds the count.
    /// </summary>
    public static (Bitstream Bitstream, MemorySizes Part)? Of(Bitstream one, int count)
    {
        ArgumentNullException.ThrowIfNull(one);
        var part = PartOf(one.Sizes);
        if (!GoesSideBySide(one) || Math.Max(part.State, Math.Max(part.Scratch, part.Io)) * (long)count > MostFloats)
            return null;
        return (new Replication(one, count).Make(), part);
    }

    private static MemorySizes PartOf(MemorySizes one) => new(Operand.Pad(one.State), Operand.Pad(one.Scratch), Operand.Pad(one.Io));

    private static bool GoesSideBySide(Bitstream one) =>
        one.Counters < byte.MaxValue
        && Array.TrueForAll(one.Programs, program => program.NoiseKeys.Length == 0)
        && Array.TrueForAll(one.Operands, operand => operand.Slots == 1)
        && Array.TrueForAll(one.Instructions, i => i.Kind is not (InstructionKind.Loop or InstructionKind.Synapse));

    private Bitstream Make()
    {
        EntryPoint[] entries = [.. _one.EntryPoints.Select(Entry)];
        var all = new Bitstream
        {
            Instructions = [.. _instructions],
            Operands = [.. _operands],
            Terms = [.. _terms],
            Programs = [.. _programs],
            Tables = _one.Tables,
            EntryPoints = entries,
            Sizes = new MemorySizes(Part.State * _count, Part.Scratch * _count, Part.Io * _count),
            Registers = _one.Registers + 1,
            Counters = _one.Counters + 1,
        };
        Barriers.PlaceBarriers(all);
        return all;
    }

    private EntryPoint Entry(EntryPoint entry)
    {
        int first = _instructions.Count, loop = -1;
        for (int i = entry.First; i < entry.First + entry.Count; i++)
            if (AsRows(_one.Instructions[i]) is { } rows)
            {
                _instructions.Add(rows);
                loop = -1;
            }
            else
            {
                loop = loop < 0 ? BeginLoop() : loop;
                AddToLoop(loop, _one.Instructions[i]);
            }
        return entry with { First = first, Count = _instructions.Count - first };
    }

    private int BeginLoop()
    {
        _instructions.Add(new Instruction(
            InstructionKind.Loop, InstructionFlags.None, 0, 0, -1, 0, 0, _one.Registers, 0, _counter));
        return _instructions.Count - 1;
    }

    private void AddToLoop(int loop, Instruction instruction)
    {
        int first = _operands.Count;
        foreach (var operand in Own(instruction))
            _operands.Add(Slot(operand));
        if (instruction.Kind == InstructionKind.Correlate)
            instruction = instruction with { First = AddTerms(instruction) };
        _instructions.Add(instruction with { FirstOperand = first });
        _instructions[loop] = _instructions[loop] with { First = _instructions.Count - 1 - loop };
    }

    private int AddTerms(Instruction instruction)
    {
        int first = _terms.Count;
        foreach (var term in _one.Terms.AsSpan(instruction.First, instruction.Count))
        {
            _operands.AddRange([Slot(_one.Operands[term.Pre]), Slot(_one.Operands[term.Post])]);
            _terms.Add(term with { Pre = _operands.Count - 2, Post = _operands.Count - 1 });
        }
        return first;
    }

    private Span<Operand> Own(Instruction instruction) => _one.Operands.AsSpan(instruction.FirstOperand, instruction.OperandCount);

    private int Stride(Region region) => region switch
    {
        Region.State => Part.State,
        Region.Scratch => Part.Scratch,
        _ => Part.Io,
    };

    private Operand Slot(in Operand operand) =>
        operand with { Slots = _count, SlotStride = Stride(operand.Region), SlotStep = 1, Counter = _counter };

    private Operand Row(in Operand operand) =>
        operand with { Rows = _count, RowStride = Stride(operand.Region), RowRepeat = 1 };

    private Instruction? AsRows(Instruction instruction)
    {
        if (instruction.Rows != 1 || instruction.Program < 0 || Array.Exists(_one.Programs[instruction.Program].Ops, op => op.Code == Opcode.RowIndex))
            return null;
        if (instruction.Kind == InstructionKind.Evaluate)
            return AddRows(instruction, [], instruction.Program);
        return instruction is { Kind: InstructionKind.Correlate, Count: 1 } ? OuterRows(instruction) : null;
    }

    private Instruction AddRows(Instruction instruction, ReadOnlySpan<Operand> more, int program)
    {
        int first = _operands.Count;
        foreach (var operand in (ReadOnlySpan<Operand>)[.. Own(instruction), .. more])
            _operands.Add(Row(operand));
        return new Instruction(
            InstructionKind.Evaluate, InstructionFlags.None, (ushort)(_operands.Count - first), first, program, _count, instruction.Cols, -1, 0, 0);
    }

    // The gradient of a single synapse row from a single sample is a product of two values: (pre post) scale, as the kernels round it.
    private Instruction? OuterRows(Instruction instruction)
    {
        var term = _one.Terms[instruction.First];
        var program = _one.Programs[instruction.Program];
        Operand pre = _one.Operands[term.Pre], post = _one.Operands[term.Post];
        if (pre.Rows != 1 || post.Rows != 1 || term.Coefficient != 1 || program.Registers >= FabricProgram.MaxRegisters)
            return null;
        var (own, spare) = (instruction.OperandCount, (byte)program.Registers);
        List<ProgramOp> ops = [Load(0, own), Load(spare, (ushort)(own + 1)), Multiply(spare)];
        if (instruction.Register >= 0)
            ops.AddRange([new ProgramOp(Opcode.Register, false, spare, 0, 0, 0, (ushort)instruction.Register, 0), Multiply(spare)]);
        _programs.Add(new FabricProgram([.. ops, .. program.Ops], program.Registers + 1, []));
        return AddRows(instruction, [post, pre with { ColStride = 0, TileStride = 0 }], _programs.Count - 1);
    }

    private static ProgramOp Load(byte destination, ushort operand) => new(Opcode.Load, false, destination, 0, 0, 0, operand, 0);

    private static ProgramOp Multiply(byte by) => new(Opcode.Mul, false, 0, by, 0, 0, 0, 0);
}
