namespace CostSociety.Fabric.Simd;

/// <summary>An operation of a program with what was found out about it at load.</summary>
/// <param name="Code">What to compute.</param>
/// <param name="PerRow">Whether the result holds one value per row.</param>
/// <param name="Alias">Load: whether the register may point straight into memory.</param>
/// <param name="Target">The operand that the next operation stores the result to, if it may be written at once; else -1.</param>
/// <param name="Destination">Register written.</param>
/// <param name="A">First source.</param>
/// <param name="B">Second source.</param>
/// <param name="C">Third source.</param>
/// <param name="Index">Operand, host register or noise key.</param>
/// <param name="Immediate">Value of Const.</param>
internal readonly record struct PlanOp(
    Opcode Code, bool PerRow, bool Alias, short Target, byte Destination, byte A, byte B, byte C, ushort Index, float Immediate);

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
    private readonly bool _carriesFirst;

    public ProgramPlan(
        FabricProgram program, Operand[] operands, int rows, int cols, FirstRegister first = FirstRegister.Free, bool wholeRows = false)
    {
        _operands = operands;
        _carriesFirst = first == FirstRegister.Carried;
        bool ofBank = first != FirstRegister.Free;
        NoiseKeys = program.NoiseKeys;
        Rows = rows;
        Cols = cols;
        Splittable = !wholeRows && !BindsUnits(program);
        Ops = Annotate(program);
        RowGroup = Math.Min(rows, Group(program));
        PerRowOnly = !ofBank && Array.TrueForAll(program.Ops, op => op.PerRow);
        TileMode = Splittable && (ofBank || Array.Exists(program.Ops, ReadsPanels));
        (Width, StripRows) = Strip(ofBank);
        RegisterFloats = (long)Width * StripRows + 48;
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

    public long ScratchFloats(int registers) => RegisterFloats * registers;

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

    private PlanOp[] Annotate(FabricProgram program)
    {
        var ops = new PlanOp[program.Ops.Length];
        for (int i = 0; i < ops.Length; i++)
        {
            var op = program.Ops[i];
            bool inMemory = !_carriesFirst || op.Destination != 0;
            bool alias = inMemory && op.Code == Opcode.Load && !IsOverwrittenWhileLive(program.Ops, i);
            ops[i] = new PlanOp(
                op.Code, op.PerRow, alias, inMemory ? Target(program.Ops, i) : (short)-1, op.Destination, op.A, op.B, op.C, op.Index, op.Immediate);
        }
        return ops;
    }

    // A register may point straight into memory as long as nothing is stored there before its last use.
    private bool IsOverwrittenWhileLive(ProgramOp[] ops, int load) =>
        IsStoredTo(ops, load + 1, LastUse(ops, load), _operands[ops[load].Index]);

    private bool IsStoredTo(ProgramOp[] ops, int first, int end, in Operand operand)
    {
        for (int i = first; i < end; i++)
            if (ops[i].Code is Opcode.Store or Opcode.StoreSum && Barriers.Overlaps(_operands[ops[i].Index], operand))
                return true;
        return false;
    }

    // An elementwise result that is stored next may be made in memory itself. Its register then points there, so the
    // same rule holds; and no source may point to the same memory in another order.
    private short Target(ProgramOp[] ops, int i)
    {
        if (i + 1 >= ops.Length || !IsElementwise(ops[i]))
            return -1;
        var store = ops[i + 1];
        if (store.Code != Opcode.Store || store.PerRow || store.A != ops[i].Destination)
            return -1;
        var operand = _operands[store.Index];
        bool safe = !IsStoredTo(ops, i + 2, LastUse(ops, i), operand) && !ReadsInAnotherOrder(ops, i, operand);
        return safe ? (short)store.Index : (short)-1;
    }

    private static bool IsElementwise(ProgramOp op) =>
        !op.PerRow && ProgramRules.Arity(op.Code) > 0 && ProgramRules.Shape(op.Code) == OpcodeShape.Elementwise;

    private bool ReadsInAnotherOrder(ProgramOp[] ops, int end, in Operand target)
    {
        for (int i = 0; i < end; i++)
            if (ops[i].Code == Opcode.Load && LastUse(ops, i) >= end
                && _operands[ops[i].Index] != target && Barriers.Overlaps(_operands[ops[i].Index], target))
                return true;
        return false;
    }

    private static int LastUse(ProgramOp[] ops, int definition)
    {
        int register = ops[definition].Destination;
        int last = definition;
        for (int i = definition + 1; i < ops.Length; i++)
        {
            if (ProgramRules.Reads(ops[i], register))
                last = i;
            if (ProgramRules.Writes(ops[i]) && ops[i].Destination == register)
                break;
        }
        return last;
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
