using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CostSociety.Fabric.Simd;

/// <summary>The gradient of a bank, tile by tile, and its update while the tile is hot.</summary>
internal sealed unsafe class CorrelateWork : Work
{
    private const int KernelRows = 6;
    private const int StripInputs = 66;
    private const int RowBlock = 256;
    private const long ChunkFlops = 500_000;

    private readonly int _inputs;
    private readonly int _units;
    private readonly int _tiles;
    private readonly int _inputsPerChunk;
    private readonly Term[] _terms;
    private readonly ProgramPlan? _plan;
    private readonly KnownUpdate? _known;
    private readonly float* _rates;
    private readonly bool _byTiles;
    private readonly int _banks;
    private readonly int _packChunks;
    private readonly int _stripFloats;
    private float _scale;

    public CorrelateWork(Bitstream bitstream, Instruction instruction, NativeArena arena, KnownPrograms known)
        : base(bitstream, instruction, arena, OperandsOf(bitstream, instruction))
    {
        (_inputs, _units) = (instruction.Rows, instruction.Cols);
        _tiles = (_units + Operand.TileCols - 1) / Operand.TileCols;
        _plan = Plan(bitstream, _inputs, _units, FirstRegister.Given);
        _byTiles = _plan is null || _plan.TileMode;
        if (_plan is { TileMode: true })
            _known = known.Find(bitstream.Programs[instruction.Program], Own);
        if (_known is not null)
        {
            _rates = Buffer(_known.Rates);
            _banks = Sse.IsSupported ? _known.Banks : 0;
        }
        _terms = new Term[instruction.Count];
        for (int i = 0; i < _terms.Length; i++)
            _terms[i] = MakeTerm(bitstream, bitstream.Terms[instruction.First + i], i);
        _inputsPerChunk = InputsPerChunk();
        _packChunks = _terms.Sum(term => term.Chunks);
        _stripFloats = StripFloats();
        TileFloats = _stripFloats + _terms.Sum(term => term.Rows * 16L) + 512;
        AddStages();
    }

    public override void Prepare(RunContext context)
    {
        base.Prepare(context);
        _scale = Instruction.Register < 0 ? 1 : context.Registers[Instruction.Register];
        _known?.ReadRates(context.Registers, _rates);
    }

    public override void Run(RunContext context, int stage, int chunk, int thread)
    {
        if (stage == 0 && _packChunks > 0)
            Pack(chunk);
        else if (_byTiles)
            TileChunk(context, chunk % _tiles, chunk / _tiles * _inputsPerChunk, thread);
        else
            RowChunk(context, chunk * _inputsPerChunk, thread);
    }

    private static int[] OperandsOf(Bitstream bitstream, Instruction instruction)
    {
        var indices = new int[2 * instruction.Count];
        for (int i = 0; i < instruction.Count; i++)
            (indices[2 * i], indices[2 * i + 1]) =
                (bitstream.Terms[instruction.First + i].Pre, bitstream.Terms[instruction.First + i].Post);
        return indices;
    }

    private Term MakeTerm(Bitstream bitstream, CorrelateTerm term, int index)
    {
        Operand pre = bitstream.Operands[term.Pre], post = bitstream.Operands[term.Post];
        int rows = Math.Max(pre.Rows, post.Rows);
        nint Allocate(long floats) => (nint)Buffer(floats);
        bool panels = rows >= 8 && _tiles >= 4;
        int blocks = (_inputs + KernelRows - 1) / KernelRows;
        return new Term
        {
            Rows = rows,
            Coefficient = term.Coefficient,
            PreView = Own.Length + 2 * index,
            PreIsContiguous = Layout.RowsAreContiguous(pre, _inputs),
            Pre = panels ? null : PackedInput.Rows(pre, rows, _inputs, evenStride: true, Allocate),
            Blocks = panels ? (float*)Allocate((long)blocks * KernelRows * rows) : null,
            Post = PackedInput.Rows(post, rows, _units, evenStride: true, Allocate),
            PreChunks = panels ? (_inputs + StripInputs - 1) / StripInputs : 0,
            CopiesTile = rows >= 8 && _inputs >= 48,
        };
    }

    // Rows that add up to one address stay together; otherwise a chunk is a fair piece of work.
    private int InputsPerChunk()
    {
        int strip = _byTiles ? StripInputs : _plan!.StripRows;
        if (_plan is { RowGroup: > 1 })
            return _inputs;
        long flops = 32L * Math.Max(1, _terms.Sum(term => term.Rows)) * strip * (_byTiles ? 1 : _tiles);
        return (int)Math.Min((_inputs + strip - 1) / strip * (long)strip, (ChunkFlops + flops - 1) / flops * strip);
    }

    private int StripFloats() =>
        _byTiles ? StripInputs * 16
        : (_plan!.StripRows + KernelRows) / KernelRows * KernelRows * Operand.Pad(_units);

    private void AddStages()
    {
        long rows = _terms.Sum(term => (long)term.Rows);
        if (_packChunks > 0)
            Stages.Add(new Stage(_packChunks, rows * (_inputs + _units)));
        int down = (_inputs + _inputsPerChunk - 1) / _inputsPerChunk;
        long cost = (2 * rows + (_plan?.Cost ?? 1)) * _inputs * _units;
        Stages.Add(new Stage(down * (_byTiles ? _tiles : 1), cost));
    }

    private void Pack(int chunk)
    {
        foreach (var term in _terms)
        {
            if (chunk < term.Chunks)
            {
                PackTerm(term, chunk);
                return;
            }
            chunk -= term.Chunks;
        }
    }

    private void PackTerm(Term term, int chunk)
    {
        int preChunks = term.PreChunks + (term.Pre?.Chunks ?? 0);
        if (chunk >= preChunks)
            term.Post.Copy(Views[term.PreView + 1], chunk - preChunks);
        else if (term.Pre is not null)
            term.Pre.Copy(Views[term.PreView], chunk);
        else
            PackBlocks(term, chunk * StripInputs, Math.Min(_inputs, (chunk + 1) * StripInputs));
    }

    // [input / 6][row][6]: what the kernel reads in one stream.
    private void PackBlocks(Term term, int input0, int input1)
    {
        float* buffer = stackalloc float[Operand.Pad(StripInputs) + 2 * Operand.TileCols];
        var view = Views[term.PreView];
        int first = input0 / Operand.TileCols * Operand.TileCols;
        for (int row = 0; row < term.Rows; row++)
        {
            float* from = view.Row(row) + input0;
            if (!term.PreIsContiguous)
            {
                Packing.Row(view, row, first, Operand.Pad(input1 - first), buffer);
                from = buffer + (input0 - first);
            }
            PackRow(from, input1 - input0, term.Blocks + (nint)input0 * term.Rows + row * KernelRows, term.Rows * KernelRows, row == term.Rows - 1);
        }
    }

    // A vector of eight goes two floats beyond its place: the next row follows there, but after the last row another block.
    private static void PackRow(float* from, int count, float* to, nint stride, bool last)
    {
        if (!last)
            for (int i = 0; i < count; i += KernelRows, from += KernelRows, to += stride)
                Vector256.Load(from).Store(to);
        else
            for (int i = 0; i < count; i += KernelRows, from += KernelRows, to += stride)
            {
                Vector128.Load(from).Store(to);
                Vector64.Load(from + 4).Store(to + 4);
            }
    }

    private void TileChunk(RunContext context, int tile, int input0, int thread)
    {
        int last = Math.Min(_inputs, input0 + _inputsPerChunk);
        float* g = context.Threads[thread].Tile;
        CopyPost(tile, g + _stripFloats);
        for (int input = input0; input < last; input += StripInputs)
        {
            int count = Math.Min(StripInputs, last - input);
            if (_known is not null)
                KnownStrip(context.Threads[thread], tile, input, count, g);
            else
                TileStrip(context, tile, input, count, g, thread);
        }
    }

    private void TileStrip(RunContext context, int tile, int input, int count, float* g, int thread)
    {
        Gradient(tile, input, count, g, Operand.TileCols, g + _stripFloats);
        if (_plan is null)
            Keep(tile, input, count, g);
        else
            Update(context, input, count, tile * Operand.TileCols, g, thread);
    }

    // A whole tile is updated where its gradient is formed. A part of one is kept first, and so are rows that fill no kernel.
    private void KnownStrip(ThreadScratch scratch, int tile, int input, int count, float* g)
    {
        int col = tile * Operand.TileCols, whole = _units - col < Operand.TileCols ? 0 : WholeRows(count);
        var target = _known!.Target(Views, _rates, input, col);
        Gradient(tile, input, count, g, Operand.TileCols, g + _stripFloats, &target, whole);
        if (whole == count)
            return;
        target.Advance(whole * Operand.TileCols);
        g += whole * Operand.TileCols;
        if (_units - col < Operand.TileCols)
            _known.RunPart(target, g, count, _units - col, scratch.Registers);
        else
            _known.Kernels.Stored(g, &target, count - whole);
    }

    private int WholeRows(int count) =>
        _terms.Length == 0 ? 0 : _terms[^1].Rows == 1 ? count : count / KernelRows * KernelRows;

    private void RowChunk(RunContext context, int input0, int thread)
    {
        int last = Math.Min(_inputs, input0 + _inputsPerChunk);
        float* g = context.Threads[thread].Tile;
        int strip = _plan!.StripRows;
        for (int input = input0; input < last; input += strip)
        {
            int count = Math.Min(strip, last - input);
            for (int tile = 0; tile < _tiles; tile++)
            {
                CopyPost(tile, g + _stripFloats);
                Gradient(tile, input, count, g + tile * 16, Operand.Pad(_units), g + _stripFloats);
            }
            Update(context, input, count, 0, g, thread);
        }
    }

    private void CopyPost(int tile, float* copies)
    {
        foreach (var term in _terms)
        {
            if (term.CopiesTile)
                Packing.Tile(term.Post.Of(Views[term.PreView + 1]), tile, 0, term.Rows, copies);
            copies += (nint)term.Rows * Operand.TileCols;
        }
    }

    // The last term of rows that are whole ends in the update, if there is one; what is formed before that is kept.
    private void Gradient(
        int tile, int input, int count, float* g, nint stride, float* copies, GradientTarget* update = null, int whole = 0)
    {
        if (_terms.Length == 0)
            for (int i = 0; i < count; i++)
                StripMemory.Fill(g + i * stride, 0, Operand.TileCols);
        float* sum = null;
        foreach (var term in _terms)
        {
            var post = term.CopiesTile
                ? View.Of(copies, Operand.TileCols, 0) : TileOf(term.Post.Of(Views[term.PreView + 1]), tile);
            Accumulate(term, input, count, post, g, stride, sum, update, term == _terms[^1] ? whole : 0);
            copies += (nint)term.Rows * Operand.TileCols;
            sum = g;
        }
    }

    private static View TileOf(View post, int tile)
    {
        post.Base += (nint)tile * post.TileStride;
        return post;
    }

    private void Accumulate(
        Term term, int input, int count, in View post, float* g, nint stride, float* sum, GradientTarget* update, int whole)
    {
        var kept = new GradientTarget { Bank0 = g };
        var pre = term.Pre is null ? default : term.Pre.Of(Views[term.PreView]);
        if (term.Rows == 1)
        {
            var kernels = whole > 0 ? _known!.Kernels : GradientKernels.Keep;
            kernels.OuterOne(pre.Row(0) + input, post.Base, count, _scale * term.Coefficient, sum, whole > 0 ? update : &kept, stride);
            return;
        }
        for (int row = 0; row < term.Rows; row += RowBlock, sum = g)
        {
            int updated = row + RowBlock >= term.Rows ? whole : 0;
            if (updated > 0)
                Form(_known!.Kernels, term, pre, post, row, input, 0, updated, stride, sum, update);
            if (updated < count)
                Form(GradientKernels.Keep, term, pre, post, row, input, updated, count, stride, sum, &kept);
        }
    }

    // A block of rows of the signals, for inputs from first to last of the strip.
    private void Form(
        GradientKernels kernels, Term term, in View pre, in View post, int row, int input, int first, int last, nint stride, float* sum, GradientTarget* target)
    {
        int rows = Math.Min(RowBlock, term.Rows - row);
        float factor = _scale * term.Coefficient;
        nint strideA = term.Pre is null ? KernelRows : pre.RowStride;
        int fetched = kernels == GradientKernels.Keep ? 0 : _banks;
        for (int i = first; i < last; i += KernelRows)
        {
            Fetch(target, fetched, (i + KernelRows) * stride);
            float* a = term.Pre is null ? term.Blocks + (nint)(input + i) * term.Rows + row * KernelRows : pre.Row(row) + input + i;
            kernels.Outer6(a, strideA, post.Row(row), post.RowStride, rows, factor, sum, target, i * stride, stride);
        }
    }

    // The update needs these rows soon: memory brings them while the products before them are formed.
    private static void Fetch(GradientTarget* target, int banks, nint at)
    {
        for (int i = 0; i < banks; i++)
        {
            float* row = target->Bank(i) + at;
            for (int j = 0; j < KernelRows; j++, row += Operand.TileCols)
                Sse.Prefetch0(row);
        }
    }

    private void Keep(int tile, int input, int count, float* g)
    {
        int cols = _units - tile * Operand.TileCols;
        float* to = Views[0].At(input, tile * Operand.TileCols);
        if (cols >= Operand.TileCols && !Instruction.Accumulates)
            StripMemory.CopyRows(to, Views[0].RowStride, g, Operand.TileCols, count, Operand.TileCols);
        else
            for (int i = 0; i < count; i++, g += Operand.TileCols, to += Views[0].RowStride)
                KeepRow(to, g, cols);
    }

    private void KeepRow(float* to, float* g, int cols)
    {
        Vector256<float> low = Vector256.Load(g), high = Vector256.Load(g + 8);
        if (Instruction.Accumulates)
        {
            low += Vector256.Load(to);
            high += Vector256.Load(to + 8);
        }
        MicroKernels.StoreTile(to, low, high, cols);
    }

    private void Update(RunContext context, int input, int count, int col, float* g, int thread)
    {
        var strip = Interpreter.Begin(_plan!, Views, context, thread);
        Interpreter.Place(ref strip, input, count, col, _units);
        strip.Registers[0] = new RegisterSource { Pointer = g, Step = 8 };
        Interpreter.RunStrip(strip);
    }

    private sealed class Term
    {
        public int Rows;
        public float Coefficient;
        public int PreView;
        public bool PreIsContiguous;
        public PackedInput? Pre;
        public float* Blocks;
        public required PackedInput Post;
        public int PreChunks;
        public bool CopiesTile;

        public int Chunks => PreChunks + (Pre?.Chunks ?? 0) + Post.Chunks;
    }
}
