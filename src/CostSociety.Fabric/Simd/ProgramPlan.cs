namespace CostSociety.Fabric.Simd;

/// <summary>What register 0 of a program holds before its first operation.</summary>
internal enum FirstRegister
{
    /// <summary>Nothing.</summary>
    Free,

    /// <summary>The gradient of a Correlate.</summary>
    Given,

    /// <summary>What the run before left there, on the same strip.</summary>
    Carried,
}

/// <summary>
/// A program over one domain, cut into strips. A strip is <see cref="StripRows"/> rows of <see cref="Width"/> columns;
/// in tile mode it runs down the panel of one tile of 16 columns.
/// </summary>
internal sealed class ProgramPlan
{
    private const int StripElements = 1024;

    // Whole blocks of six bank rows, the height of the matrix kernels.
    private const int TileStripRows = 66;
    private const int KernelRows = 6;

    private readonly Operand[] _operands;

    public ProgramPlan(
        FabricProgram program, Operand[] operands, int rows, int cols, FirstRegister first = FirstRegister.Free, bool wholeRows = false)
    {
        _operands = operands;
        bool ofBank = first != FirstRegister.Free;
        NoiseKeys = program.NoiseKeys;
        Rows = rows;
        Cols = cols;
        Splittable = !wholeRows && !BindsUnits(program);
        Ops = PlanOps.Of(program, operands, first == FirstRegister.Carried);
        RowGroup = Math.Min(rows, Group(program));
        PerRowOnly = !ofBank && Array.TrueForAll(program.Ops, op => op.PerRow);
        TileMode = Splittable && (ofBank || Array.Exists(program.Ops, ReadsPanels));
        (Width, StripRows) = Strip(ofBank);
        RegisterFloats = (long)Width * StripRows + 48;
        // At least what the program asks for: kernels of known programs copy their banks there.
        ScratchFloats = RegisterFloats * Math.Max(program.Registers, Ops.Max(op => op.Destination) + 1);
        Cost = program.Ops.Sum(op => (long)CostOf(op.Code));
    }

    public PlanOp[] Ops { get; }

    public ulong[] NoiseKeys { get; }

    public int Rows { get; }

    public int Cols { get; }

    /// <summary>Whether columns may run apart from each other.</summary>
    public bool Splittable { get; }

    public bool TileMode { get; }

    /// <summary>Whether columns play no part at all.</summary>
    public bool PerRowOnly { get; }

    public int Width { get; }

    public int StripRows { get; }

    /// <summary>Rows that must stay in one chunk, since they add up to one address.</summary>
    public int RowGroup { get; }

    /// <summary>Rough cost of one element, in simple operations.</summary>
    public long Cost { get; }

    public long RegisterFloats { get; }

    /// <summary>Whether a program needs all columns of a row at once.</summary>
    public static bool BindsUnits(FabricProgram program) => Array.Exists(program.Ops, BindsUnits);

    /// <summary>Floats of all registers that a thread needs.</summary>
    public long ScratchFloats { get; }

    private static int CostOf(Opcode code) => code switch
    {
        Opcode.Exp or Opcode.Log or Opcode.Tanh or Opcode.Sigmoid or Opcode.Sin or Opcode.Cos => 10,
        Opcode.Softplus => 20,
        Opcode.Uniform => 30,
        Opcode.Normal or Opcode.Pow => 80,
        _ => 1,
    };

    private static bool BindsUnits(ProgramOp op) =>
        Semantics.Opcodes[(int)op.Code].Shape == OpcodeShape.Reduction
        || (op.PerRow && op.Code is Opcode.Store or Opcode.StoreSum);

    private bool ReadsPanels(ProgramOp op)
    {
        if (op.PerRow || op.Code is not (Opcode.Load or Opcode.Store or Opcode.StoreSum))
            return false;
        var operand = _operands[op.Index];
        return operand.ColStride == 1 && operand.TileStride != Operand.TileCols && Cols > Operand.TileCols;
    }

    private (int Width, int Rows) Strip(bool ofBank)
    {
        int padded = Operand.Pad(Cols);
        if (TileMode)
            return (Operand.TileCols, TileStripRows);
        if (PerRowOnly)
            return (Operand.TileCols, StripElements);
        if (Splittable && padded > StripElements)
            return (StripElements, 1);
        int rows = Math.Max(1, StripElements / padded);
        return (padded, ofBank ? Math.Max(KernelRows, rows / KernelRows * KernelRows) : rows);
    }

    private int Group(FabricProgram program)
    {
        long group = 1;
        foreach (var op in program.Ops)
            if (op.Code == Opcode.StoreSum)
                group = LeastCommonMultiple(group, SharingRows(_operands[op.Index]));
        return (int)Math.Min(Rows, group);
    }

    private int SharingRows(in Operand operand) => operand.RowStride == 0 ? Rows : Math.Min(Rows, operand.RowRepeat);

    private long LeastCommonMultiple(long a, long b)
    {
        long x = a, y = b;
        while (y != 0)
            (x, y) = (y, x % y);
        return Math.Min(Rows, a / x * b);
    }
}

/// <summary>How the domain of a program is cut into chunks: by its size alone, never by the number of threads.</summary>
internal readonly struct ProgramGrid
{
    private const long ChunkCost = 16_384;
    private const int MostChunks = 256;

    public ProgramGrid(ProgramPlan plan)
    {
        _rows = plan.Rows;
        _cols = plan.Cols;
        _rowChunk = Rows(plan);
        _colChunk = _rowChunk >= _rows && plan.Splittable ? Cols(plan) : Operand.Pad(_cols);
        _across = (_cols + _colChunk - 1) / _colChunk;
        Chunks = _across * ((_rows + _rowChunk - 1) / _rowChunk);
    }

    private readonly int _rows;
    private readonly int _cols;
    private readonly int _rowChunk;
    private readonly int _colChunk;
    private readonly int _across;

    public int Chunks { get; }

    public (int Row0, int Row1, int Col0, int Col1) Range(int chunk)
    {
        int row = chunk / _across * _rowChunk;
        int col = chunk % _across * _colChunk;
        return (row, Math.Min(_rows, row + _rowChunk), col, Math.Min(_cols, col + _colChunk));
    }

    private static int Rows(ProgramPlan plan)
    {
        long group = plan.RowGroup;
        long groups = (plan.Rows + group - 1) / group;
        long cost = Math.Max(1, group * Operand.Pad(plan.Cols) * plan.Cost);
        long chunk = Math.Max((ChunkCost + cost - 1) / cost, (groups + MostChunks - 1) / MostChunks);
        return (int)Math.Min(plan.Rows, chunk * group);
    }

    private static int Cols(ProgramPlan plan)
    {
        long cost = Math.Max(1, Operand.TileCols * plan.Rows * plan.Cost);
        long tiles = (plan.Cols + Operand.TileCols - 1) / Operand.TileCols;
        long chunk = Math.Max((ChunkCost + cost - 1) / cost, (tiles + MostChunks - 1) / MostChunks);
        return (int)Math.Min(tiles, chunk) * Operand.TileCols;
    }
}
