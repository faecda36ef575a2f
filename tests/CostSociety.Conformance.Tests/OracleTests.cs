namespace CostSociety.Conformance.Tests;

/// <summary>The oracle against numbers worked out by hand.</summary>
public sealed class OracleTests
{
    [Fact]
    public void Project_TwoByTwo_IsTheMatrixProduct()
    {
        var builder = new BitstreamBuilder();
        Operand x = builder.Signal(Region.Io, 1, 2), bank = builder.Bank(Region.State, 2, 2),
            y = builder.Signal(Region.State, 1, 2);
        builder.Project(x, bank, y);

        var memory = Run(builder, (x, [1, 2]), (bank, [3, 4, 5, 6]));

        Assert.Equal([13, 16], Values(memory, y));
    }

    [Fact]
    public void ProjectBack_TwoByTwo_IsTheProductWithTheTranspose()
    {
        var builder = new BitstreamBuilder();
        Operand d = builder.Signal(Region.Io, 1, 2), bank = builder.Bank(Region.State, 2, 2),
            x = builder.Signal(Region.State, 1, 2);
        builder.ProjectBack(d, bank, x, accumulate: true);

        var memory = Run(builder, (d, [1, 2]), (bank, [3, 4, 5, 6]), (x, [100, 200]));

        Assert.Equal([111, 217], Values(memory, x));
    }

    [Fact]
    public void Correlate_TwoRows_SumsOuterProducts()
    {
        var builder = new BitstreamBuilder();
        Operand pre = builder.Signal(Region.Io, 2, 1), post = builder.Signal(Region.Io, 2, 2),
            g = builder.Bank(Region.State, 1, 2);
        builder.CorrelateSplit(g, [(pre, post, 2)], register: 0);

        var memory = Run(builder, state => state.Registers[0] = 0.5f, (pre, [1, 10]), (post, [2, 3, 4, 5]));

        Assert.Equal([42, 53], Values(memory, g));
    }

    [Fact]
    public void CorrelateFused_Descent_HasTheGradientInRegister0()
    {
        var builder = new BitstreamBuilder();
        Operand pre = builder.Signal(Region.Io, 1, 1), post = builder.Signal(Region.Io, 1, 1),
            weight = builder.Bank(Region.State, 1, 1);
        var program = new ProgramBuilder(firstFreeRegister: 1);
        program.Store(0, program.Op(Opcode.Sub, program.Load(0), 0));
        builder.CorrelateFused(1, 1, [(pre, post, 1)], -1, builder.Program(program.Build()), weight);

        var memory = Run(builder, (pre, [3]), (post, [4]), (weight, [100]));

        Assert.Equal([88], Values(memory, weight));
    }

    [Fact]
    public void Loop_CountRoundedDown_MovesTheSlotOfARing()
    {
        var builder = new BitstreamBuilder();
        var ring = builder.Signal(Region.State, 1, 1, slots: 3) with { SlotStep = 1, Counter = 1 };
        var program = new ProgramBuilder();
        program.Store(1, program.Op(Opcode.Add, program.Load(0), program.Const(1)));
        int increment = builder.Program(program.Build());
        builder.Loop(0, 1, () => builder.Evaluate(1, 1, increment, ring with { Slot0 = -1 }, ring));

        var memory = Run(builder, state => state.Registers[0] = 2.9f);

        Assert.Equal([1, 2, 0],
            Enumerable.Range(0, 3).Select(slot => memory.Region(Region.State)[ring.Offset + slot * ring.SlotStride]));
    }

    [Fact]
    public void Noise_InNestedLoops_FoldsTheCounters()
    {
        var builder = new BitstreamBuilder();
        var y = builder.Signal(Region.State, 2, 3);
        var program = new ProgramBuilder();
        program.Store(0, program.Noise(Opcode.Uniform, 77));
        int noise = builder.Program(program.Build());
        builder.Loop(0, 1, () => builder.Loop(1, 2, () => builder.Evaluate(2, 3, noise, y)));

        var memory = Run(builder, state => (state.Registers[0], state.Registers[1], state.Step) = (2, 3, 9));

        uint word = CounterRandom.Word(CounterRandom.Key(0, 0, 77), 1 * 3 + 2, 9, (1 + 1) * 65536 + (2 + 1));
        Assert.Equal(CounterRandom.Uniform(word), Values(memory, y)[5]);
    }

    [Fact]
    public void Evaluate_Softmax_SumsToOne()
    {
        var builder = new BitstreamBuilder();
        Operand x = builder.Signal(Region.Io, 1, 3), y = builder.Signal(Region.State, 1, 3);
        var program = new ProgramBuilder();
        int logits = program.Load(0);
        int largest = program.Op(Opcode.Spread, program.Op(Opcode.MaxUnits, logits, perRow: true));
        int exp = program.Op(Opcode.Exp, program.Op(Opcode.Sub, logits, largest));
        int sum = program.Op(Opcode.Spread, program.Op(Opcode.SumUnits, exp, perRow: true));
        program.Store(1, program.Op(Opcode.Div, exp, sum));
        builder.Evaluate(1, 3, builder.Program(program.Build()), x, y);

        var values = Values(Run(builder, (x, [0, (float)Math.Log(2), (float)Math.Log(5)])), y);

        Assert.Equal(0.125, values[0], 6);
        Assert.Equal(0.25, values[1], 6);
        Assert.Equal(0.625, values[2], 6);
    }

    [Fact]
    public void Gather_Table_SumsItsSourcesWithinEachSample()
    {
        var builder = new BitstreamBuilder();
        Operand source = builder.Signal(Region.Io, 2, 2), destination = builder.Signal(Region.State, 2, 2);
        builder.Gather(new GatherTable(1, 2, 1, 2, [0, 2, 2], [0, 1]), source, destination);

        var memory = Run(builder, (source, [1, 2, 10, 20]), (destination, [9, 9, 9, 9]));

        Assert.Equal([3, 0, 30, 0], Values(memory, destination));
    }

    [Fact]
    public void Rank_Ties_GoToTheLowerIndex()
    {
        var builder = new BitstreamBuilder();
        Operand x = builder.Signal(Region.Io, 1, 4), value = builder.Column(Region.State, 1),
            index = builder.Column(Region.State, 1);
        builder.Rank(x, value, index, 0);

        var memory = Run(builder, state => state.Registers[0] = 2, (x, [5, 7, 1, 7]));

        Assert.Equal([7, 3], Values(memory, value).Concat(Values(memory, index)));
    }

    [Fact]
    public void Rank_NaN_IsTheSmallest()
    {
        var builder = new BitstreamBuilder();
        Operand x = builder.Signal(Region.Io, 1, 4), value = builder.Column(Region.State, 1),
            index = builder.Column(Region.State, 1);
        builder.Rank(x, value, index, 0);

        var memory = Run(builder, state => state.Registers[0] = 3.7f, (x, [float.NaN, 7, float.NegativeInfinity, 9]));

        Assert.Equal([double.NegativeInfinity, 2], Values(memory, value).Concat(Values(memory, index)));
    }

    [Fact]
    public void Contract_TwoGroupsTransposed_TurnsWithinTheGroup()
    {
        var builder = new BitstreamBuilder();
        Operand a = builder.Signal(Region.Io, 2, 2), b = builder.Signal(Region.Io, 2, 2), c = builder.Signal(Region.State, 4, 2);
        builder.Contract(a, b, c, 2, InstructionFlags.TransposeA);

        var memory = Run(builder, (a, [1, 2, 3, 4]), (b, [5, 6, 7, 8]));

        Assert.Equal([5, 6, 10, 12, 21, 24, 28, 32], Values(memory, c));
    }

    [Fact]
    public void Scatter_TwoGroups_CountsIndicesWithinEach()
    {
        var builder = new BitstreamBuilder();
        Operand source = builder.Signal(Region.Io, 4, 1), index = builder.Column(Region.Io, 4), destination = builder.Signal(Region.State, 4, 1);
        builder.Scatter(source, index, destination, 2, accumulate: true);

        var memory = Run(
            builder, (source, [1, 2, 3, 4]), (index, [1.9f, 1, 0, 2]), (destination, [10, 20, 30, 40]));

        Assert.Equal([10, 23, 33, 40], Values(memory, destination));
    }

    [Fact]
    public void GatherByIndex_TwoGroups_ReadsZeroOutOfRange()
    {
        var builder = new BitstreamBuilder();
        Operand source = builder.Signal(Region.Io, 4, 1), index = builder.Column(Region.Io, 6), destination = builder.Signal(Region.State, 6, 1);
        builder.GatherByIndex(source, index, destination, 2);

        var memory = Run(builder, (source, [1, 2, 3, 4]), (index, [1, 0.5f, -1, 1, 2, float.NaN]));

        Assert.Equal([2, 1, 0, 4, 0, 0], Values(memory, destination));
    }

    // Hebb by hand: g = sum over samples of pre post w, where w grows by 1 in each; then w -= g.
    [Fact]
    public void Synapse_TwoSamples_CarriesGAndTheBank()
    {
        var builder = new BitstreamBuilder();
        Operand pre = builder.Signal(Region.Io, 2, 1), post = builder.Signal(Region.Io, 2, 1), bank = builder.Bank(Region.State, 1, 1);
        Operand EachSample(Operand o) => o with { Rows = 1, RowStride = 0, Slots = 2, SlotStride = o.RowStride, SlotStep = 1, Counter = 1 };
        var each = new ProgramBuilder(firstFreeRegister: 1);
        int weight = each.Load(0);
        each.OpInto(0, Opcode.Fma, each.Op(Opcode.Mul, each.Load(1), each.Load(2)), weight, 0);
        each.Store(0, each.Op(Opcode.Add, weight, each.Const(1)));
        var once = new ProgramBuilder(firstFreeRegister: 1);
        once.Store(0, once.Op(Opcode.Sub, once.Load(0), 0));
        builder.Synapse(1, 1, builder.Program(each.Build()), 2, 1, builder.Program(once.Build()), bank, EachSample(pre), EachSample(post));

        var memory = Run(builder, (pre, [2, 3]), (post, [5, 7]), (bank, [100]));

        Assert.Equal([102 - (2 * 5 * 100 + 3 * 7 * 101)], Values(memory, bank));
    }

    [Fact]
    public void Error_AfterTwoProjections_CoversTheFirstOnesError()
    {
        var builder = new BitstreamBuilder();
        Operand x = builder.Signal(Region.Io, 1, 1), bank = builder.Bank(Region.State, 1, 1);
        Operand y = builder.Signal(Region.Scratch, 1, 1), z = builder.Signal(Region.State, 1, 1);
        builder.Project(x, bank, y);
        builder.Project(y, bank, z);

        var memory = Run(builder, (x, [1]), (bank, [3]));

        double tolerance = Semantics.Instructions[(int)InstructionKind.Project].Tolerance;
        Assert.InRange(memory.Errors(Region.State)[z.Offset], 2 * tolerance * 9 * 0.999, 2 * tolerance * 9 * 1.001);
    }

    private static OracleMemory Run(BitstreamBuilder builder, params (Operand Operand, float[] Values)[] inputs) =>
        Run(builder, _ => { }, inputs);

    private static OracleMemory Run(
        BitstreamBuilder builder, Action<RunState> prepare, params (Operand Operand, float[] Values)[] inputs)
    {
        using var oracle = new OracleExecutor();
        var bitstream = builder.Build();
        var memory = oracle.Allocate(bitstream.Sizes);
        foreach (var (operand, values) in inputs)
            for (int i = 0; i < values.Length; i++)
                memory.Write(operand.Region, operand.Offset + operand.Element(i / operand.Cols, i % operand.Cols),
                    [values[i]]);
        var state = new RunState(bitstream.Registers);
        prepare(state);
        oracle.Run(oracle.Load(bitstream), 0, memory, state);
        return memory;
    }

    private static double[] Values(OracleMemory memory, Operand operand) =>
        [.. Enumerable.Range(0, operand.Rows * operand.Cols).Select(i =>
            memory.Region(operand.Region)[operand.Offset + operand.Element(i / operand.Cols, i % operand.Cols)])];
}
