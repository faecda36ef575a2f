using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>
/// x (+)= d W' and an epilogue. Few rows: one dot product an input and row. More: blocks of 16 rows, transposed, with
/// the bank as the broadcast operand.
/// </summary>
internal sealed unsafe class ProjectBackWork : Work
{
    private const int MostDotRows = 4;
    private const int InputsPerChunk = 48;
    private const int UnitBlock = 256;
    private const int BatchRows = 16;
    private const int BlocksPerChunk = 8;

    private readonly int _rows;
    private readonly int _inputs;
    private readonly int _units;
    private readonly int _padded;
    private readonly int _down;
    private readonly float* _d;
    private readonly PackedInput _bank;
    private readonly ProgramPlan? _plan;
    private readonly bool _fused;
    private readonly ProgramGrid _grid;

    public ProjectBackWork(Bitstream bitstream, Instruction instruction, NativeArena arena)
        : base(bitstream, instruction, arena)
    {
        (_rows, _inputs, _units) = (Own[2].Rows, Own[1].Rows, Own[1].Cols);
        _padded = Operand.Pad(_units);
        _bank = PackedInput.Panels(Own[1], _inputs, _units, floats => (nint)Buffer(floats));
        _d = Buffer((long)_padded * (ByDots ? _rows : Blocks * BatchRows));
        _down = ByDots ? 1 : (Blocks + BlocksPerChunk - 1) / BlocksPerChunk;
        _plan = Plan(bitstream, _rows, _inputs);
        _fused = _plan is { Splittable: true } && (_down == 1 || _plan.RowGroup == 1);
        _grid = _plan is null ? default : new ProgramGrid(_plan);
        TileFloats = InputsPerChunk * BatchRows + 256;
        AddStages();
    }

    private bool ByDots => _rows <= MostDotRows;

    private int Blocks => (_rows + BatchRows - 1) / BatchRows;

    private int PackChunks => ByDots ? 1 : Blocks;

    private int Across => (_inputs + InputsPerChunk - 1) / InputsPerChunk;

    public override void Run(RunContext context, int stage, int chunk, int thread)
    {
        if (stage == 0)
            Pack(chunk);
        else if (stage == 1)
            Product(context, chunk, thread);
        else
            Epilogue(context, _grid.Range(chunk), thread);
    }

    private void AddStages()
    {
        Stages.Add(new Stage(PackChunks + _bank.Chunks, (long)_rows * _padded + _bank.Cost));
        long epilogue = (_plan?.Cost ?? 0) * _rows * _inputs;
        Stages.Add(new Stage(Across * _down, 2L * _rows * _inputs * _units + (_fused ? epilogue : 0)));
        if (_plan is not null && !_fused)
            Stages.Add(new Stage(_grid.Chunks, epilogue));
    }

    private void Pack(int chunk)
    {
        if (chunk >= PackChunks)
            _bank.Copy(Views[1], chunk - PackChunks);
        else if (ByDots)
            PackRows();
        else
            Packing.Transposed(
                Views[0], chunk * BatchRows, Math.Min(BatchRows, _rows - chunk * BatchRows), _units, Block(chunk));
    }

    private void PackRows()
    {
        for (int row = 0; row < _rows; row++)
        {
            float* d = _d + (nint)row * _padded;
            Packing.Row(Views[0], row, 0, _padded, d);
            for (int i = _units; i < _padded; i++)
                d[i] = 0;
        }
    }

    private float* Block(int block) => _d + (nint)block * _padded * BatchRows;

    private void Product(RunContext context, int chunk, int thread)
    {
        int input0 = chunk % Across * InputsPerChunk, down = chunk / Across;
        int input1 = Math.Min(_inputs, input0 + InputsPerChunk);
        var bank = _bank.Of(Views[1]);
        int row0 = ByDots ? 0 : down * BlocksPerChunk * BatchRows;
        int row1 = ByDots ? _rows : Math.Min(_rows, row0 + BlocksPerChunk * BatchRows);
        if (ByDots)
            Dots(bank, input0, input1);
        else
            for (int row = row0; row < row1; row += BatchRows)
                BlockOfRows(bank, row, input0, input1, context.Threads[thread].Tile);
        if (_fused)
            Epilogue(context, (row0, row1, input0, input1), thread);
    }

    private void Epilogue(RunContext context, (int Row0, int Row1, int Col0, int Col1) range, int thread) =>
        Interpreter.Run(_plan!, Views, context, thread, range.Row0, range.Row1, range.Col0, range.Col1);

    private void Dots(in View bank, int input0, int input1)
    {
        for (int input = input0; input < input1; input += 8)
            for (int row = 0; row < _rows; row++)
            {
                var dots = MicroKernels.Dot8(
                    bank.Base + (nint)input * 16, bank.TileStride, _units, _d + (nint)row * _padded);
                float* x = Views[2].At(row, input);
                if (Instruction.Accumulates)
                    dots += Vector256.Load(x);
                StoreEight(x, dots, input1 - input);
            }
    }

    private static void StoreEight(float* x, Vector256<float> value, int count)
    {
        if (count >= 8)
            value.Store(x);
        else
            for (int i = 0; i < count; i++)
                x[i] = value[i];
    }

    private void BlockOfRows(in View bank, int row, int input0, int input1, float* tile)
    {
        float* d = Block(row / BatchRows);
        for (int unit = 0; unit < _units; unit += UnitBlock)
        {
            float* w = bank.Base + (nint)(unit / Operand.TileCols) * bank.TileStride;
            int count = Math.Min(UnitBlock, _units - unit);
            for (int input = input0; input < input1; input += 6)
                MicroKernels.Back6(
                    w + (nint)input * 16, bank.TileStride, count, d + unit * 16, tile + (input - input0) * 16, unit > 0);
        }
        for (int input = input0; input < input1; input += Operand.TileCols)
            StoreTransposed(tile + (input - input0) * 16, row, input);
    }

    private void StoreTransposed(float* tile, int row0, int input)
    {
        bool whole = row0 + BatchRows <= _rows && input + Operand.TileCols <= _inputs;
        if (whole && !Instruction.Accumulates)
            Packing.Transpose16(tile, 16, Views[2].At(row0, input), Views[2].RowStride);
        else
            StorePart(tile, row0, input);
    }

    private void StorePart(float* tile, int row0, int input)
    {
        float* rows = stackalloc float[16 * 16];
        Packing.Transpose16(tile, 16, rows, 16);
        int last = Math.Min(_rows, row0 + BatchRows);
        for (int row = row0; row < last; row++, rows += 16)
        {
            float* x = Views[2].At(row, input);
            Vector256<float> low = Vector256.Load(rows), high = Vector256.Load(rows + 8);
            if (Instruction.Accumulates)
            {
                low += Vector256.Load(x);
                high += Vector256.Load(x + 8);
            }
            MicroKernels.StoreTile(x, low, high, _inputs - input);
        }
    }
}
