using CostSociety.Fabric;
using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests;

/// <summary>Small hand-made bitstreams on the SIMD executor; the oracle compares everything else.</summary>
public sealed class SimdSmokeTests
{
    private static ProgramOp Op(Opcode code, int d = 0, int a = 0, int b = 0, int c = 0, int index = 0, float value = 0, bool row = false) =>
        new(code, row, (byte)d, (byte)a, (byte)b, (byte)c, (ushort)index, value);

    private static Instruction Make(
        InstructionKind kind, int first, int operands, int program = -1, int rows = 0, int cols = 0, int register = -1,
        int tableOrTerm = 0, int count = 0, InstructionFlags flags = 0) =>
        new(kind, flags, (ushort)operands, first, program, rows, cols, register, tableOrTerm, count);

    private static Bitstream Stream(
        Instruction[] instructions, Operand[] operands, FabricProgram[]? programs = null, CorrelateTerm[]? terms = null,
        GatherTable[]? tables = null, int size = 4_000_000)
    {
        var bitstream = new Bitstream
        {
            Instructions = instructions,
            Operands = operands,
            Programs = programs ?? [],
            Terms = terms ?? [],
            Tables = tables ?? [],
            EntryPoints = [new EntryPoint("run", 0, instructions.Length, true)],
            Sizes = new MemorySizes(size, 0, 0),
            Registers = 4,
            Counters = 4,
        };
        Barriers.PlaceBarriers(bitstream);
        return bitstream;
    }

    private static float[] Run(Bitstream bitstream, int threads, Action<IFabricMemory>? prepare = null, Action<RunState>? state = null)
    {
        using var executor = new SimdExecutor(threads);
        using var loaded = executor.Load(bitstream);
        using var memory = executor.Allocate(bitstream.Sizes);
        var run = new RunState(bitstream.Registers) { Seed = 3, Step = 7 };
        prepare?.Invoke(memory);
        state?.Invoke(run);
        executor.Run(loaded, 0, memory, run);
        return memory.View(Region.State, 0, bitstream.Sizes.State).ToArray();
    }

    private static float Value(int i) => (float)Math.Sin(i * 0.7 + 0.3);

    private static void Fill(IFabricMemory memory, Operand o)
    {
        for (int r = 0; r < o.Rows; r++)
            for (int c = 0; c < o.Cols; c++)
                memory.Write(o.Region, o.Base(0) + o.Element(r, c), [Value(r * 131 + c * 17 + o.Offset)]);
    }

    private static float At(float[] memory, Operand o, int r, int c) => memory[o.Offset + o.Element(r, c)];

    private static FabricProgram Momentum() => new(
        [
            Op(Opcode.Load, 1, index: 1),
            Op(Opcode.Const, 2, value: 0.9f),
            Op(Opcode.Fma, 1, 1, 2, 0),
            Op(Opcode.Store, a: 1, index: 1),
            Op(Opcode.Load, 3, index: 0),
            Op(Opcode.Register, 4, index: 1),
            Op(Opcode.Mul, 5, 1, 4),
            Op(Opcode.Sub, 3, 3, 5),
            Op(Opcode.Store, a: 3, index: 0),
        ], 6, []);

    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 1, 20, 33 }, { 2, 5, 16 }, { 4, 17, 10 }, { 5, 49, 70 }, { 7, 100, 31 }, { 16, 64, 48 }, { 33, 300, 100 },
        { 64, 784, 128 }, { 300, 7, 10 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Products_OddShapes_EqualPlainSums(int rows, int inputs, int units)
    {
        int at = 0;
        Operand Next(Func<int, Operand> make, int size)
        {
            var o = make(at);
            at += Operand.Pad(size) + 32;
            return o;
        }
        var x = Next(o => Operand.Signal(Region.State, o, rows, inputs), rows * Operand.Pad(inputs));
        var bank = Next(o => Operand.Bank(Region.State, o, inputs, units, inputs + 3), Operand.Pad(units) * (inputs + 3));
        var moment = Next(o => Operand.Bank(Region.State, o, inputs, units, inputs + 3), Operand.Pad(units) * (inputs + 3));
        var split = Next(o => Operand.Bank(Region.State, o, inputs, units, inputs + 3), Operand.Pad(units) * (inputs + 3));
        var y = Next(o => Operand.Signal(Region.State, o, rows, units), rows * Operand.Pad(units));
        var back = Next(o => Operand.Signal(Region.State, o, rows, inputs), rows * Operand.Pad(inputs));
        var bias = Next(o => Operand.Vector(Region.State, o, rows, units), units);
        var bitstream = Stream(
            [
                Make(InstructionKind.Project, 0, 4, program: 1),
                Make(InstructionKind.ProjectBack, 4, 3),
                Make(InstructionKind.Correlate, 7, 1, rows: inputs, cols: units, register: 0, count: 2),
                Make(InstructionKind.Correlate, 8, 2, program: 0, rows: inputs, cols: units, register: 0, count: 1),
            ],
            [x, bank, y, bias, y, bank, back, split, bank, moment],
            [Momentum(), new FabricProgram([Op(Opcode.Load, 0, index: 2), Op(Opcode.Load, 1, index: 3), Op(Opcode.Add, 0, 0, 1), Op(Opcode.Store, a: 0, index: 2)], 2, [])],
            [new CorrelateTerm(0, 2, 0.5f), new CorrelateTerm(0, 2, 0.25f)],
            size: at);
        void Prepare(IFabricMemory m)
        {
            foreach (var o in new[] { x, bank, moment, bias })
                Fill(m, o);
        }
        static void Scale(RunState s) => (s.Registers[0], s.Registers[1]) = (0.125f, 0.01f);

        var before = Run(Stream([], [], size: at), 1, Prepare);
        var after = Run(bitstream, 1, Prepare, Scale);

        Assert.Equal(after, Run(bitstream, 2, Prepare, Scale));
        Assert.Equal(after, Run(bitstream, 3, Prepare, Scale));
        CheckPadding(after, [x, y, back], [bank, moment, split]);
        for (int r = 0; r < rows; r++)
            for (int n = 0; n < units; n++)
            {
                double sum = At(before, bias, 0, n);
                for (int k = 0; k < inputs; k++)
                    sum += (double)At(before, x, r, k) * At(before, bank, k, n);
                Assert.Equal(sum, At(after, y, r, n), 2e-6 * (inputs + 1));
            }
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < inputs; k++)
            {
                double sum = 0, size = 0;
                for (int n = 0; n < units; n++)
                {
                    double part = (double)At(after, y, r, n) * At(before, bank, k, n);
                    (sum, size) = (sum + part, size + Math.Abs(part));
                }
                Assert.Equal(sum, At(after, back, r, k), 2e-6 * size + 1e-9);
            }
        for (int k = 0; k < inputs; k++)
            for (int n = 0; n < units; n++)
            {
                double g = 0, size = 0;
                for (int r = 0; r < rows; r++)
                {
                    double part = 0.125 * At(before, x, r, k) * At(after, y, r, n);
                    (g, size) = (g + part, size + Math.Abs(part));
                }
                Assert.Equal(0.75 * g, At(after, split, k, n), 3e-6 * size + 1e-9);
                double v = 0.9 * At(before, moment, k, n) + 0.5 * g;
                Assert.Equal(v, At(after, moment, k, n), 3e-6 * (size + 1));
                Assert.Equal(At(before, bank, k, n) - 0.01 * v, At(after, bank, k, n), 3e-6 * (size + 1));
            }
    }

    private static void CheckPadding(float[] memory, Operand[] signals, Operand[] banks)
    {
        foreach (var s in signals)
            for (int r = 0; r < s.Rows; r++)
                for (int c = s.Cols; c < s.RowStride; c++)
                    Assert.Equal(0, memory[s.Offset + r * s.RowStride + c]);
        foreach (var b in banks)
            for (int t = 0; t < b.Tiles; t++)
                for (int k = 0; k < b.TileStride / 16; k++)
                    for (int c = 0; c < 16; c++)
                        if (k >= b.Rows || t * 16 + c >= b.Cols)
                            Assert.Equal(0, memory[b.Offset + t * b.TileStride + k * 16 + c]);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(37, 10)]
    [InlineData(6, 700)]
    [InlineData(3, 5000)]
    public void Evaluate_Softmax_SumsToOneAndMeanIsStored(int rows, int cols)
    {
        var x = Operand.Signal(Region.State, 16, rows, cols);
        int end = 16 + rows * Operand.Pad(cols);
        var p = Operand.Signal(Region.State, end, rows, cols);
        var best = Operand.Column(Region.State, 2 * end, rows);
        var program = new FabricProgram(
            [
                Op(Opcode.Load, 0, index: 0), Op(Opcode.MaxUnits, 1, 0, row: true), Op(Opcode.Spread, 2, 1),
                Op(Opcode.Sub, 0, 0, 2), Op(Opcode.Exp, 0, 0), Op(Opcode.SumUnits, 1, 0, row: true),
                Op(Opcode.Spread, 2, 1), Op(Opcode.Div, 0, 0, 2), Op(Opcode.Store, a: 0, index: 1),
                Op(Opcode.SumUnits, 3, 0, row: true), Op(Opcode.StoreSum, a: 3, index: 2, row: true),
                Op(Opcode.ArgMaxUnits, 3, 0, row: true), Op(Opcode.Store, a: 3, index: 3, row: true),
            ], 4, []);
        var bitstream = Stream(
            [Make(InstructionKind.Evaluate, 0, 4, 0, rows, cols)],
            [x, p, Operand.Scalar(Region.State, 0), best], [program], size: 2 * end + rows + 16);

        var after = Run(bitstream, 2, m => Fill(m, x));

        Assert.Equal(rows, after[0], rows * 1e-5);
        for (int r = 0; r < rows; r++)
        {
            double sum = 0, largest = 0;
            for (int c = 0; c < cols; c++)
                (sum, largest) = (sum + Math.Exp(Value(r * 131 + c * 17 + 16)), Math.Max(largest, Math.Exp(Value(r * 131 + c * 17 + 16))));
            for (int c = 0; c < cols; c++)
                Assert.Equal(Math.Exp(Value(r * 131 + c * 17 + 16)) / sum, At(after, p, r, c), 4e-6 / cols * 10);
            Assert.Equal(largest / sum, At(after, p, r, (int)after[best.Offset + r]), 1e-6);
        }
        CheckPadding(after, [x, p], []);
    }

    [Fact]
    public void Loop_CountsSlotsAndMovesNoise()
    {
        var ring = new Operand(Region.State, 0, 2, 20, 32, 1, 16, 1, Slots: 4, SlotStride: 64, Slot0: 0, SlotStep: 1, Counter: 1);
        var program = new FabricProgram([Op(Opcode.Uniform, 0), Op(Opcode.Normal, 1), Op(Opcode.Add, 0, 0, 1), Op(Opcode.Store, a: 0)], 2, [99]);
        var bitstream = Stream(
            [Make(InstructionKind.Loop, 0, 0, register: 0, tableOrTerm: 1, count: 1), Make(InstructionKind.Evaluate, 0, 1, 0, 2, 20)],
            [ring], [program], size: 256);

        var after = Run(bitstream, 1, state: s => s.Registers[0] = 3.7f);

        ulong key = CounterRandom.Key(3, 0, 99);
        for (int i = 0; i < 4; i++)
            for (int r = 0; r < 2; r++)
                for (int c = 0; c < 32; c++)
                {
                    uint element = (uint)(r * 20 + c);
                    double expected = i == 3 || c >= 20 ? 0
                        : CounterRandom.Uniform(CounterRandom.Word(key, element, 7, (uint)(i + 1)))
                            + CounterRandom.Normal(key, element, 7, (uint)(i + 1));
                    Assert.Equal(expected, after[i * 64 + r * 32 + c], 2e-6);
                }
    }

    [Fact]
    public void Gather_SumsSourcesOfEachSample()
    {
        var source = Operand.Signal(Region.State, 0, 4, 3);
        var result = Operand.Signal(Region.State, 64, 6, 2);
        var table = new GatherTable(2, 3, 3, 2, [0, 1, 3, 3, 4, 5, 6], [5, 0, 3, 2, 2, 1]);
        var bitstream = Stream([Make(InstructionKind.Gather, 0, 2)], [source, result], tables: [table], size: 256);

        var after = Run(bitstream, 1, m => Fill(m, source));

        for (int sample = 0; sample < 2; sample++)
            for (int i = 0; i < 6; i++)
            {
                float sum = 0;
                for (int j = table.Starts[i]; j < table.Starts[i + 1]; j++)
                    sum += At(after, source, sample * 2 + table.Indices[j] / 3, table.Indices[j] % 3);
                Assert.Equal(sum, At(after, result, sample * 3 + i / 2, i % 2));
            }
    }

    [Fact]
    public void Elementwise_WholeRange_WithinTolerance()
    {
        (Opcode Code, Func<double, double> Exact)[] functions =
        [
            (Opcode.Exp, Math.Exp), (Opcode.Log, Math.Log), (Opcode.Tanh, Math.Tanh), (Opcode.Sigmoid, v => 1 / (1 + Math.Exp(-v))),
            (Opcode.Softplus, v => v > 30 ? v : Math.Log(1 + Math.Exp(v)) is 0 ? Math.Exp(v) : Log1P(Math.Exp(v))),
            (Opcode.Sin, Math.Sin), (Opcode.Cos, Math.Cos), (Opcode.Sqrt, Math.Sqrt),
        ];
        float[] values = [.. Enumerable.Range(-2000, 4001).Select(i => i * 0.0443f), 1e-20f, -1e-20f, 1e-3f, -3e-5f, 1e30f, -1e30f, float.MaxValue,
            float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1e-40f, 0.999999f, 1.000001f, 3.1415927f, 1000.5f, 20000f];
        int n = values.Length;
        foreach (var (code, exact) in functions)
        {
            var x = Operand.Signal(Region.State, 0, 1, n);
            var y = Operand.Signal(Region.State, Operand.Pad(n), 1, n);
            var program = new FabricProgram([Op(Opcode.Load, 0), Op(code, 1, 0), Op(Opcode.Store, a: 1, index: 1)], 2, []);
            var after = Run(Stream([Make(InstructionKind.Evaluate, 0, 2, 0, 1, n)], [x, y], [program], size: 2 * Operand.Pad(n)), 1,
                m => m.Write(Region.State, 0, values));
            for (int i = 0; i < n; i++)
                CheckClose(code, values[i], exact(values[i]), after[Operand.Pad(n) + i]);
        }
    }

    private static double Log1P(double e) => e < 1e-5 ? e - e * e / 2 : Math.Log(1 + e);

    private static void CheckClose(Opcode code, float argument, double expected, float actual)
    {
        if (code is Opcode.Sin or Opcode.Cos && double.IsInfinity(argument))
            expected = double.NaN;
        bool same = double.IsNaN(expected) ? float.IsNaN(actual)
            : double.IsInfinity((float)expected) ? actual == (float)expected
            : Math.Abs(expected - actual) <= 1e-6 * Math.Abs(expected) + 1.2e-38;
        Assert.True(same, $"{code}({argument:R}) = {actual:R}, expected {expected:R}");
    }

    [Fact]
    public void Run_SteadyState_AllocatesNothing()
    {
        var x = Operand.Signal(Region.State, 0, 64, 100);
        var program = new FabricProgram([Op(Opcode.Load, 0), Op(Opcode.Tanh, 0, 0), Op(Opcode.Store, a: 0)], 1, []);
        var bitstream = Stream([Make(InstructionKind.Evaluate, 0, 1, 0, 64, 100)], [x], [program], size: 8192);
        using var executor = new SimdExecutor(2);
        using var loaded = executor.Load(bitstream);
        using var memory = executor.Allocate(bitstream.Sizes);
        var state = new RunState(bitstream.Registers);
        executor.Run(loaded, 0, memory, state);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            executor.Run(loaded, 0, memory, state);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Load_MissingBarrier_IsRefusedByName()
    {
        var x = Operand.Signal(Region.State, 0, 2, 4);
        var program = new FabricProgram([Op(Opcode.Load, 0), Op(Opcode.Store, a: 0)], 1, []);
        var bitstream = Stream(
            [Make(InstructionKind.Evaluate, 0, 1, 0, 2, 4), Make(InstructionKind.Evaluate, 0, 1, 0, 2, 4)], [x], [program], size: 64);
        bitstream.Instructions[1] = bitstream.Instructions[1] with { Flags = InstructionFlags.None };

        var failure = Assert.Throws<BitstreamException>(() => Verifier.Verify(bitstream));

        Assert.Contains("instruction 1 (Evaluate)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("barrier", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Disassemble_Program_ReadsAsText()
    {
        var x = Operand.Signal(Region.State, 128, 64, 20);
        var program = new FabricProgram([Op(Opcode.Load, 3), Op(Opcode.Tanh, 4, 3), Op(Opcode.Store, a: 4)], 5, []);
        var bitstream = Stream([Make(InstructionKind.Evaluate, 0, 1, 0, 64, 20)], [x], [program], size: 8192);

        string text = Disassembler.Disassemble(bitstream);

        Assert.Contains("state[128 + r*32 + c] 64x20", text, StringComparison.Ordinal);
        Assert.Contains("r4    = tanh       r3", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Disassemble_GroupsAndSamples_ReadsAsText()
    {
        var x = Operand.Signal(Region.State, 0, 6, 5);
        Operand[] operands = [x, x with { Offset = 128 }, x with { Offset = 256 }];
        var program = new FabricProgram([], 1, []);
        var bitstream = Stream(
            [
                Make(InstructionKind.Contract, 0, 3, tableOrTerm: 2, flags: InstructionFlags.TransposeA),
                Make(InstructionKind.Gather, 0, 3, tableOrTerm: -1, count: 3), Make(InstructionKind.Scatter, 0, 3, tableOrTerm: 1),
                Make(InstructionKind.Synapse, 0, 3, 0, 6, 5, register: 2, tableOrTerm: 0, count: 32),
            ], operands, [program], size: 8192);

        string text = Disassembler.Disassemble(bitstream);

        Assert.Contains("Contract    transpose-a  2 groups\n", text, StringComparison.Ordinal);
        Assert.Contains("Gather      by index, 3 groups\n", text, StringComparison.Ordinal);
        Assert.Contains("Scatter     1 group\n", text, StringComparison.Ordinal);
        Assert.Contains("Synapse     6x5  per sample: program 0, 32 samples, counter 2  program 0\n", text, StringComparison.Ordinal);
    }
}
