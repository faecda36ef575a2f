namespace CostSociety.Fabric.Simd;

/// <summary>C (+)= op(A) op(B), group by group: rows of A, packed where they are not rows yet, times panels of B.</summary>
internal sealed unsafe class ContractWork : Work
{
    private const int RowsPerBlock = 48;
    private const int ColsPerPack = 64;
    private const long ChunkFlops = 100_000;

    private readonly int _groups;
    private readonly int _rows;
    private readonly int _inner;
    private readonly int _units;
    private readonly int _tiles;
    private readonly bool _turnsA;
    private readonly bool _turnsB;
    private readonly PackedInput? _a;
    private readonly float* _turnedA;
    private readonly int _strideA;
    private readonly float* _panels;
    private readonly int _packsA;
    private readonly int _packs;
    private readonly int _groupsPerChunk;
    private readonly int _rowsPerChunk;
    private readonly int _tilesPerChunk;

    public ContractWork(Bitstream bitstream, Instruction instruction, NativeArena arena)
        : base(bitstream, instruction, arena)
    {
        _groups = instruction.First;
        _turnsA = (instruction.Flags & InstructionFlags.TransposeA) != 0;
        _turnsB = (instruction.Flags & InstructionFlags.TransposeB) != 0;
        (_rows, _units) = (Own[2].Rows / _groups, Own[2].Cols);
        _inner = _turnsA ? Own[0].Rows / _groups : Own[0].Cols;
        _tiles = Own[2].Tiles;
        _strideA = _inner < 8 ? _inner : Operand.Pad(_inner);
        if (_turnsA)
            _turnedA = Buffer((long)Own[2].Rows * _strideA);
        else
            _a = PackedInput.Rows(Own[0], Own[2].Rows, _inner, evenStride: false, floats => (nint)Buffer(floats));
        _packsA = _turnsA ? _groups * PacksPerGroup : _a!.Chunks;
        if (_turnsB || !Layout.IsPanels(Own[1], _inner, _units))
            _panels = Buffer((long)_groups * _tiles * PanelFloats);
        _packs = _packsA + (_panels == null ? 0 : _groups * _tiles);
        (_groupsPerChunk, _rowsPerChunk, _tilesPerChunk) = Chunking();
        AddStages();
    }

    private int PacksPerGroup => (_rows + ColsPerPack - 1) / ColsPerPack;

    private long PanelFloats => Operand.Pad(_inner) * (long)Operand.TileCols;

    private int Across => (_tiles + _tilesPerChunk - 1) / _tilesPerChunk;

    private int Down => (_rows + _rowsPerChunk - 1) / _rowsPerChunk;

    public override void Run(RunContext context, int stage, int chunk, int thread)
    {
        if (stage == 0 && _packs > 0)
            Pack(chunk);
        else
            Product(chunk);
    }

    // Small groups share a chunk; a large one is cut into blocks of rows and tiles.
    private (int Groups, int Rows, int Tiles) Chunking()
    {
        long flops = 32L * _rows * _inner * _tiles;
        if (flops <= ChunkFlops)
            return ((int)Math.Min(_groups, ChunkFlops / flops), _rows, _tiles);
        long tileFlops = 32L * Math.Min(_rows, RowsPerBlock) * _inner;
        int tiles = (int)Math.Clamp((ChunkFlops + tileFlops - 1) / tileFlops, 1, _tiles);
        long blockFlops = tileFlops * tiles;
        return (1, (int)Math.Min(_rows, (ChunkFlops + blockFlops - 1) / blockFlops * RowsPerBlock), tiles);
    }

    private void AddStages()
    {
        long inner = (long)_groups * _inner;
        if (_packs > 0)
            Stages.Add(new Stage(_packs, inner * ((_packsA == 0 ? 0 : _rows) + (_panels == null ? 0 : _units))));
        int groups = (_groups + _groupsPerChunk - 1) / _groupsPerChunk;
        Stages.Add(new Stage(groups * Across * Down, 2 * inner * _rows * _units));
    }

    private void Pack(int chunk)
    {
        if (chunk >= _packsA)
            PackPanel((chunk - _packsA) / _tiles, (chunk - _packsA) % _tiles);
        else if (_turnsA)
            TurnA(chunk / PacksPerGroup, chunk % PacksPerGroup * ColsPerPack);
        else
            _a!.Copy(Views[0], chunk);
    }

    private void TurnA(int group, int col)
    {
        float* to = _turnedA + ((nint)group * _rows + col) * _strideA;
        Packing.Turned(Views[0], group * _inner, _inner, col, Math.Min(ColsPerPack, _rows - col), to, _strideA);
    }

    private void PackPanel(int group, int tile)
    {
        float* to = Panel(group, tile);
        int unit = tile * Operand.TileCols;
        if (_turnsB)
            Packing.Transposed(Views[1], group * _units + unit, Math.Min(Operand.TileCols, _units - unit), _inner, to);
        else
            Packing.Tile(Views[1], tile, group * _inner, (group + 1) * _inner, to);
    }

    private float* Panel(int group, int tile) => _panels == null
        ? Views[1].At(group * _inner, tile * Operand.TileCols)
        : _panels + ((nint)group * _tiles + tile) * (nint)PanelFloats;

    private void Product(int chunk)
    {
        int tile0 = chunk % Across * _tilesPerChunk, tile1 = Math.Min(_tiles, tile0 + _tilesPerChunk);
        int row0 = chunk / Across % Down * _rowsPerChunk, row1 = Math.Min(_rows, row0 + _rowsPerChunk);
        int group0 = chunk / Across / Down * _groupsPerChunk, group1 = Math.Min(_groups, group0 + _groupsPerChunk);
        View a = _a is null ? View.Of(_turnedA, _strideA, Operand.TileCols) : _a.Of(Views[0]), c = Views[2];
        for (int group = group0; group < group1; group++)
            for (int tile = tile0; tile < tile1; tile++)
                TileProduct.Run(
                    a, Panel(group, tile), _inner, c, group * _rows + row0, group * _rows + row1, tile * Operand.TileCols, _units,
                    Instruction.Accumulates);
    }
}
