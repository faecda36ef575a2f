namespace CostSociety.Conformance.Tests;

public abstract partial class ConformanceSuite
{
    [Fact]
    public void Project_EverySize_MatchesOracle() => ForEveryShape(InstructionKind.Project, (builder, random, shape) =>
    {
        var x = Source(builder, random, shape.Rows, shape.Inputs);
        var bank = builder.Bank(Region.State, shape.Inputs, shape.Units, random.Next(4));
        var y = Destination(builder, random, shape.Rows, shape.Units);
        var (program, more) = Epilogue(builder, random, shape.Rows, shape.Units);
        builder.Project(x, bank, y, Flip(random), program, more);
    });

    [Fact]
    public void ProjectBack_EverySize_MatchesOracle() =>
        ForEveryShape(InstructionKind.ProjectBack, (builder, random, shape) =>
    {
        var d = Source(builder, random, shape.Rows, shape.Units);
        var bank = builder.Bank(Region.State, shape.Inputs, shape.Units, random.Next(4));
        var x = Destination(builder, random, shape.Rows, shape.Inputs);
        var (program, more) = Epilogue(builder, random, shape.Rows, shape.Inputs);
        builder.ProjectBack(d, bank, x, Flip(random), program, more);
    });

    [Fact]
    public void CorrelateSplit_EverySize_MatchesOracle() =>
        ForEveryShape(InstructionKind.Correlate, (builder, random, shape) =>
    {
        var destination = builder.Bank(Region.State, shape.Inputs, shape.Units, random.Next(4));
        var terms = Terms(builder, random, shape);
        builder.CorrelateSplit(destination, terms, random.Next(-1, 2), Flip(random));
    });

    [Fact]
    public void CorrelateFused_EverySize_MatchesOracle() =>
        ForEveryShape(InstructionKind.Correlate, (builder, random, shape) =>
    {
        int spare = random.Next(4);
        var weights = builder.Bank(Region.State, shape.Inputs, shape.Units, spare);
        var moments = builder.Bank(Region.State, shape.Inputs, shape.Units, spare);
        var perUnit = builder.Vector(Region.State, shape.Inputs, shape.Units);
        int program = builder.Program(MomentumUpdate());
        var terms = Terms(builder, random, shape);
        builder.UseRegisters(2);
        builder.CorrelateFused(
            shape.Inputs, shape.Units, terms, random.Next(-1, 2), program, weights, moments, perUnit);
    });

    [Fact]
    public void Gather_EverySize_MatchesOracle() => ForEveryShape(InstructionKind.Gather, (builder, random, shape) =>
    {
        int sourceRows = random.Next(1, 4), destinationRows = random.Next(1, 4);
        var table = Table(random, sourceRows, shape.Inputs, destinationRows, shape.Units);
        var source = Source(builder, random, shape.Rows * sourceRows, shape.Inputs);
        builder.Gather(table, source, Destination(builder, random, shape.Rows * destinationRows, shape.Units),
            Flip(random));
    });

    private void ForEveryShape(
        InstructionKind kind, Action<BitstreamBuilder, Random, (int Rows, int Inputs, int Units)> add)
    {
        using var executor = Create(0);
        var random = new Random(1);
        foreach (var shape in Shapes(random))
        {
            var builder = new BitstreamBuilder();
            add(builder, random, shape);
            Check(executor, builder, random, $"{kind} {shape}");
        }
    }

    private static bool Flip(Random random) => random.Next(2) == 0;

    // An operand to read: contiguous, with spare tiles between rows, one row for all, one value a row (also for several
    // rows, also over all columns), one value, or a slot of a ring that moves with the step.
    private static Operand Source(BitstreamBuilder builder, Random random, int rows, int cols) => random.Next(8) switch
    {
        0 => builder.Signal(Region.State, rows, cols, random.Next(1, 3)),
        1 => builder.Vector(Region.State, rows, cols),
        2 => builder.Column(Region.Io, rows) with { Cols = cols },
        3 => builder.Column(Region.Io, rows, random.Next(2, 4)) with { Cols = cols },
        4 => builder.Scalar(Region.Io) with { Rows = rows, Cols = cols },
        5 => Slot(builder.Signal(Region.State, rows, cols, random.Next(2), 3), random),
        _ => builder.Signal(Region.Io, rows, cols),
    };

    // An operand to write: contiguous, with spare tiles between rows, or a slot of a ring.
    private static Operand Destination(BitstreamBuilder builder, Random random, int rows, int cols) =>
        random.Next(4) switch
        {
            0 => builder.Signal(Region.State, rows, cols, random.Next(1, 3)),
            1 => Slot(builder.Signal(Region.State, rows, cols, random.Next(2), 3), random),
            _ => builder.Signal(Region.State, rows, cols),
        };

    private static Operand Slot(Operand ring, Random random) =>
        ring with { Slot0 = random.Next(-4, 5), SlotStep = random.Next(-2, 3) };

    private static (Operand Pre, Operand Post, float Coefficient)[] Terms(
        BitstreamBuilder builder, Random random, (int Rows, int Inputs, int Units) shape)
    {
        var terms = new (Operand, Operand, float)[random.Next(1, 4)];
        for (int i = 0; i < terms.Length; i++)
            terms[i] = (
                Source(builder, random, shape.Rows, shape.Inputs),
                Source(builder, random, shape.Rows, shape.Units),
                random.NextSingle() * 2 - 1);
        return terms;
    }

    // None, or tanh(y + bias) * gain with bias per unit and gain per row; the sum before it goes elsewhere.
    private static (int Program, Operand[] More) Epilogue(BitstreamBuilder builder, Random random, int rows, int cols)
    {
        if (Flip(random))
            return (-1, []);
        var program = new ProgramBuilder();
        int sum = program.Op(Opcode.Add, program.Load(2), program.Load(3));
        int activity = program.Op(Opcode.Mul, program.Op(Opcode.Tanh, sum), program.Load(4));
        program.Store(5, sum).Store(2, activity);
        return (builder.Program(program.Build()), [
            builder.Vector(Region.State, rows, cols),
            builder.Column(Region.Io, rows),
            builder.Signal(Region.Scratch, rows, cols),
        ]);
    }

    // m = r0 m + g; w = (w - r1 m) * perUnit, with g in register 0.
    private static FabricProgram MomentumUpdate()
    {
        var program = new ProgramBuilder(firstFreeRegister: 1);
        int moment = program.Op(Opcode.Fma, program.Register(0), program.Load(1), 0);
        int step = program.Op(Opcode.Mul, program.Register(1), moment);
        int weight = program.Op(Opcode.Sub, program.Load(0), step);
        program.Store(1, moment).Store(0, program.Op(Opcode.Mul, weight, program.Load(2)));
        return program.Build();
    }

    private static GatherTable Table(Random random, int sourceRows, int sourceCols, int rows, int cols)
    {
        var starts = new int[rows * cols + 1];
        var indices = new List<int>();
        for (int i = 0; i < rows * cols; i++)
        {
            for (int n = random.Next(4); n > 0; n--)
                indices.Add(random.Next(sourceRows * sourceCols));
            starts[i + 1] = indices.Count;
        }
        return new GatherTable(sourceRows, sourceCols, rows, cols, starts, [.. indices]);
    }
}
