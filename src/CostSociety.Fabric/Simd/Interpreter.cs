namespace CostSociety.Fabric.Simd;

/// <summary>A block of the domain that the registers hold at one time.</summary>
internal unsafe struct Strip
{
    public ProgramPlan Plan;
    public RunContext Context;
    public View* Operands;
    public RegisterSource* Registers;
    public float* Buffers;
    public float* Uniforms;
    public int Row;
    public int Rows;
    public int Col;
    public int Width;
    public int Cols;
    public uint NoiseCounter;

    public readonly float* Buffer(int register) => Buffers + register * (nint)Plan.RegisterFloats;

    public readonly float* Uniform(int register) => Uniforms + register * 8;

    /// <summary>Vectors of a register, per element or per row.</summary>
    public readonly nint Vectors(bool perRow) => perRow ? (Rows + 7) / 8 : (nint)Rows * Width / 8;
}

/// <summary>The register machine that runs programs, one strip of the domain at a time.</summary>
internal static unsafe class Interpreter
{
    /// <summary>Runs a program over a part of its domain; rows ascend within each column.</summary>
    public static void Run(
        ProgramPlan plan, View* operands, RunContext context, int thread, int row0, int row1, int col0, int col1)
    {
        var strip = Begin(plan, operands, context, thread);
        if (plan.PerRowOnly)
            col1 = Math.Min(col1, col0 + 1);
        for (int col = col0; col < col1; col += plan.Width)
        {
            int stripRows = RowsFor(plan, col1 - col);
            for (int row = row0; row < row1; row += stripRows)
            {
                Place(ref strip, row, Math.Min(stripRows, row1 - row), col, col1);
                RunStrip(strip);
            }
        }
    }

    // A part of the columns leaves room for more rows in the same buffers.
    private static int RowsFor(ProgramPlan plan, int cols) =>
        plan.PerRowOnly ? plan.StripRows
        : plan.Width / Operand.Pad(Math.Min(plan.Width, cols)) * plan.StripRows;

    public static Strip Begin(ProgramPlan plan, View* operands, RunContext context, int thread)
    {
        var scratch = context.Threads[thread];
        return new Strip
        {
            Plan = plan,
            Context = context,
            Operands = operands,
            Registers = scratch.Sources,
            Buffers = scratch.Registers,
            Uniforms = scratch.Uniforms,
            NoiseCounter = context.NoiseCounter,
        };
    }

    public static void Place(ref Strip strip, int row, int rows, int col, int lastCol)
    {
        strip.Row = row;
        strip.Rows = rows;
        strip.Col = col;
        strip.Cols = Math.Min(strip.Plan.Width, lastCol - col);
        strip.Width = Operand.Pad(strip.Cols);
    }

    /// <summary>Runs the program on one strip; register 0 may have been set before.</summary>
    public static void RunStrip(in Strip s)
    {
        foreach (ref readonly var op in s.Plan.Ops.AsSpan())
            Step(s, op);
    }

    private static void Step(in Strip s, in PlanOp op)
    {
        switch (op.Code)
        {
            case Opcode.Const: StripMemory.SetUniform(s, op.Destination, op.Immediate); break;
            case Opcode.Register: StripMemory.SetUniform(s, op.Destination, s.Context.Registers[op.Index]); break;
            case Opcode.Load: StripMemory.Load(s, op); break;
            case Opcode.Store: StripMemory.Store(s, op); break;
            case Opcode.StoreSum: StripMemory.StoreSum(s, op); break;
            case Opcode.Spread: StripMemory.Spread(s, op); break;
            case Opcode.Neg: Unary<NegLanes>(s, op); break;
            case Opcode.Abs: Unary<AbsLanes>(s, op); break;
            case Opcode.Sqrt: Unary<SqrtLanes>(s, op); break;
            case Opcode.Exp: Unary<ExpLanes>(s, op); break;
            case Opcode.Log: Unary<LogLanes>(s, op); break;
            case Opcode.Tanh: Unary<TanhLanes>(s, op); break;
            case Opcode.Sigmoid: Unary<SigmoidLanes>(s, op); break;
            case Opcode.Softplus: Unary<SoftplusLanes>(s, op); break;
            case Opcode.Sin: Unary<SinLanes>(s, op); break;
            case Opcode.Cos: Unary<CosLanes>(s, op); break;
            case Opcode.Floor: Unary<FloorLanes>(s, op); break;
            case Opcode.Sign: Unary<SignLanes>(s, op); break;
            case Opcode.Step: Unary<StepLanes>(s, op); break;
            case Opcode.Add: Binary<AddLanes>(s, op); break;
            case Opcode.Sub: Binary<SubLanes>(s, op); break;
            case Opcode.Mul: Binary<MulLanes>(s, op); break;
            case Opcode.Div: Binary<DivLanes>(s, op); break;
            case Opcode.Min: Binary<MinLanes>(s, op); break;
            case Opcode.Max: Binary<MaxLanes>(s, op); break;
            case Opcode.Pow: Binary<PowLanes>(s, op); break;
            case Opcode.Less: Binary<LessLanes>(s, op); break;
            case Opcode.LessEqual: Binary<LessEqualLanes>(s, op); break;
            case Opcode.Equal: Binary<EqualLanes>(s, op); break;
            case Opcode.Fma: Ternary<FmaLanes>(s, op); break;
            case Opcode.Select: Ternary<SelectLanes>(s, op); break;
            case Opcode.UnitIndex: StripSources.UnitIndex(s, op); break;
            case Opcode.RowIndex: StripSources.RowIndex(s, op); break;
            case Opcode.Uniform: StripSources.Noise(s, op, normal: false); break;
            case Opcode.Normal: StripSources.Noise(s, op, normal: true); break;
            case Opcode.SumUnits: Reductions.Sum(s, op); break;
            case Opcode.MaxUnits: Reductions.Max(s, op); break;
            case Opcode.ArgMaxUnits: Reductions.ArgMax(s, op); break;
            default: throw new InvalidOperationException($"opcode {op.Code} passed the verifier");
        }
    }

    private static void Unary<T>(in Strip s, in PlanOp op)
        where T : struct, IUnaryLanes
    {
        var a = s.Registers[op.A];
        float* d = Result(s, op, a.Step, out nint vectors);
        LaneLoops.Unary<T>(d, a, vectors);
    }

    private static void Binary<T>(in Strip s, in PlanOp op)
        where T : struct, IBinaryLanes
    {
        RegisterSource a = s.Registers[op.A], b = s.Registers[op.B];
        float* d = Result(s, op, a.Step | b.Step, out nint vectors);
        LaneLoops.Binary<T>(d, a, b, vectors);
    }

    private static void Ternary<T>(in Strip s, in PlanOp op)
        where T : struct, ITernaryLanes
    {
        RegisterSource a = s.Registers[op.A], b = s.Registers[op.B], c = s.Registers[op.C];
        float* d = Result(s, op, a.Step | b.Step | c.Step, out nint vectors);
        LaneLoops.Ternary<T>(d, a, b, c, vectors);
    }

    // A result of values that are all the same in the whole strip is such a value too: eight lanes are enough.
    private static float* Result(in Strip s, in PlanOp op, nint step, out nint vectors)
    {
        ref var register = ref s.Registers[op.Destination];
        register.Step = step;
        register.Pointer = step == 0 ? s.Uniform(op.Destination) : Place(s, op);
        vectors = step == 0 ? 1 : s.Vectors(op.PerRow);
        return register.Pointer;
    }

    private static float* Place(in Strip s, in PlanOp op)
    {
        View* target = s.Operands + op.Target;
        return op.Target >= 0 && s.Cols == s.Width && StripMemory.Follows(s, target)
            ? target->At(s.Row, s.Col) : s.Buffer(op.Destination);
    }
}
