namespace CostSociety.Conformance.Tests;

/// <summary>
/// The verifier on instructions that work by groups, samples and indices: one valid bitstream, refused with any one rule
/// broken. Instructions: 0 Contract, 1 Scatter, 2 Gather by index, 3 Rank, 4 Synapse.
/// </summary>
public sealed class GroupVerifierTests
{
    private const int Rows = 6, Cols = 5, Inputs = 4, Samples = 3;

    private static readonly Dictionary<string, (int Instruction, string Says, Func<Bitstream, Bitstream> Change)> _broken = new()
    {
        ["no groups"] = (0, "0 groups", b => Instruction(b, 0, i => i with { First = 0 })),
        ["rows that groups do not divide"] = (0, "do not divide into 4 groups", b => Instruction(b, 0, i => i with { First = 4 })),
        ["terms of A and B differ"] = (0, "terms in each group", b => Instruction(b, 0, i => i with { Flags = i.Flags & ~InstructionFlags.TransposeB })),
        ["columns of C differ"] = (0, "a group of operand 2", b => Operand(b, 0, 2, o => o with { Cols = o.Cols - 1 })),
        ["C over A"] = (0, "overlaps operand 0", b => Operand(b, 0, 0, o => o with { Region = Region.State, Offset = b.Operands[2].Offset })),
        ["C in shared rows"] = (0, "share addresses", b => Operand(b, 0, 2, o => o with { RowStride = 0 })),
        ["a program of Contract"] = (0, "takes no program", b => Instruction(b, 0, i => i with { Program = 0 })),
        ["transposes of Scatter"] = (1, "only Contract", b => Instruction(b, 1, i => i with { Flags = i.Flags | InstructionFlags.TransposeA })),
        ["groups of Scatter"] = (1, "-1 groups", b => Instruction(b, 1, i => i with { First = -1 })),
        ["an index too short"] = (1, "operand 1 has 5 rows", b => Operand(b, 1, 1, o => o with { Rows = Rows - 1 })),
        ["columns of Scatter differ"] = (1, "columns", b => Operand(b, 1, 2, o => o with { Cols = o.Cols - 1 })),
        ["groups of Gather by index"] = (2, "0 groups", b => Instruction(b, 2, i => i with { Count = 0 })),
        ["table -2"] = (2, "takes two operands", b => Instruction(b, 2, i => i with { First = -2 })),
        ["Gather onto its source"] = (2, "overlaps operand 0", b => Operand(b, 2, 0, _ => b.Operands[b.Instructions[2].FirstOperand + 2])),
        ["no k"] = (3, "needs a register", b => Instruction(b, 3, i => i with { Register = -1 })),
        ["value and index are one"] = (3, "overlaps operand 1", b => Operand(b, 3, 2, _ => b.Operands[b.Instructions[3].FirstOperand + 1])),
        ["values too short"] = (3, "operand 1 has 5 rows", b => Operand(b, 3, 1, o => o with { Rows = Rows - 1 })),
        ["no program at all"] = (4, "neither", b => Instruction(b, 4, i => i with { First = -1, Program = -1 })),
        ["no samples"] = (4, "one sample", b => Instruction(b, 4, i => i with { Count = 0 })),
        ["the counter of the step"] = (4, "counter 0", b => Instruction(b, 4, i => i with { Register = 0 })),
        ["a counter out of range"] = (4, "counter 9 of 2", b => Instruction(b, 4, i => i with { Register = 9 })),
        ["another counter than moves"] = (4, "no loop around it", b => Instruction(b, 4, i => i with { Register = -1 }) with { Programs = [Plain(), b.Programs[1]] }),
        ["per-sample program out of range"] = (4, "per-sample program 7", b => Instruction(b, 4, i => i with { First = 7 })),
        ["a value per row left in g"] = (4, "value per row in register 0", b => b with { Programs = [PerRow(), b.Programs[1]] }),
        ["fewer slots for sums than samples"] = (4, "slot of its own", b => Instruction(b, 4, i => i with { Count = Samples + 1 })),
        ["a bank reached at other rows"] = (4, "other rows and columns", b => Operand(b, 4, 1, _ =>
            b.Operands[b.Instructions[4].FirstOperand] with { RowStride = 0, RowRepeat = 1 })),
        ["a sum that is read"] = (4, "touches the sum", b => Operand(b, 4, 1, _ => b.Operands[b.Instructions[4].FirstOperand + 2])),
    };

    public static TheoryData<string> Rules => [.. _broken.Keys];

    [Fact]
    public void Verify_ValidBitstream_Accepts() => Verifier.Verify(Valid());

    [Theory]
    [MemberData(nameof(Rules))]
    public void Verify_OneRuleBroken_NamesTheInstructionAndTheRule(string rule)
    {
        var (instruction, says, change) = _broken[rule];

        var error = Assert.Throws<BitstreamException>(() => Verifier.Verify(change(Valid())));

        Assert.Matches($@"instruction {instruction}\b", error.Message);
        Assert.Contains(says, error.Message);
    }

    [Fact]
    public void Verify_CounterOfAnEnclosingLoop_IsRefused()
    {
        var builder = new BitstreamBuilder();
        var bank = builder.Bank(Region.State, 2, 2);
        int program = builder.Program(Plain());
        builder.Loop(0, 1, () => builder.Synapse(2, 2, program, 2, 1, -1, bank, bank));

        var error = Assert.Throws<BitstreamException>(() => Verifier.Verify(builder.Build()));

        Assert.Contains("counter 1 is already used", error.Message);
    }

    [Fact]
    public void Verify_ScatterIntoScratchThatNothingWrote_IsRefused()
    {
        var builder = new BitstreamBuilder();
        builder.Scatter(builder.Signal(Region.Io, 2, 2), builder.Index(2, 2), builder.Signal(Region.Scratch, 2, 2));

        var error = Assert.Throws<BitstreamException>(() => Verifier.Verify(builder.Build()));

        Assert.Contains("before it is written", error.Message);
    }

    [Fact]
    public void Verify_EvaluateThatReadsAnotherRowOfWhatItStores_IsRefused()
    {
        var builder = new BitstreamBuilder();
        var signal = builder.Signal(Region.State, 3, 2);
        var program = new ProgramBuilder();
        program.Store(1, program.Load(0));
        builder.Evaluate(3, 2, builder.Program(program.Build()), signal with { RowStride = 0 }, signal);

        var error = Assert.Throws<BitstreamException>(() => Verifier.Verify(builder.Build()));

        Assert.Contains("other rows and columns", error.Message);
    }

    private static Bitstream Valid()
    {
        var builder = new BitstreamBuilder().UseRegisters(1);
        Operand Moving(Operand o) => o with { SlotStep = 1, Counter = 1 };
        builder.Contract(
            builder.Signal(Region.Io, Rows, Inputs), builder.Signal(Region.Io, 2 * Cols, Inputs), builder.Signal(Region.State, Rows, Cols),
            2, InstructionFlags.TransposeB);
        builder.Scatter(builder.Signal(Region.Io, Rows, Cols), builder.Index(Rows, 4), builder.Signal(Region.State, 4, Cols), 2);
        builder.GatherByIndex(builder.Signal(Region.State, 4, Cols), builder.Index(Rows, 4), builder.Signal(Region.State, Rows, Cols), 2);
        builder.Rank(builder.Signal(Region.Io, Rows, Cols), builder.Column(Region.State, Rows), builder.Column(Region.State, Rows), 0);
        int each = builder.Program(Each()), once = builder.Program(Once());
        builder.Synapse(
            Inputs, Cols, each, Samples, 1, once, builder.Bank(Region.State, Inputs, Cols),
            Moving(builder.Vector(Region.Io, Inputs, Cols, Samples)), Moving(builder.Vector(Region.State, Inputs, Cols, Samples)));
        return builder.Build();
    }

    private static FabricProgram Each()
    {
        var program = new ProgramBuilder(firstFreeRegister: 1);
        int product = program.Op(Opcode.Mul, program.Load(0), program.Load(1));
        program.OpInto(0, Opcode.Add, 0, product);
        return program.StoreSum(2, product).Build();
    }

    private static FabricProgram Once()
    {
        var program = new ProgramBuilder(firstFreeRegister: 1);
        return program.Store(0, program.Op(Opcode.Add, program.Load(0), 0)).Build();
    }

    private static FabricProgram Plain()
    {
        var program = new ProgramBuilder(firstFreeRegister: 1);
        return program.Store(0, program.Load(1)).Build();
    }

    private static FabricProgram PerRow()
    {
        var program = new ProgramBuilder(firstFreeRegister: 1);
        program.OpInto(0, Opcode.SumUnits, 0, perRow: true);
        return program.Build();
    }

    private static Bitstream Instruction(Bitstream bitstream, int index, Func<Instruction, Instruction> change) =>
        bitstream with { Instructions = [.. bitstream.Instructions.Select((i, n) => n == index ? change(i) : i)] };

    private static Bitstream Operand(Bitstream bitstream, int instruction, int operand, Func<Operand, Operand> change)
    {
        int index = bitstream.Instructions[instruction].FirstOperand + operand;
        return bitstream with { Operands = [.. bitstream.Operands.Select((o, n) => n == index ? change(o) : o)] };
    }
}
