namespace CostSociety.Conformance.Tests;

public abstract partial class ConformanceSuite
{
    [Fact]
    public void Run_OneToThreeThreads_GivesEqualBits()
    {
        for (int seed = 0; seed < 25; seed++)
        {
            var one = Bits(threads: 1, seed);
            AssertEqualBits(one, Bits(threads: 2, seed), $"1 and 2 threads, seed {seed}");
            AssertEqualBits(one, Bits(threads: 3, seed), $"1 and 3 threads, seed {seed}");
        }
    }

    [Fact]
    public void Run_LargeLayersOneToThreeThreads_GivesEqualBits()
    {
        var one = Bits(threads: 1, Layers());
        AssertEqualBits(one, Bits(threads: 2, Layers()), "1 and 2 threads");
        AssertEqualBits(one, Bits(threads: 3, Layers()), "1 and 3 threads");
    }

    [Fact]
    public void Run_Repeated_GivesEqualBits()
    {
        for (int seed = 0; seed < 25; seed++)
            AssertEqualBits(Bits(threads: 0, seed), Bits(threads: 0, seed), $"seed {seed}");
    }

    [Fact]
    public void Run_AfterWarmUp_AllocatesNothing()
    {
        if (!AllocatesNothing)
            return;
        var builder = Layers(rows: 32, width: 96);
        var bitstream = builder.Build();
        using var executor = Create(0);
        using var memory = executor.Allocate(bitstream.Sizes);
        using var loaded = executor.Load(bitstream);
        var state = new RunState(bitstream.Registers);
        state.Registers[0] = 2;
        for (int i = 0; i < 200; i++)
            executor.Run(loaded, 0, memory, state);

        Assert.Equal(0,
            FewestBytes(() => executor.Run(loaded, 0, memory, state), GC.GetAllocatedBytesForCurrentThread));
        Assert.Equal(0,
            FewestBytes(() => executor.Run(loaded, 0, memory, state), () => GC.GetTotalAllocatedBytes(precise: true)));
    }

    [Fact]
    public void Noise_ManyElements_IsThatOfTheOracle()
    {
        const int Rows = 300, Cols = 77;
        var program = new ProgramBuilder();
        program.Store(0, program.Noise(Opcode.Uniform, 1)).Store(1, program.Noise(Opcode.Normal, 2));
        var builder = new BitstreamBuilder();
        Operand uniform = builder.Signal(Region.State, Rows, Cols), normal = builder.Signal(Region.State, Rows, Cols);
        builder.Evaluate(Rows, Cols, builder.Program(program.Build()), uniform, normal);
        var bitstream = builder.Build();
        using var executor = Create(0);
        using var memory = executor.Allocate(bitstream.Sizes);
        using var loaded = executor.Load(bitstream);
        executor.Run(loaded, 0, memory, new RunState(bitstream.Registers) { Seed = 99, Step = 1L << 33, Replica = 2 });
        var bits = memory.View(Region.State, 0, bitstream.Sizes.State);

        for (int i = 0; i < Rows * Cols; i++)
        {
            uint word = CounterRandom.Word(CounterRandom.Key(99, 2, 1), (uint)i, 1L << 33, 0);
            double expected = CounterRandom.Normal(CounterRandom.Key(99, 2, 2), (uint)i, 1L << 33, 0);
            Assert.Equal(CounterRandom.Uniform(word), bits[uniform.Offset + uniform.Element(i / Cols, i % Cols)]);
            Assert.InRange(bits[normal.Offset + normal.Element(i / Cols, i % Cols)] - expected, -6e-6, 6e-6);
        }
    }

    /// <summary>A hash of every bit that some random bitstreams and a large layer leave.</summary>
    internal ulong Fingerprint()
    {
        ulong hash = 14695981039346656037;
        foreach (float[][] bits in Enumerable.Range(0, 60).Select(seed => Bits(1, seed)).Append(Bits(1, Layers())))
            foreach (float value in bits.SelectMany(region => region))
                hash = unchecked((hash ^ (float.IsNaN(value) ? 1u : (uint)BitsOf(value))) * 1099511628211);
        return hash;
    }

    private float[][] Bits(int threads, int seed)
    {
        var random = new Random(seed);
        return Bits(threads, RandomBitstream.Make(random, 8, random.Next(1, 40)), seed);
    }

    private float[][] Bits(int threads, BitstreamBuilder builder, int seed = 1)
    {
        var bitstream = builder.Build();
        var random = new Random(seed);
        using var executor = Create(threads);
        using var memory = executor.Allocate(bitstream.Sizes);
        using var loaded = executor.Load(bitstream);
        MemoryImage.Random(builder, random).CopyTo(memory);
        var state = new RunState(bitstream.Registers);
        PrepareLoops(state, random);
        for (int step = 0; step < 3; step++, state.Step++)
            executor.Run(loaded, 0, memory, state);
        return [.. Enum.GetValues<Region>().Select(
            region => memory.View(region, 0, Size(memory.Sizes, region)).ToArray())];
    }

    private static int Size(MemorySizes sizes, Region region) => region switch
    {
        Region.State => sizes.State,
        Region.Scratch => sizes.Scratch,
        _ => sizes.Io,
    };

    private static void AssertEqualBits(float[][] expected, float[][] actual, string label)
    {
        for (int region = 0; region < expected.Length; region++)
            for (int i = 0; i < expected[region].Length; i++)
                if (BitsOf(expected[region][i]) != BitsOf(actual[region][i]))
                    Assert.Fail($"{label}: {(Region)region}[{i}] is {actual[region][i]:R} and {expected[region][i]:R}");
    }

    private static int BitsOf(float value) => BitConverter.SingleToInt32Bits(value);

    // Large enough that every instruction is worth several threads: a layer forth and back, its update, sums over rows.
    private static BitstreamBuilder Layers(int rows = 130, int width = 150)
    {
        var builder = new BitstreamBuilder();
        var x = builder.Signal(Region.Io, rows, width);
        var y = builder.Signal(Region.Scratch, rows, width);
        var back = builder.Signal(Region.State, rows, width);
        var bank = builder.Bank(Region.State, width, width);
        var moments = builder.Bank(Region.State, width, width);
        int update = builder.Program(MomentumUpdate());
        builder.UseRegisters(2);
        builder.Project(x, bank, y);
        builder.Loop(0, 1, () =>
        {
            AddWideProgram(builder, y, back);
            builder.ProjectBack(y, bank, back);
            builder.CorrelateFused(
                width, width, [(x, back, 0.01f)], 1, update, bank, moments, builder.Vector(Region.State, width, width));
        });
        int[] identity = [.. Enumerable.Range(0, width)];
        builder.Gather(new GatherTable(1, width, 1, width, [.. identity, width], identity), y, x);
        AddLargeGroups(builder, x, y, bank);
        return builder;
    }

    // Products of groups, copies by index, ranks, and a program over the synapses of every sample.
    private static void AddLargeGroups(BitstreamBuilder builder, Operand x, Operand y, Operand bank)
    {
        var (rows, width) = (x.Rows, x.Cols);
        var (gram, outer) = (builder.Signal(Region.State, rows, rows), builder.Signal(Region.State, rows * width, width));
        builder.Contract(x, y, gram, 1, InstructionFlags.TransposeB);
        builder.Contract(x, y, outer, rows, InstructionFlags.TransposeA | InstructionFlags.Accumulate);
        builder.Scatter(x, builder.Index(rows, 7), builder.Signal(Region.State, 14, width), 2, accumulate: true);
        builder.GatherByIndex(x, builder.Index(rows * 4, rows / 2), builder.Signal(Region.State, rows * 4, width), 2);
        builder.Rank(gram, builder.Column(Region.State, rows), builder.Column(Region.State, rows), 0);
        var each = new ProgramBuilder(firstFreeRegister: 1);
        each.OpInto(0, Opcode.Fma, each.Op(Opcode.Spread, each.Load(1, perRow: true)), each.Op(Opcode.Tanh, each.Load(2)), 0);
        var once = new ProgramBuilder(firstFreeRegister: 1);
        once.Store(0, once.Op(Opcode.Add, once.Load(0), 0)).StoreSum(3, 0);
        int first = builder.Program(each.Build()), last = builder.Program(once.Build());
        builder.Synapse(width, width, first, Math.Min(rows, 20), 2, last, bank,
            x with { Rows = width, Cols = 1, RowStride = 1, TileStride = 0, ColStride = 0, Slots = rows, SlotStride = x.RowStride, SlotStep = 1, Counter = 2 },
            y with { Rows = width, RowStride = 0, Slots = rows, SlotStride = y.RowStride, SlotStep = 1, Counter = 2 },
            builder.Vector(Region.State, width, width));
    }

    private static void AddWideProgram(BitstreamBuilder builder, Operand y, Operand back)
    {
        var program = new ProgramBuilder();
        int noisy = program.Op(Opcode.Add, program.Op(Opcode.Tanh, program.Load(0)), program.Noise(Opcode.Normal, 3));
        int sum = program.Op(Opcode.SumUnits, noisy, perRow: true);
        int spread = program.Op(Opcode.Mul, program.Op(Opcode.Spread, sum), noisy);
        program.Store(1, spread).StoreSum(2, spread).StoreSum(3, sum, perRow: true).Store(0, noisy);
        builder.Evaluate(y.Rows, y.Cols, builder.Program(program.Build()), y, back,
            builder.Vector(Region.State, y.Rows, y.Cols), builder.Scalar(Region.State) with { Rows = y.Rows });
    }

    // Other threads of the process may allocate once in a while, the executor's would in every run.
    private static long FewestBytes(Action run, Func<long> allocated)
    {
        long fewest = long.MaxValue;
        for (int attempt = 0; attempt < 10; attempt++)
        {
            long before = allocated();
            for (int i = 0; i < 20; i++)
                run();
            fewest = Math.Min(fewest, allocated() - before);
        }
        return fewest;
    }
}
