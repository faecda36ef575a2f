namespace CostSociety.Fabric.Simd;

/// <summary>What runs one operation on one strip. The table lists every kernel of an operation by itself.</summary>
internal static unsafe class Kernels
{
    /// <summary>The kernel of an opcode.</summary>
    public static nint Of(Opcode code) => (nint)Entry(code);

    private static delegate*<in Strip, in PlanOp, void> Entry(Opcode code) => code switch
    {
        Opcode.Const => &StripMemory.Const,
        Opcode.Register => &StripMemory.Register,
        Opcode.Load => &StripMemory.Load,
        Opcode.Store => &StripMemory.Store,
        Opcode.StoreSum => &StripMemory.StoreSum,
        Opcode.Spread => &StripMemory.Spread,
        Opcode.Neg => &Unary<NegLanes>,
        Opcode.Abs => &Unary<AbsLanes>,
        Opcode.Sqrt => &Unary<SqrtLanes>,
        Opcode.Exp => &Unary<ExpLanes>,
        Opcode.Log => &Unary<LogLanes>,
        Opcode.Tanh => &Unary<TanhLanes>,
        Opcode.Sigmoid => &Unary<SigmoidLanes>,
        Opcode.Softplus => &Unary<SoftplusLanes>,
        Opcode.Sin => &Unary<SinLanes>,
        Opcode.Cos => &Unary<CosLanes>,
        Opcode.Floor => &Unary<FloorLanes>,
        Opcode.Sign => &Unary<SignLanes>,
        Opcode.Step => &Unary<StepLanes>,
        Opcode.Add => &Binary<AddLanes>,
        Opcode.Sub => &Binary<SubLanes>,
        Opcode.Mul => &Binary<MulLanes>,
        Opcode.Div => &Binary<DivLanes>,
        Opcode.Min => &Binary<MinLanes>,
        Opcode.Max => &Binary<MaxLanes>,
        Opcode.Pow => &Binary<PowLanes>,
        Opcode.Less => &Binary<LessLanes>,
        Opcode.LessEqual => &Binary<LessEqualLanes>,
        Opcode.Equal => &Binary<EqualLanes>,
        Opcode.Fma => &Ternary<FmaLanes>,
        Opcode.Select => &Ternary<SelectLanes>,
        Opcode.UnitIndex => &StripSources.UnitIndex,
        Opcode.RowIndex => &StripSources.RowIndex,
        Opcode.Uniform => &StripSources.Uniform,
        Opcode.Normal => &StripSources.Normal,
        Opcode.SumUnits => &Reductions.Sum,
        Opcode.MaxUnits => &Reductions.Max,
        Opcode.ArgMaxUnits => &Reductions.ArgMax,
        _ => throw new InvalidOperationException($"opcode {code} passed the verifier"),
    };

    public static void Unary<T>(in Strip s, in PlanOp op)
        where T : struct, IUnaryLanes
    {
        var a = s.Registers[op.A];
        float* d = Result(s, op, a.Step, out nint vectors);
        LaneLoops.Unary<T>(d, a, vectors);
    }

    public static void Binary<T>(in Strip s, in PlanOp op)
        where T : struct, IBinaryLanes
    {
        RegisterSource a = s.Registers[op.A], b = s.Registers[op.B];
        float* d = Result(s, op, a.Step | b.Step, out nint vectors);
        LaneLoops.Binary<T>(d, a, b, vectors);
    }

    public static void Ternary<T>(in Strip s, in PlanOp op)
        where T : struct, ITernaryLanes
    {
        RegisterSource a = s.Registers[op.A], b = s.Registers[op.B], c = s.Registers[op.C];
        float* d = Result(s, op, a.Step | b.Step | c.Step, out nint vectors);
        LaneLoops.Ternary<T>(d, a, b, c, vectors);
    }

    // A result of values that are all the same in the whole strip is such a value too: eight lanes are enough.
    private static float* Result(in Strip s, in PlanOp op, nint step, out nint vectors)
    {
        float* d = step == 0 ? s.Uniform(op.Destination) : Place(s, op);
        s.Registers[op.Destination] = new RegisterSource { Pointer = d, Step = step };
        vectors = step == 0 ? 1 : op.PerRow ? s.RowVectors : s.Vectors;
        return d;
    }

    private static float* Place(in Strip s, in PlanOp op)
    {
        if (op.Target < 0)
            return s.Buffer(op.Destination);
        View* target = s.Operands + op.Target;
        return s.Cols == s.Width && StripMemory.Follows(s, target) ? target->At(s.Row, s.Col) : s.Buffer(op.Destination);
    }
}
