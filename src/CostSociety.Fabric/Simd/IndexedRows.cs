using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>Rows that an index signal names, and copies of parts of them.</summary>
internal static unsafe class IndexedRows
{
    /// <summary>Elements that make a chunk worth while.</summary>
    public const long ChunkElements = 8192;

    /// <summary>The index of a row, rounded down; -1 where it is NaN or not in [0, count).</summary>
    public static int At(in View index, int row, int count)
    {
        double value = Math.Floor((double)*index.Row(row));
        return value >= 0 && value < count ? (int)value : -1;
    }

    /// <summary>to[toRow] (+)= from[fromRow], columns col0 to col1; col0 is a multiple of 16.</summary>
    public static void Move(in View from, int fromRow, in View to, int toRow, int col0, int col1, bool add)
    {
        for (int col = col0; col < col1; col += Operand.TileCols)
        {
            float* source = from.At(fromRow, col);
            float* target = to.At(toRow, col);
            int count = Math.Min(Operand.TileCols, col1 - col);
            if (count == Operand.TileCols && from.ColStride == 1)
                MoveTile(source, target, add);
            else
                for (int i = 0; i < count; i++)
                    target[i] = add ? target[i] + source[i * from.ColStride] : source[i * from.ColStride];
        }
    }

    /// <summary>Zeroes columns col0 to col1 of a row; col0 is a multiple of 16.</summary>
    public static void Clear(in View to, int row, int col0, int col1)
    {
        for (int col = col0; col < col1; col += Operand.TileCols)
            new Span<float>(to.At(row, col), Math.Min(Operand.TileCols, col1 - col)).Clear();
    }

    private static void MoveTile(float* source, float* target, bool add)
    {
        Vector256<float> low = Vector256.Load(source), high = Vector256.Load(source + 8);
        if (add)
        {
            low = Vector256.Load(target) + low;
            high = Vector256.Load(target + 8) + high;
        }
        low.Store(target);
        high.Store(target + 8);
    }
}

/// <summary>destination[index[r]] (+)= source[r], rows ascending within each group.</summary>
internal sealed unsafe class ScatterWork : Work
{
    private readonly int _groups;
    private readonly int _rows;
    private readonly int _targets;
    private readonly int _colsPerChunk;
    private readonly int _across;

    public ScatterWork(Bitstream bitstream, Instruction instruction, NativeArena arena)
        : base(bitstream, instruction, arena)
    {
        _groups = instruction.First;
        (_rows, _targets) = (Own[0].Rows / _groups, Own[2].Rows / _groups);
        long cols = Math.Max(1, IndexedRows.ChunkElements / _rows);
        _colsPerChunk = Operand.Pad((int)Math.Min(Own[2].Cols, cols));
        _across = (Own[2].Cols + _colsPerChunk - 1) / _colsPerChunk;
        Stages.Add(new Stage(_groups * _across, 2L * Own[0].Rows * Own[2].Cols));
    }

    // Columns run apart; the rows of a group do not, since two of them may name one destination.
    public override void Run(RunContext context, int stage, int chunk, int thread)
    {
        int group = chunk / _across, col0 = chunk % _across * _colsPerChunk;
        int col1 = Math.Min(Own[2].Cols, col0 + _colsPerChunk);
        for (int row = group * _rows; row < (group + 1) * _rows; row++)
        {
            int target = IndexedRows.At(Views[1], row, _targets);
            if (target >= 0)
                IndexedRows.Move(Views[0], row, Views[2], group * _targets + target, col0, col1, Instruction.Accumulates);
        }
    }
}

/// <summary>destination[r] (+)= source[index[r]]; 0 where the index names no row.</summary>
internal sealed unsafe class IndexedGatherWork : Work
{
    private readonly int _rowsPerGroup;
    private readonly int _sources;
    private readonly int _rowsPerChunk;

    public IndexedGatherWork(Bitstream bitstream, Instruction instruction, NativeArena arena)
        : base(bitstream, instruction, arena)
    {
        _rowsPerGroup = Own[2].Rows / instruction.Count;
        _sources = Own[0].Rows / instruction.Count;
        _rowsPerChunk = (int)Math.Min(Own[2].Rows, Math.Max(1, IndexedRows.ChunkElements / Own[2].Cols));
        int down = (Own[2].Rows + _rowsPerChunk - 1) / _rowsPerChunk;
        Stages.Add(new Stage(down, 2L * Own[2].Rows * Own[2].Cols));
    }

    public override void Run(RunContext context, int stage, int chunk, int thread)
    {
        int last = Math.Min(Own[2].Rows, (chunk + 1) * _rowsPerChunk);
        for (int row = chunk * _rowsPerChunk; row < last; row++)
        {
            int source = IndexedRows.At(Views[1], row, _sources);
            int first = row / _rowsPerGroup * _sources;
            if (source >= 0)
                IndexedRows.Move(Views[0], first + source, Views[2], row, 0, Own[2].Cols, Instruction.Accumulates);
            else if (!Instruction.Accumulates)
                IndexedRows.Clear(Views[2], row, 0, Own[2].Cols);
        }
    }
}
