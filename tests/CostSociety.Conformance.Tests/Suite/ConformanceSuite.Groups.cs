namespace CostSociety.Conformance.Tests;

/// <summary>Instructions that work group by group or sample by sample, and ranks.</summary>
public abstract partial class ConformanceSuite
{
    [Fact]
    public void Contract_EverySize_MatchesOracle() =>
        ForEveryShape(InstructionKind.Contract, (builder, random, shape) =>
    {
        int groups = random.Next(1, 4);
        bool transposeA = Flip(random), transposeB = Flip(random);
        var a = transposeA ? (shape.Inputs, shape.Rows) : (shape.Rows, shape.Inputs);
        var b = transposeB ? (shape.Units, shape.Inputs) : (shape.Inputs, shape.Units);
        var flags = (transposeA ? InstructionFlags.TransposeA : 0) | (transposeB ? InstructionFlags.TransposeB : 0)
            | (Flip(random) ? InstructionFlags.Accumulate : 0);
        builder.Contract(
            Source(builder, random, a.Item1 * groups, a.Item2), Source(builder, random, b.Item1 * groups, b.Item2),
            Destination(builder, random, shape.Rows * groups, shape.Units), groups, flags);
    });

    [Fact]
    public void CorrelateSplit_OneRowOnEitherSide_MatchesOracle() =>
        ForEveryShape(InstructionKind.Correlate, (builder, random, shape) =>
    {
        bool onePre = Flip(random);
        var pre = builder.Vector(Region.Io, onePre ? 1 : shape.Rows, shape.Inputs);
        var post = builder.Vector(Region.Io, onePre ? shape.Rows : 1, shape.Units);
        builder.CorrelateSplit(builder.Bank(Region.State, shape.Inputs, shape.Units), [(pre, post, 0.5f)]);
    });

    [Fact]
    public void SynapseOnce_EverySize_MatchesOracle() =>
        ForEveryShape(InstructionKind.Synapse, (builder, random, shape) =>
    {
        int spare = random.Next(4);
        var program = new ProgramBuilder();
        int change = program.Op(Opcode.Mul, program.Load(1), program.Load(2));
        program.Store(0, program.Op(Opcode.Add, program.Load(0), change));
        builder.Synapse(shape.Inputs, shape.Units, builder.Program(program.Build()),
            builder.Bank(Region.State, shape.Inputs, shape.Units, spare),
            builder.Column(Region.Io, shape.Inputs),
            builder.Vector(Region.Io, shape.Inputs, shape.Units));
    });

    // e = 0.5 e + pre post and g = g + e w for each sample, with noise in it; then w = w - 0.1 g.
    [Fact]
    public void SynapseEligibility_EverySize_MatchesOracle() =>
        ForEveryShape(InstructionKind.Synapse, (builder, random, shape) =>
    {
        Operand pre = builder.Signal(Region.Io, shape.Rows, shape.Inputs), post = builder.Signal(Region.Io, shape.Rows, shape.Units);
        var each = new ProgramBuilder(firstFreeRegister: 1);
        int spread = each.Op(Opcode.Spread, each.Load(1, perRow: true));
        int product = each.Op(Opcode.Fma, spread, each.Load(2), each.Noise(Opcode.Uniform, 4));
        int trace = each.Op(Opcode.Fma, each.Const(0.5f), each.Load(3), product);
        each.Store(3, trace);
        each.OpInto(0, Opcode.Fma, trace, each.Load(0), 0);
        each.StoreSum(4, trace);
        var once = new ProgramBuilder(firstFreeRegister: 1);
        once.Store(0, once.Op(Opcode.Fma, once.Const(-0.1f), 0, once.Load(0)));
        builder.Synapse(
            shape.Inputs, shape.Units, builder.Program(each.Build()), shape.Rows, 1, builder.Program(once.Build()),
            builder.Bank(Region.State, shape.Inputs, shape.Units, random.Next(4)),
            EachSample(pre with { Rows = shape.Inputs, Cols = 1, RowStride = 1, TileStride = 0, ColStride = 0, Slots = shape.Rows, SlotStride = pre.RowStride }),
            EachSample(post with { Rows = shape.Inputs, RowStride = 0, Slots = shape.Rows, SlotStride = post.RowStride }),
            builder.Bank(Region.State, shape.Inputs, shape.Units, random.Next(4)),
            EachSample(builder.Vector(Region.State, shape.Inputs, shape.Units, shape.Rows)));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Scatter_WithIndicesOutOfRange_MatchesOracle(bool accumulate) => ForManySeeds((builder, random) =>
    {
        int rows = Small(random), targets = Small(random), cols = Small(random), groups = random.Next(1, 4);
        builder.Scatter(
            Source(builder, random, rows * groups, cols), builder.Index(rows * groups, targets),
            Destination(builder, random, targets * groups, cols), groups, accumulate);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GatherByIndex_WithIndicesOutOfRange_MatchesOracle(bool accumulate) => ForManySeeds((builder, random) =>
    {
        int rows = Small(random), sources = Small(random), cols = Small(random), groups = random.Next(1, 4);
        builder.GatherByIndex(
            Source(builder, random, sources * groups, cols), builder.Index(rows * groups, sources),
            Destination(builder, random, rows * groups, cols), groups, accumulate);
    });

    // Ties, both zeros, infinities and NaN; k below 1, above the units, not whole, and no number.
    [Fact]
    public void Rank_WithTiesAndNaN_MatchesOracle()
    {
        using var executor = Create(0);
        foreach (int units in Sizes)
            foreach (float k in (ReadOnlySpan<float>)[1, 2.9f, units / 2, units, units + 5, -3, float.NaN])
            {
                var random = new Random(units);
                var builder = new BitstreamBuilder();
                var x = builder.Signal(Region.Io, 9, units);
                builder.Rank(x, builder.Column(Region.State, 9), builder.Signal(Region.State, 9, 1), 0);
                var image = MemoryImage.Random(builder, random);
                image.Set(x, (r, c) => r < 4 ? random.Next(-9, -2) : _ranked[random.Next(_ranked.Length)]);
                Comparison.Check(executor, builder.Build(), image, state => state.Registers[0] = k, $"{units} units, k {k}");
            }
    }

    [Fact]
    public void MaxAndArgMax_WithNaN_MatchOracle()
    {
        using var executor = Create(0);
        foreach (int cols in Sizes)
        {
            var random = new Random(cols);
            var builder = new BitstreamBuilder();
            var x = builder.Signal(Region.Io, 7, cols);
            var program = new ProgramBuilder();
            int value = program.Load(0);
            program.Store(1, program.Op(Opcode.MaxUnits, value, perRow: true), true)
                .Store(2, program.Op(Opcode.ArgMaxUnits, value, perRow: true), true);
            builder.Evaluate(
                7, cols, builder.Program(program.Build()), x, builder.Column(Region.State, 7), builder.Column(Region.State, 7));
            var image = MemoryImage.Random(builder, random);
            image.Set(x, (r, c) => random.Next(r * cols + 1) == 0 ? float.NaN : _ranked[random.Next(_ranked.Length - 1)]);
            Comparison.Check(executor, builder.Build(), image, _ => { }, $"{cols} columns");
        }
    }

    private static readonly float[] _ranked =
        [0, -0.0f, 1, -1, 1e-40f, -1e-40f, 3e38f, float.NegativeInfinity, float.PositiveInfinity, float.NaN];

    private static Operand EachSample(Operand operand) => operand with { SlotStep = 1, Counter = 1 };

    private void ForManySeeds(Action<BitstreamBuilder, Random> add)
    {
        using var executor = Create(0);
        for (int seed = 0; seed < 200; seed++)
        {
            var builder = new BitstreamBuilder();
            var random = new Random(seed);
            add(builder, random);
            Check(executor, builder, random, $"seed {seed}", runs: 2);
        }
    }
}
