using CostSociety.Fabric;
using CostSociety.Fabric.Simd;

namespace CostSociety.Tests.Programs;

/// <summary>A pair of operations in one pass gives the bits of one after the other, whatever the shape and the values.</summary>
public sealed class FusedKernelTests
{
    private const int Rows = 5;

    private static readonly float[] _special = [0, -0f, 1, -1, 1e-40f, 3e38f, -3e38f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];

    public static TheoryData<int, int> Cases()
    {
        var cases = new TheoryData<int, int>();
        for (int kernel = 0; kernel < FusedKernel.All.Count; kernel++)
            foreach (int cols in new[] { 1, 7, 16, 41, 1100 })
                cases.Add(kernel, cols);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pair_AndOneAfterTheOther_GiveTheSameBits(int kernel, int cols)
    {
        var pair = FusedKernel.All[kernel];

        uint[] fused = Run(pair, cols, stored: false), plain = Run(pair, cols, stored: true);

        Assert.Equal(plain, fused);
    }

    [Fact]
    public void Pair_InAProgram_IsFound() =>
        Assert.All(FusedKernel.All, pair =>
        {
            Assert.Contains(ProgramFusion.Fuse(Program(pair, stored: false)), op => op.Fused == pair);
            Assert.DoesNotContain(ProgramFusion.Fuse(Program(pair, stored: true)), op => op.Fused is not null);
        });

    // What is stored has to be made by itself.
    private static FabricProgram Program(FusedKernel pair, bool stored)
    {
        bool sum = pair.Outer == Opcode.SumUnits;
        var (a, b) = pair.Form switch { FusedForm.First => (3, 2), FusedForm.Second => (2, 3), _ => (3, 3) };
        List<ProgramOp> ops = [Load(0), Load(1), Load(2), new(pair.Inner, false, 3, 0, 1, 0, 0, 0)];
        if (stored)
            ops.Add(new ProgramOp(Opcode.Store, false, 0, 3, 0, 0, 4, 0));
        ops.Add(new ProgramOp(pair.Outer, sum, 4, (byte)a, (byte)b, 0, 0, 0));
        ops.Add(new ProgramOp(Opcode.Store, sum, 0, 4, 0, 0, 3, 0));
        return new FabricProgram([.. ops], 5, []);
    }

    private static ProgramOp Load(byte index) => new(Opcode.Load, false, index, 0, 0, 0, index, 0);

    private static uint[] Run(FusedKernel pair, int cols, bool stored)
    {
        int size = Rows * Operand.Pad(cols);
        Operand[] operands = [.. Enumerable.Range(0, 5).Select(i => Operand.Signal(Region.State, i * size, Rows, cols))];
        operands[2] = Operand.Vector(Region.State, 2 * size, Rows, cols);
        if (pair.Outer == Opcode.SumUnits)
            operands[3] = Operand.Column(Region.State, 3 * size, Rows);
        var bitstream = new Bitstream
        {
            Instructions = [new Instruction(InstructionKind.Evaluate, InstructionFlags.Barrier, 5, 0, 0, Rows, cols, -1, 0, 0)],
            Operands = operands,
            Terms = [],
            Programs = [Program(pair, stored)],
            Tables = [],
            EntryPoints = [new EntryPoint("run", 0, 1, WritesState: true)],
            Sizes = new MemorySizes(5 * size, 1, 1),
            Registers = 1,
            Counters = 1,
        };
        using var executor = new SimdExecutor(1);
        using var loaded = executor.Load(bitstream);
        using var memory = executor.Allocate(bitstream.Sizes);
        var random = new Random(cols);
        memory.Write(Region.State, 0, [.. Enumerable.Range(0, 3 * size).Select(_ => Number(random))]);
        executor.Run(loaded, 0, memory, new RunState(1));
        return [.. memory.View(Region.State, 3 * size, size).ToArray().Select(Bits)];
    }

    private static float Number(Random random) =>
        random.Next(8) == 0 ? _special[random.Next(_special.Length)] : (random.NextSingle() - 0.5f) * 10;

    // Which NaN comes out of two is not promised.
    private static uint Bits(float value) => float.IsNaN(value) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(value);
}
