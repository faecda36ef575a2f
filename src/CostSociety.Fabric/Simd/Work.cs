namespace CostSociety.Fabric.Simd;

/// <summary>A part of an instruction that may start when the part before it is complete.</summary>
/// <param name="Chunks">Pieces that run side by side, in any order.</param>
/// <param name="Cost">Rough cost of all of them, in floating-point operations.</param>
internal readonly record struct Stage(int Chunks, long Cost);

/// <summary>One instruction, made ready: its operands, its stages, and buffers for what has to be packed.</summary>
internal abstract unsafe class Work
{
    private readonly Operand[] _resolved;
    private readonly NativeArena _arena;

    protected Work(Bitstream bitstream, Instruction instruction, NativeArena arena, ReadOnlySpan<int> extraOperands = default)
    {
        Instruction = instruction;
        Own = bitstream.Operands.AsSpan(instruction.FirstOperand, instruction.OperandCount).ToArray();
        _resolved = [.. Own, .. extraOperands.ToArray().Select(index => bitstream.Operands[index])];
        _arena = arena;
        Views = (View*)arena.Take((_resolved.Length + 1L) * sizeof(View));
        for (int i = 0; i < _resolved.Length; i++)
            Views[i] = View.Of(_resolved[i]);
    }

    public Instruction Instruction { get; }

    public List<Stage> Stages { get; } = [];

    /// <summary>Floats of registers that a thread needs.</summary>
    public long RegisterFloats { get; protected set; }

    /// <summary>Floats of tiles that a thread needs.</summary>
    public long TileFloats { get; protected set; }

    protected Operand[] Own { get; }

    protected View* Views { get; }

    /// <summary>Chooses the slots of all operands for this run.</summary>
    public virtual void Prepare(RunContext context)
    {
        for (int i = 0; i < _resolved.Length; i++)
            Views[i].Base = context.Base(_resolved[i]);
    }

    /// <summary>Runs one chunk of one stage.</summary>
    public abstract void Run(RunContext context, int stage, int chunk, int thread);

    protected float* Buffer(long floats) => _arena.TakeFloats(floats + 256);

    protected ProgramPlan? Plan(Bitstream bitstream, int rows, int cols, FirstRegister first = FirstRegister.Free)
    {
        if (Instruction.Program < 0)
            return null;
        var program = bitstream.Programs[Instruction.Program];
        var plan = new ProgramPlan(program, Own, rows, cols, first);
        RegisterFloats = plan.ScratchFloats;
        return plan;
    }
}

/// <summary>A program over a domain.</summary>
internal sealed unsafe class EvaluateWork : Work
{
    private readonly ProgramPlan _plan;
    private readonly ProgramGrid _grid;

    public EvaluateWork(Bitstream bitstream, Instruction instruction, NativeArena arena)
        : base(bitstream, instruction, arena)
    {
        _plan = Plan(bitstream, instruction.Rows, instruction.Cols)!;
        _grid = new ProgramGrid(_plan);
        Stages.Add(new Stage(_grid.Chunks, _plan.Cost * instruction.Rows * Operand.Pad(instruction.Cols)));
    }

    public override void Run(RunContext context, int stage, int chunk, int thread)
    {
        var (row0, row1, col0, col1) = _grid.Range(chunk);
        Interpreter.Run(_plan, Views, context, thread, row0, row1, col0, col1);
    }
}
