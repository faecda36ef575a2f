namespace CostSociety.Fabric.Simd;

/// <summary>
/// Programs over every synapse of a bank. Each strip of a tile runs all samples before the next strip begins, so that its
/// state stays in cache; register 0 stays where the sample before left it.
/// </summary>
internal sealed unsafe class SynapseWork : Work
{
    private const long ChunkCost = 100_000;

    private readonly ProgramPlan? _each;
    private readonly ProgramPlan? _once;
    private readonly ProgramPlan _strips;
    private readonly int[] _moving;
    private readonly int _across;
    private readonly int _colsPerChunk;
    private readonly int _rowsPerChunk;

    public SynapseWork(Bitstream bitstream, Instruction instruction, NativeArena arena)
        : base(bitstream, instruction, arena)
    {
        bool wholeRows = BindsUnits(bitstream, instruction.First) || BindsUnits(bitstream, instruction.Program);
        _each = PlanOf(bitstream, instruction.First, wholeRows);
        _once = PlanOf(bitstream, instruction.Program, wholeRows);
        _strips = _each ?? _once!;
        _moving = [.. Enumerable.Range(0, Own.Length).Where(i => Moves(Own[i]))];
        _colsPerChunk = _strips.TileMode ? Operand.TileCols : instruction.Cols;
        _across = (instruction.Cols + _colsPerChunk - 1) / _colsPerChunk;
        long cost = (_each?.Cost ?? 0) * instruction.Count + (_once?.Cost ?? 0);
        _rowsPerChunk = RowsPerChunk(cost);
        TileFloats = (Own.Length + 1L) * sizeof(View) / sizeof(float);
        int down = (instruction.Rows + _rowsPerChunk - 1) / _rowsPerChunk;
        Stages.Add(new Stage(_across * down, cost * instruction.Rows * Operand.Pad(instruction.Cols)));
    }

    public override void Run(RunContext context, int stage, int chunk, int thread)
    {
        int row0 = chunk / _across * _rowsPerChunk, col0 = chunk % _across * _colsPerChunk;
        int row1 = Math.Min(Instruction.Rows, row0 + _rowsPerChunk), col1 = Math.Min(Instruction.Cols, col0 + _colsPerChunk);
        var views = (View*)context.Threads[thread].Tile;
        for (int i = 0; i < Own.Length; i++)
            views[i] = Views[i];
        var strip = Interpreter.Begin(_strips, views, context, thread);
        for (int row = row0; row < row1; row += _strips.StripRows)
        {
            Interpreter.Place(ref strip, row, Math.Min(_strips.StripRows, row1 - row), col0, col1);
            RunStrip(ref strip);
        }
    }

    private static bool BindsUnits(Bitstream bitstream, int program) =>
        program >= 0 && ProgramPlan.BindsUnits(bitstream.Programs[program]);

    private ProgramPlan? PlanOf(Bitstream bitstream, int index, bool wholeRows)
    {
        if (index < 0)
            return null;
        var program = bitstream.Programs[index];
        var plan = new ProgramPlan(program, Own, Instruction.Rows, Instruction.Cols, FirstRegister.Carried, wholeRows);
        RegisterFloats = Math.Max(RegisterFloats, plan.ScratchFloats);
        return plan;
    }

    private bool Moves(in Operand operand) =>
        Instruction.Register > 0 && operand.Counter == Instruction.Register && operand.SlotStep != 0;

    // Rows that add up to one address stay together.
    private int RowsPerChunk(long cost)
    {
        if (_each is { RowGroup: > 1 } || _once is { RowGroup: > 1 })
            return Instruction.Rows;
        long strip = Math.Max(1, cost * _strips.StripRows * _strips.Width);
        long rows = (ChunkCost + strip - 1) / strip * _strips.StripRows;
        return (int)Math.Min(Instruction.Rows, rows);
    }

    private void RunStrip(ref Strip strip)
    {
        StripMemory.SetUniform(strip, 0, 0);
        uint noise = strip.NoiseCounter;
        strip.Plan = _each ?? _strips;
        for (int sample = 0; _each is not null && sample < Instruction.Count; sample++)
        {
            Move(strip, sample);
            strip.NoiseCounter = noise * 65536 + (uint)(sample + 1);
            Interpreter.RunStrip(strip);
        }
        strip.NoiseCounter = noise;
        if (_once is not null)
            RunOnce(ref strip);
        strip.Plan = _strips;
    }

    private void RunOnce(ref Strip strip)
    {
        Move(strip, 0);
        strip.Plan = _once!;
        Interpreter.RunStrip(strip);
    }

    private void Move(in Strip strip, int sample)
    {
        foreach (int i in _moving)
            strip.Operands[i].Base = strip.Context.Base(Own[i], sample);
    }
}
