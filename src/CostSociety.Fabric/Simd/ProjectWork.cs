namespace CostSociety.Fabric.Simd;

/// <summary>y (+)= x W and an epilogue, by blocks of rows and tiles of units.</summary>
internal sealed unsafe class ProjectWork : Work
{
    private const int RowsPerChunk = 48;
    private const long ChunkFlops = 100_000;

    private readonly int _rows;
    private readonly int _inputs;
    private readonly int _units;
    private readonly int _tiles;
    private readonly int _tilesPerChunk;
    private readonly int _rowsPerChunk;
    private readonly int _across;
    private readonly PackedInput _x;
    private readonly PackedInput _bank;
    private readonly ProgramPlan? _plan;
    private readonly bool _fused;
    private readonly ProgramGrid _grid;
    private readonly int _productStage;

    public ProjectWork(Bitstream bitstream, Instruction instruction, NativeArena arena)
        : base(bitstream, instruction, arena)
    {
        (_rows, _inputs, _units) = (Own[2].Rows, Own[1].Rows, Own[1].Cols);
        _tiles = (_units + Operand.TileCols - 1) / Operand.TileCols;
        _x = PackedInput.Rows(Own[0], _rows, _inputs, evenStride: false, Allocate);
        _bank = PackedInput.Panels(Own[1], _inputs, _units, Allocate);
        (_tilesPerChunk, _rowsPerChunk) = Chunking();
        _across = (_tiles + _tilesPerChunk - 1) / _tilesPerChunk;
        _plan = Plan(bitstream, _rows, _units);
        _fused = _plan is not null && (_across == 1 || _plan.Splittable)
            && (_rowsPerChunk >= _rows || _plan.RowGroup == 1);
        _grid = _plan is null ? default : new ProgramGrid(_plan);
        _productStage = AddStages();
    }

    public override void Run(RunContext context, int stage, int chunk, int thread)
    {
        if (stage < _productStage)
            Pack(chunk);
        else if (stage == _productStage)
            Product(context, chunk, thread);
        else
            Epilogue(context, _grid.Range(chunk), thread);
    }

    private nint Allocate(long floats) => (nint)Buffer(floats);

    private (int Tiles, int Rows) Chunking()
    {
        long tileFlops = 32L * _rows * _inputs;
        int least = _rows == 1 ? 4 : 1;
        int tiles = (int)Math.Clamp((ChunkFlops + tileFlops - 1) / tileFlops, Math.Min(least, _tiles), _tiles);
        bool byRows = _tiles / tiles < 8 && _rows > RowsPerChunk;
        if (!byRows)
            return (tiles, _rows);
        long rowFlops = 32L * RowsPerChunk * _inputs * tiles;
        return (tiles, (int)Math.Min(_rows, RowsPerChunk * ((ChunkFlops + rowFlops - 1) / rowFlops)));
    }

    private int AddStages()
    {
        if (_x.Chunks + _bank.Chunks > 0)
            Stages.Add(new Stage(_x.Chunks + _bank.Chunks, _x.Cost + _bank.Cost));
        int product = Stages.Count;
        int down = (_rows + _rowsPerChunk - 1) / _rowsPerChunk;
        long epilogue = (_plan?.Cost ?? 0) * _rows * _units;
        Stages.Add(new Stage(_across * down, 2L * _rows * _inputs * _units + (_fused ? epilogue : 0)));
        if (_plan is not null && !_fused)
            Stages.Add(new Stage(_grid.Chunks, epilogue));
        return product;
    }

    private void Pack(int chunk)
    {
        if (chunk < _x.Chunks)
            _x.Copy(Views[0], chunk);
        else
            _bank.Copy(Views[1], chunk - _x.Chunks);
    }

    private void Product(RunContext context, int chunk, int thread)
    {
        int tile0 = chunk % _across * _tilesPerChunk, row0 = chunk / _across * _rowsPerChunk;
        int tile1 = Math.Min(_tiles, tile0 + _tilesPerChunk), row1 = Math.Min(_rows, row0 + _rowsPerChunk);
        View x = _x.Of(Views[0]), bank = _bank.Of(Views[1]), y = Views[2];
        if (_rows == 1)
            OneRow(x, bank, y, tile0, tile1);
        else
            for (int tile = tile0; tile < tile1; tile++)
                TileProduct.Run(
                    x, bank.Base + (nint)tile * bank.TileStride, _inputs, y, row0, row1, tile * Operand.TileCols, _units,
                    Instruction.Accumulates);
        if (_fused)
            Epilogue(context, (row0, row1, tile0 * Operand.TileCols, Math.Min(_units, tile1 * Operand.TileCols)), thread);
    }

    private void Epilogue(RunContext context, (int Row0, int Row1, int Col0, int Col1) range, int thread) =>
        Interpreter.Run(_plan!, Views, context, thread, range.Row0, range.Row1, range.Col0, range.Col1);

    private void OneRow(in View x, in View bank, in View y, int tile0, int tile1)
    {
        float** b = stackalloc float*[4];
        float** c = stackalloc float*[4];
        float* part = stackalloc float[Operand.TileCols];
        int rest = _units % Operand.TileCols;
        for (int first = tile0; first < tile1; first += 4)
        {
            // Fewer than four tiles are left: the last one is computed again, into the same place.
            for (int j = 0; j < 4; j++)
            {
                int tile = Math.Min(first + j, tile1 - 1);
                b[j] = bank.Base + (nint)tile * bank.TileStride;
                c[j] = y.At(0, tile * Operand.TileCols);
                if (rest != 0 && tile == _tiles - 1)
                    c[j] = part;
            }
            bool hasPart = c[3] == part;
            float* last = y.At(0, (_tiles - 1) * Operand.TileCols);
            if (hasPart)
                StripMemory.Copy(part, last, Operand.TileCols);
            MicroKernels.OneRow(x.Row(0), _inputs, b, c, Instruction.Accumulates);
            if (hasPart)
                MicroKernels.CopyPart(last, part, rest);
        }
    }
}
