using CostSociety.Fabric;
using CostSociety.Fabric.Simd;

namespace CostSociety.Tests.Laws;

/// <summary>The table of known programs makes steps faster and changes no bit: with the table empty the same updates are interpreted.</summary>
public sealed class KnownProgramTests
{
    private const string Sgd = "{ \"kind\": \"sgd\", \"rate\": 0.05 }";
    private const string DecayedSgd = "{ \"kind\": \"sgd\", \"rate\": 0.05, \"decay\": 0.001 }";
    private const string Momentum = "{ \"kind\": \"momentum\", \"rate\": 0.05 }";
    private const string DecayedMomentum = "{ \"kind\": \"momentum\", \"rate\": 0.05, \"decay\": 0.001 }";
    private const string Adam = "{ \"kind\": \"adam\", \"rate\": 0.002 }";
    private const string DecayedAdam = "{ \"kind\": \"adam\", \"rate\": 0.002, \"decay\": 0.01 }";
    private const string Ramps = "{ \"kind\": \"adam\", \"rate\": \"0.01 / (1 + step)\", \"beta1\": \"min(0.9, 0.1 * step)\" }";
    private const string Clipped = "{ \"kind\": \"momentum\", \"rate\": 0.05, \"clip\": 1 }";

    /// <summary>Updates, threads, and sizes of both hidden areas: parts of a tile, whole tiles, strips with a rest.</summary>
    public static TheoryData<string, int, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int, int>();
        foreach (string update in new[] { Sgd, DecayedSgd, Momentum, DecayedMomentum, Adam, DecayedAdam, Ramps })
        {
            cases.Add(update, 1, 1, 17);
            cases.Add(update, 2, 16, 7);
            cases.Add(update, 3, 150, 67);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_WithTheTableEmpty_GivesTheSameBits(string update, int threads, int first, int second)
    {
        var training = Training.Of(
            Training.Narrow, $"learning.update={update}", $"areas.hidden1.units={first}", $"areas.hidden2.units={second}");

        byte[] known = Train(training, KnownPrograms.Full, threads), interpreted = Train(training, KnownPrograms.Empty, 1);

        Checkpoints.AssertEqual(interpreted, known);
    }

    [Theory]
    [InlineData(Sgd, true)]
    [InlineData(DecayedSgd, true)]
    [InlineData(Momentum, true)]
    [InlineData(DecayedMomentum, true)]
    [InlineData(Adam, true)]
    [InlineData(DecayedAdam, true)]
    [InlineData(Ramps, true)]
    [InlineData(Clipped, false)]
    [InlineData("{ \"kind\": \"manhattan\" }", false)]
    public void Updates_OfTheLibrary_AreKnown(string update, bool expected)
    {
        using var society = Training.Of(Training.Narrow, $"learning.update={update}").Build();
        var bitstream = society.Synthesized.Bitstream;

        var found = bitstream.Instructions.Where(i => i is { Kind: InstructionKind.Correlate, Program: >= 0 })
            .Select(i => Find(bitstream, i) is not null).ToArray();

        Assert.All(found, known => Assert.Equal(expected, known));
        Assert.True(found.Length > 0 || !expected);
    }

    [Theory]
    [InlineData(Sgd)]
    [InlineData(Momentum)]
    public void Updates_ThatStoreSigns_AreKnown(string update)
    {
        using var society = Training.Of(Training.Narrow, $"learning.update={update}", "learning.rule=sign-symmetric").Build();
        var bitstream = society.Synthesized.Bitstream;

        Assert.All(bitstream.Instructions.Where(i => i is { Kind: InstructionKind.Correlate, Program: >= 0 }), i => Assert.NotNull(Find(bitstream, i)));
    }

    /// <summary>Every float of the state counts, those between the banks and beyond their last columns too.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 16, 2)]
    [InlineData(66, 9, 1)]
    [InlineData(67, 31, 3)]
    [InlineData(199, 40, 2)]
    public void Update_OfAnyState_WritesTheSameFloats(int inputs, int units, int threads)
    {
        foreach (var shape in KnownPrograms.Full.Shapes)
            foreach (bool fromRegisters in new[] { false, true })
            {
                var bitstream = Correlate(inputs, units, shape, fromRegisters);

                Assert.Equal(Run(bitstream, KnownPrograms.Empty, 1), Run(bitstream, KnownPrograms.Full, threads));
            }
    }

    [Fact]
    public void Find_OfAnotherProgram_IsNull()
    {
        Operand[] banks = [Bank(0), Bank(4096), Bank(8192)];
        foreach (var shape in KnownPrograms.Full.Shapes)
        {
            Assert.NotNull(Find(shape, banks));
            for (int i = 0; i < shape.Length; i++)
                foreach (var other in Changes(shape[i]))
                    Assert.Null(Find([.. shape[..i], other, .. shape[(i + 1)..]], banks));
            Assert.Null(Find(shape[..^1], banks));
        }
    }

    [Fact]
    public void Find_OfBanksThatAreNoPanelsOrShareMemory_IsNull()
    {
        foreach (var shape in KnownPrograms.Full.Shapes)
        {
            Assert.Null(Find(shape, [Operand.Signal(Region.State, 0, 20, 40), Bank(4096), Bank(8192)]));
            Assert.Null(Find(shape, [Bank(0) with { RowRepeat = 2 }, Bank(4096), Bank(8192)]));
            if (shape.Any(op => op.Code == Opcode.Load && op.Index == 1))
                Assert.Null(Find(shape, [Bank(0), Bank(16), Bank(8192)]));
        }
    }

    private static Bitstream Correlate(int inputs, int units, ProgramOp[] shape, bool fromRegisters)
    {
        const int rows = 3, registers = 10;
        ushort rate = 1;
        ProgramOp[] ops = [.. shape.Select(op => op.Code != Opcode.Const ? op
            : fromRegisters ? op with { Code = Opcode.Register, Index = rate++ } : op with { Immediate = 0.1f + 0.07f * rate++ })];
        int size = Operand.Bank(Region.State, 0, inputs, units, inputs + 1).Extent + 21;
        Operand Bank(int i) => Operand.Bank(Region.State, i * size, inputs, units, inputs + 1);
        var pre = Operand.Signal(Region.State, 3 * size, rows, inputs);
        var post = Operand.Signal(Region.State, 3 * size + rows * Operand.Pad(inputs), rows, units);
        var bitstream = new Bitstream
        {
            Instructions = [new(InstructionKind.Correlate, InstructionFlags.None, 3, 0, 0, inputs, units, 0, 0, 1)],
            Operands = [Bank(0), Bank(1), Bank(2), pre, post],
            Terms = [new CorrelateTerm(3, 4, 1)],
            Programs = [new FabricProgram(ops, 6, [])],
            Tables = [],
            EntryPoints = [new EntryPoint("run", 0, 1, WritesState: true)],
            Sizes = new MemorySizes(post.Offset + rows * Operand.Pad(units), 1, 1),
            Registers = registers,
            Counters = 1,
        };
        Barriers.PlaceBarriers(bitstream);
        return bitstream;
    }

    private static int[] Run(Bitstream bitstream, KnownPrograms table, int threads)
    {
        var random = new Random(1);
        float[] state = [.. Enumerable.Range(0, (int)bitstream.Sizes.State).Select(i => i % 97 == 96 ? float.PositiveInfinity : random.NextSingle() - 0.3f)];
        var run = new RunState(bitstream.Registers);
        for (int i = 0; i < bitstream.Registers; i++)
            run.Registers[i] = 0.9f - 0.1f * i;
        using var executor = new SimdExecutor(threads) { KnownPrograms = table };
        using var loaded = executor.Load(bitstream);
        using var memory = executor.Allocate(bitstream.Sizes);
        memory.Write(Region.State, 0, state);
        for (int i = 0; i < 3; i++)
            executor.Run(loaded, 0, memory, run);
        memory.Read(Region.State, 0, state);
        return [.. state.Select(BitConverter.SingleToInt32Bits)];
    }

    private static Operand Bank(int offset) => Operand.Bank(Region.State, offset, 20, 40, 20);

    private static KnownUpdate? Find(ProgramOp[] ops, Operand[] banks) => KnownPrograms.Full.Find(new FabricProgram(ops, 6, []), banks);

    private static KnownUpdate? Find(Bitstream bitstream, Instruction instruction) => KnownPrograms.Full.Find(
        bitstream.Programs[instruction.Program], bitstream.Operands.AsSpan(instruction.FirstOperand, instruction.OperandCount));

    /// <summary>The operation with each field changed that means something to it.</summary>
    private static IEnumerable<ProgramOp> Changes(ProgramOp op)
    {
        yield return op with { Code = Opcode.Max };
        yield return op with { PerRow = true };
        if (ProgramRules.Writes(op))
            yield return op with { Destination = 7 };
        if (ProgramRules.UsesOperand(op.Code))
            yield return op with { Index = 5 };
        if (ProgramRules.Arity(op.Code) > 0)
            yield return op with { A = 7 };
        if (ProgramRules.Arity(op.Code) > 1)
            yield return op with { B = 7 };
    }

    private static byte[] Train(Training training, KnownPrograms table, int threads)
    {
        using var executor = new SimdExecutor(threads) { KnownPrograms = table };
        using var society = Society.Build(training.Circuit, executor);
        return Training.Save(training.Steps(society, 50));
    }
}
