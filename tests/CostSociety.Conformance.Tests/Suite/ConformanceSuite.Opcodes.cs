namespace CostSociety.Conformance.Tests;

public abstract partial class ConformanceSuite
{
    /// <summary>Opcodes that make a value of one to three sources, element by element.</summary>
    public static TheoryData<Opcode> ElementwiseOpcodes =>
        [.. Semantics.Opcodes.Where(row => row.Shape == OpcodeShape.Elementwise && row.Arity > 0)
            .Select(row => row.Code)];

    [Theory]
    [MemberData(nameof(ElementwiseOpcodes))]
    public void Opcode_OverGrid_MatchesTable(Opcode code) => CheckGrid(code, perRow: false);

    [Theory]
    [MemberData(nameof(ElementwiseOpcodes))]
    public void Opcode_PerRowOverGrid_MatchesTable(Opcode code) => CheckGrid(code, perRow: true);

    [Fact]
    public void OpcodesWithoutSources_EverySize_MatchOracle()
    {
        using var executor = Create(0);
        foreach (int cols in Sizes)
            foreach (bool perRow in (ReadOnlySpan<bool>)[false, true])
            {
                var random = new Random(cols);
                int rows = Small(random);
                var builder = new BitstreamBuilder().UseRegisters(3);
                var program = new ProgramBuilder();
                int[] results =
                [
                    program.Const(0.3f, perRow), program.Register(2, perRow),
                    program.Op(Opcode.RowIndex, perRow: perRow),
                    program.Op(Opcode.UnitIndex, perRow: perRow), program.Noise(Opcode.Uniform, 11, perRow),
                    program.Noise(Opcode.Normal, 22, perRow), program.Noise(Opcode.Uniform, 33, perRow),
                ];
                var operands = results.Select(_ => perRow
                    ? builder.Column(Region.State, rows)
                    : Destination(builder, random, rows, cols)).ToArray();
                for (int i = 0; i < results.Length; i++)
                    program.Store(i, results[i], perRow);
                builder.Evaluate(rows, cols, builder.Program(program.Build()), operands);
                Check(executor, builder, random, $"[{rows}, {cols}], per row: {perRow}");
            }
    }

    [Fact]
    public void Reductions_EverySize_MatchOracle()
    {
        using var executor = Create(0);
        foreach (int cols in Sizes)
            foreach (int kind in (ReadOnlySpan<int>)[0, 1, 2])
            {
                var random = new Random(cols);
                var builder = new BitstreamBuilder();
                int rows = Small(random);
                var x = AddReductions(builder, rows, cols);
                var bitstream = builder.Build();
                var image = MemoryImage.Random(builder, random);
                image.Set(x, (r, c) => kind switch
                {
                    0 => random.NextSingle() * 2 - 1,
                    1 => -1 - random.NextSingle(),
                    _ => random.Next(-5, -2),
                });
                Comparison.Check(
                    executor, bitstream, image, state => Prepare(state, random), $"[{rows}, {cols}], kind {kind}");
            }
    }

    [Fact]
    public void StoreSum_EverySize_MatchesOracle()
    {
        using var executor = Create(0);
        foreach (int cols in Sizes)
            foreach (int rows in _smallSizes)
            {
                var random = new Random(cols);
                var builder = new BitstreamBuilder();
                AddStoreSums(builder, rows, cols, repeat: random.Next(2, 5));
                Check(executor, builder, random, $"[{rows}, {cols}]");
            }
    }

    // Sum, max and argmax of the rows of x into columns, and the sum spread over the units again.
    private static Operand AddReductions(BitstreamBuilder builder, int rows, int cols)
    {
        var x = builder.Signal(Region.Io, rows, cols);
        var program = new ProgramBuilder();
        int value = program.Load(0);
        int sum = program.Op(Opcode.SumUnits, value, perRow: true);
        program.Store(1, sum, true)
            .Store(2, program.Op(Opcode.MaxUnits, value, perRow: true), true)
            .Store(3, program.Op(Opcode.ArgMaxUnits, value, perRow: true), true)
            .Store(4, program.Op(Opcode.Mul, program.Op(Opcode.Spread, sum), value));
        builder.Evaluate(rows, cols, builder.Program(program.Build()),
            x, builder.Column(Region.State, rows), builder.Column(Region.State, rows),
            builder.Column(Region.State, rows),
            builder.Signal(Region.Scratch, rows, cols));
        return x;
    }

    // Sums over all rows and over some: of elements into a vector and a shorter signal, of rows into a scalar and a
    // column.
    private static void AddStoreSums(BitstreamBuilder builder, int rows, int cols, int repeat)
    {
        int groups = (rows + repeat - 1) / repeat;
        var program = new ProgramBuilder();
        int element = program.Load(0), row = program.Load(1, perRow: true);
        program.StoreSum(2, element).StoreSum(3, element).StoreSum(6, element)
            .StoreSum(4, row, true).StoreSum(5, row, true);
        builder.Evaluate(rows, cols, builder.Program(program.Build()),
            builder.Signal(Region.Io, rows, cols),
            builder.Column(Region.Io, rows),
            builder.Vector(Region.State, rows, cols),
            builder.Signal(Region.Scratch, groups, cols) with { Rows = rows, RowRepeat = repeat },
            builder.Scalar(Region.State) with { Rows = rows },
            builder.Column(Region.State, rows, repeat),
            builder.Signal(Region.State, rows, cols));
    }

    private void CheckGrid(Opcode code, bool perRow)
    {
        using var executor = Create(0);
        int arity = Semantics.Opcodes[(int)code].Arity;
        var sources = OpcodeGrid.Sources(arity, new Random((int)code));
        int cols = perRow ? 1 : 37, rows = (sources.Count + cols - 1) / cols;
        var results = RunGrid(executor, code, perRow, rows, cols, sources);
        for (int i = 0; i < sources.Count; i++)
            Assert.True(
                OpcodeGrid.Agrees(code, sources[i], results[i]),
                $"{code}({string.Join(", ", sources[i].Take(arity).Select(s => s.ToString("R")))}) is {results[i]:R}, "
                + $"expected {OpcodeValues.Of(code, sources[i][0], sources[i][1], sources[i][2]):R}");
    }

    private static float[] RunGrid(
        IExecutor executor, Opcode code, bool perRow, int rows, int cols, List<float[]> sources)
    {
        var builder = new BitstreamBuilder();
        Operand Allocate() => perRow ? builder.Column(Region.State, rows) : builder.Signal(Region.State, rows, cols);
        Operand[] operands = [Allocate(), Allocate(), Allocate(), Allocate()];
        var program = new ProgramBuilder();
        int a = program.Load(0, perRow), b = program.Load(1, perRow), c = program.Load(2, perRow);
        program.Store(3, program.Op(code, a, b, c, perRow: perRow), perRow);
        builder.Evaluate(rows, perRow ? 5 : cols, builder.Program(program.Build()), operands);
        var bitstream = builder.Build();
        using var memory = executor.Allocate(bitstream.Sizes);
        for (int i = 0; i < sources.Count; i++)
            for (int s = 0; s < 3; s++)
                memory.Write(Region.State, Address(operands[s], i, cols), [sources[i][s]]);
        using var loaded = executor.Load(bitstream);
        executor.Run(loaded, 0, memory, new RunState(bitstream.Registers));
        var view = memory.View(Region.State, 0, bitstream.Sizes.State).ToArray();
        return [.. Enumerable.Range(0, sources.Count).Select(i => view[Address(operands[3], i, cols)])];
    }

    private static int Address(Operand operand, int index, int cols) =>
        operand.Offset + operand.Element(index / cols, index % cols);
}
