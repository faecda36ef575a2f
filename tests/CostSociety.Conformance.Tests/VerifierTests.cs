namespace CostSociety.Conformance.Tests;

/// <summary>
/// The verifier accepts a small valid bitstream and refuses it with any one rule broken, naming the instruction.
/// Instructions: 0 Project, 1 Evaluate, 2 Correlate, 3 Gather, 4 Loop over 5 Evaluate, 6 ProjectBack.
/// </summary>
public sealed class VerifierTests
{
    private delegate Bitstream Change(Bitstream bitstream);

    private static readonly Dictionary<string, (int Instruction, Change Change)> _broken = new()
    {
        ["operand beyond its region"] = (0, b => OperandOf(b, 0, 0, o => o with { Offset = b.Sizes.Io - 1 })),
        ["operand before its region"] = (0, b => OperandOf(b, 0, 1, o => o with { Offset = -16 })),
        ["operand in an unknown region"] = (0, b => OperandOf(b, 0, 0, o => o with { Region = (Region)9 })),
        ["last slot beyond its region"] = (1, b => OperandOf(b, 1, 1, o => o with { Slots = 1000, SlotStride = 64 })),
        ["no slots"] = (0, b => OperandOf(b, 0, 0, o => o with { Slots = 0 })),
        ["no row repeat"] = (0, b => OperandOf(b, 0, 0, o => o with { RowRepeat = 0 })),
        ["column stride 2"] = (0, b => OperandOf(b, 0, 0, o => o with { ColStride = 2 })),
        ["counter of an operand out of range"] = (0,
            b => OperandOf(b, 0, 0, o => o with { Counter = 7, Slots = 1, SlotStep = 1 })),
        ["operands past the table"] = (6, b => Instruction(b, 6, i => i with { FirstOperand = b.Operands.Length - 1 })),
        ["too few operands"] = (0, b => Instruction(b, 0, i => i with { OperandCount = 2 })),
        ["unknown instruction"] = (3, b => Instruction(b, 3, i => i with { Kind = (InstructionKind)77 })),
        ["missing barrier after a write"] = (1,
            b => Instruction(b, 1, i => i with { Flags = i.Flags & ~InstructionFlags.Barrier })),
        ["scratch read before it is written"] = (0,
            b => OperandOf(b, 0, 0, o => Operand.Signal(Region.Scratch, 0, o.Rows, o.Cols))),
        ["state written where it must not be"] = (2, b => Entry(b, e => e with { WritesState = false })),
        ["inputs of x and bank differ"] = (0, b => OperandOf(b, 0, 0, o => o with { Cols = o.Cols - 1 })),
        ["units of bank and y differ"] = (0, b => OperandOf(b, 0, 2, o => o with { Cols = o.Cols - 1 })),
        ["rows of x and y differ"] = (0, b => OperandOf(b, 0, 0, o => o with { Rows = o.Rows - 1 })),
        ["units of d and bank differ"] = (6, b => OperandOf(b, 6, 0, o => o with { Cols = o.Cols - 1 })),
        ["term out of range"] = (2, b => Instruction(b, 2, i => i with { Count = 5 })),
        ["operand of a term out of range"] = (2, b => Term(b, t => t with { Pre = 1000 })),
        ["inputs of a term differ"] = (2, b => Term(b, t => t with { Pre = t.Post })),
        ["scale register out of range"] = (2, b => Instruction(b, 2, i => i with { Register = 99 })),
        ["program out of range"] = (1, b => Instruction(b, 1, i => i with { Program = 99 })),
        ["evaluate without a program"] = (1, b => Instruction(b, 1, i => i with { Program = -1 })),
        ["domain larger than an operand"] = (1, b => Instruction(b, 1, i => i with { Rows = i.Rows + 1 })),
        ["table out of range"] = (3, b => Instruction(b, 3, i => i with { First = 4 })),
        ["table of another shape"] = (3, b => Table(b, t => t with { SourceCols = t.SourceCols + 1 })),
        ["table index out of range"] = (3, b => Table(b, t => t with { Indices = [.. t.Indices.Select(_ => 99)] })),
        ["table starts not ascending"] = (3, b => Table(b, t => t with { Starts = [.. t.Starts.Reverse()] })),
        ["loop past the end"] = (4, b => Instruction(b, 4, i => i with { First = 100 })),
        ["loop on the counter of the step"] = (4, b => Instruction(b, 4, i => i with { Count = 0 })),
        ["loop counter out of range"] = (4, b => Instruction(b, 4, i => i with { Count = 9 })),
        ["loop register out of range"] = (4, b => Instruction(b, 4, i => i with { Register = 99 })),
        ["register read before it is written"] = (1, b => Op(b, Opcode.Tanh, op => op with { A = 30 })),
        ["register beyond the limit"] = (1,
            b => Op(b, Opcode.Tanh, op => op with { Destination = FabricProgram.MaxRegisters })),
        ["per row used without spread"] = (1, b => Op(b, Opcode.Mul, op => op with { A = 2 })),
        ["spread of an element"] = (1, b => Op(b, Opcode.Spread, op => op with { A = 0 })),
        ["reduction that is not per row"] = (1, b => Op(b, Opcode.SumUnits, op => op with { PerRow = false })),
        ["elements stored per row"] = (1, b => Op(b, Opcode.Store, op => op with { PerRow = true })),
        ["unknown opcode"] = (1, b => Op(b, Opcode.Tanh, op => op with { Code = (Opcode)200 })),
        ["load out of range"] = (1, b => Op(b, Opcode.Load, op => op with { Index = 9 })),
        ["host register out of range"] = (1, b => Op(b, Opcode.Register, op => op with { Index = 9 })),
        ["noise key out of range"] = (1, b => Op(b, Opcode.Uniform, op => op with { Index = 3 })),
    };

    public static TheoryData<string> Rules => [.. _broken.Keys];

    [Fact]
    public void Verify_ValidBitstream_Accepts() => Verifier.Verify(Valid());

    [Theory]
    [MemberData(nameof(Rules))]
    public void Verify_OneRuleBroken_NamesTheInstruction(string rule)
    {
        var (instruction, change) = _broken[rule];

        var error = Assert.Throws<BitstreamException>(() => Verifier.Verify(change(Valid())));

        Assert.Matches($@"(?i)instruction {instruction}\b", error.Message);
    }

    [Fact]
    public void Verify_UnknownVersion_NamesBoth()
    {
        var error = Assert.Throws<BitstreamException>(() => Verifier.Verify(Valid() with { Version = 42 }));

        Assert.Contains("42", error.Message);
        Assert.Contains($"{Bitstream.CurrentVersion}", error.Message);
    }

    [Fact]
    public void Verify_EntryPointPastTheEnd_NamesIt()
    {
        var error =
            Assert.Throws<BitstreamException>(() => Verifier.Verify(Entry(Valid(), e => e with { Count = 100 })));

        Assert.Contains("learn", error.Message);
    }

    [Fact]
    public void Verify_RandomBitstreams_Accepts()
    {
        for (int seed = 0; seed < 200; seed++)
            Verifier.Verify(RandomBitstream.Make(new Random(seed), instructions: 8, rows: 1 + seed % 20).Build());
    }

    private static Bitstream Valid()
    {
        const int Rows = 4, Inputs = 3, Units = 5;
        var builder = new BitstreamBuilder().UseRegisters(2);
        var x = builder.Signal(Region.Io, Rows, Inputs);
        var bank = builder.Bank(Region.State, Inputs, Units);
        var y = builder.Signal(Region.Scratch, Rows, Units);
        var z = builder.Signal(Region.Scratch, Rows, Units);
        var ring = builder.Signal(Region.State, Rows, Units, slots: 2) with { SlotStep = 1, Counter = 1 };
        builder.Project(x, bank, y);
        builder.Evaluate(Rows, Units, builder.Program(Normalise()), y, z);
        builder.CorrelateFused(Inputs, Units, [(x, z, 1)], 0, builder.Program(Descend()), bank);
        builder.Gather(new GatherTable(1, Units, 1, 2, [0, 1, 3], [0, 1, 4]), z,
            builder.Signal(Region.Scratch, Rows, 2));
        builder.Loop(1, 1, () => builder.Evaluate(Rows, Units, builder.Program(Copy()), z, ring));
        builder.ProjectBack(z, bank, builder.Signal(Region.Io, Rows, Inputs));
        return builder.Build();
    }

    // Registers: 0 load, 1 tanh, 2 sum (per row), 3 spread, 4 noise, 5 host, 6 product.
    private static FabricProgram Normalise()
    {
        var program = new ProgramBuilder();
        int tanh = program.Op(Opcode.Tanh, program.Load(0));
        int spread = program.Op(Opcode.Spread, program.Op(Opcode.SumUnits, tanh, perRow: true));
        program.Noise(Opcode.Uniform, 1);
        program.Register(0);
        return program.Store(1, program.Op(Opcode.Mul, spread, tanh)).Build();
    }

    private static FabricProgram Descend()
    {
        var program = new ProgramBuilder(firstFreeRegister: 1);
        return program.Store(0, program.Op(Opcode.Sub, program.Load(0), 0)).Build();
    }

    private static FabricProgram Copy()
    {
        var program = new ProgramBuilder();
        return program.Store(1, program.Load(0)).Build();
    }

    private static Bitstream Instruction(Bitstream bitstream, int index, Func<Instruction, Instruction> change) =>
        bitstream with { Instructions = Replace(bitstream.Instructions, index, change) };

    private static Bitstream OperandOf(
        Bitstream bitstream, int instruction, int operand, Func<Operand, Operand> change) =>
        bitstream with
        {
            Operands = Replace(bitstream.Operands, bitstream.Instructions[instruction].FirstOperand + operand, change),
        };

    private static Bitstream Term(Bitstream bitstream, Func<CorrelateTerm, CorrelateTerm> change) =>
        bitstream with { Terms = Replace(bitstream.Terms, 0, change) };

    private static Bitstream Table(Bitstream bitstream, Func<GatherTable, GatherTable> change) =>
        bitstream with { Tables = Replace(bitstream.Tables, 0, change) };

    private static Bitstream Entry(Bitstream bitstream, Func<EntryPoint, EntryPoint> change) =>
        bitstream with { EntryPoints = Replace(bitstream.EntryPoints, 0, change) };

    // Changes the first operation of that code in the program of instruction 1.
    private static Bitstream Op(Bitstream bitstream, Opcode code, Func<ProgramOp, ProgramOp> change)
    {
        var program = bitstream.Programs[0];
        int index = Array.FindIndex(program.Ops, op => op.Code == code);
        return bitstream with
        {
            Programs = Replace(bitstream.Programs, 0, p => p with { Ops = Replace(p.Ops, index, change) }),
        };
    }

    private static T[] Replace<T>(T[] items, int index, Func<T, T> change)
    {
        var copy = items.ToArray();
        copy[index] = change(copy[index]);
        return copy;
    }
}
