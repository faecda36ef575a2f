namespace CostSociety.Fabric.Simd;

/// <summary>Indexed copies by a constant table; its logical elements are turned into offsets at load.</summary>
internal sealed unsafe class GatherWork : Work
{
    private const long ChunkElements = 8192;

    private readonly GatherTable _table;
    private readonly int _elements;
    private readonly int _samples;
    private readonly int _elementsPerChunk;
    private readonly int _samplesPerChunk;
    private readonly int _across;
    private readonly int* _starts;
    private readonly int* _sources;
    private readonly int* _destinations;
    private readonly bool _offsets;
    private readonly bool _single;

    public GatherWork(Bitstream bitstream, Instruction instruction, NativeArena arena)
        : base(bitstream, instruction, arena)
    {
        _table = bitstream.Tables[instruction.First];
        _elements = _table.DestinationRows * _table.DestinationCols;
        _samples = Own[1].Rows / _table.DestinationRows;
        // Rows that share an address make offsets depend on the sample; the plain indices are kept then.
        _offsets = Own[0].RowRepeat == 1;
        _single = AllHaveOneSource();
        _starts = (int*)Buffer(_table.Starts.Length);
        _table.Starts.CopyTo(new Span<int>(_starts, _table.Starts.Length));
        _sources = Sources();
        _destinations = Destinations();
        _elementsPerChunk = (int)Math.Min(_elements, ChunkElements);
        _across = (_elements + _elementsPerChunk - 1) / _elementsPerChunk;
        _samplesPerChunk = (int)Math.Max(1, ChunkElements / _elements);
        int down = (_samples + _samplesPerChunk - 1) / _samplesPerChunk;
        Stages.Add(new Stage(_across * down, 2L * _samples * Math.Max(_elements, _table.Indices.Length)));
    }

    public override void Run(RunContext context, int stage, int chunk, int thread)
    {
        int element0 = chunk % _across * _elementsPerChunk, sample0 = chunk / _across * _samplesPerChunk;
        int element1 = Math.Min(_elements, element0 + _elementsPerChunk);
        int sample1 = Math.Min(_samples, sample0 + _samplesPerChunk);
        for (int sample = sample0; sample < sample1; sample++)
        {
            float* to = Views[1].Row(sample * _table.DestinationRows);
            float* from = Views[0].Row(sample * _table.SourceRows);
            if (!_offsets)
                CopyByIndex(sample, to, element0, element1);
            else if (_single && !Instruction.Accumulates)
                CopySingle(from, to, element0, element1);
            else
                CopySums(from, to, element0, element1);
        }
    }

    private bool AllHaveOneSource()
    {
        int[] starts = _table.Starts;
        for (int i = 0; i < _elements; i++)
            if (starts[i + 1] - starts[i] != 1)
                return false;
        return true;
    }

    private int* Sources()
    {
        int[] indices = _table.Indices;
        int* sources = (int*)Buffer(indices.Length);
        if (_offsets)
            Offsets(Own[0], indices, (uint)_table.SourceCols, sources);
        else
            indices.CopyTo(new Span<int>(sources, indices.Length));
        return sources;
    }

    private static void Offsets(in Operand operand, int[] indices, uint cols, int* offsets)
    {
        int rowStride = operand.RowStride, tileStride = operand.TileStride, colStride = operand.ColStride;
        for (int i = 0; i < indices.Length; i++)
        {
            var (row, col) = Math.DivRem((uint)indices[i], cols);
            offsets[i] = (int)row * rowStride + (int)(col / Operand.TileCols) * tileStride + (int)(col % Operand.TileCols) * colStride;
        }
    }

    private int* Destinations()
    {
        int* destinations = (int*)Buffer(_elements);
        int* next = destinations;
        for (int row = 0; row < _table.DestinationRows; row++)
            for (int col = 0; col < _table.DestinationCols; col++)
                *next++ = Own[1].Element(row, col);
        return destinations;
    }

    private void CopySingle(float* from, float* to, int element0, int element1)
    {
        int* sources = _sources + _starts[element0] - element0;
        int* destinations = _destinations;
        for (int i = element0; i < element1; i++)
            to[destinations[i]] = from[sources[i]];
    }

    private void CopySums(float* from, float* to, int element0, int element1)
    {
        for (int i = element0; i < element1; i++)
        {
            float sum = 0;
            for (int j = _starts[i]; j < _starts[i + 1]; j++)
                sum += from[_sources[j]];
            Put(to + _destinations[i], sum);
        }
    }

    private void CopyByIndex(int sample, float* to, int element0, int element1)
    {
        int firstRow = sample * _table.SourceRows, cols = _table.SourceCols;
        for (int i = element0; i < element1; i++)
        {
            float sum = 0;
            for (int j = _starts[i]; j < _starts[i + 1]; j++)
                sum += *Views[0].At(firstRow + _sources[j] / cols, _sources[j] % cols);
            Put(to + _destinations[i], sum);
        }
    }

    private void Put(float* to, float value) => *to = Instruction.Accumulates ? *to + value : value;
}
