namespace CostSociety.Fabric.Simd;

/// <summary>A wave of instructions that run side by side, or a loop over such waves.</summary>
internal sealed class ScheduleNode
{
    public Work[] Works = [];
    public Phase[] Phases = [];
    public ScheduleNode[]? Body;
    public int Register;
    public int Counter;
}

/// <summary>The stages of a wave that run together.</summary>
/// <param name="Works">Instructions that have such a stage.</param>
/// <param name="Ends">Where the chunks of each one end.</param>
/// <param name="Chunks">Chunks of all.</param>
/// <param name="Cost">Rough cost of all, in floating-point operations.</param>
internal sealed record Phase(Work[] Works, int[] Ends, int Chunks, long Cost);

/// <summary>Cuts an entry point into waves at its barriers.</summary>
internal static class Schedule
{
    public static ScheduleNode[] Of(Bitstream bitstream, EntryPoint entry, Work?[] works) =>
        Of(bitstream, entry.First, entry.First + entry.Count, works);

    private static ScheduleNode[] Of(Bitstream bitstream, int first, int end, Work?[] works)
    {
        var nodes = new List<ScheduleNode>();
        var wave = new List<Work>();
        for (int i = first; i < end; i++)
        {
            var instruction = bitstream.Instructions[i];
            bool loop = instruction.Kind == InstructionKind.Loop;
            if (instruction.IsBarrier || loop)
                Close(nodes, wave);
            if (loop)
            {
                nodes.Add(Loop(bitstream, i, works));
                i += instruction.First;
            }
            else
            {
                wave.Add(works[i]!);
            }
        }
        Close(nodes, wave);
        return [.. nodes];
    }

    private static ScheduleNode Loop(Bitstream bitstream, int index, Work?[] works)
    {
        var loop = bitstream.Instructions[index];
        return new ScheduleNode
        {
            Body = Of(bitstream, index + 1, index + 1 + loop.First, works),
            Register = loop.Register,
            Counter = loop.Count,
        };
    }

    private static void Close(List<ScheduleNode> nodes, List<Work> wave)
    {
        if (wave.Count == 0)
            return;
        var phases = new Phase[wave.Max(work => work.Stages.Count)];
        for (int stage = 0; stage < phases.Length; stage++)
            phases[stage] = PhaseOf(wave, stage);
        nodes.Add(new ScheduleNode { Works = [.. wave], Phases = phases });
        wave.Clear();
    }

    private static Phase PhaseOf(List<Work> wave, int stage)
    {
        Work[] works = [.. wave.Where(work => work.Stages.Count > stage)];
        var ends = new int[works.Length];
        int chunks = 0;
        for (int i = 0; i < works.Length; i++)
            ends[i] = chunks += works[i].Stages[stage].Chunks;
        return new Phase(works, ends, chunks, works.Sum(work => work.Stages[stage].Cost));
    }
}

/// <summary>Runs waves on the pool, or inline where sharing would cost more than it saves.</summary>
internal sealed class WaveRunner
{
    private const long LeastSharedCost = 20_000;

    private readonly WorkerPool _pool;
    private readonly RunContext _context;
    private readonly Action<int, int> _body;
    private Phase _phase = new([], [], 0, 0);
    private int _stage;

    public WaveRunner(WorkerPool pool, RunContext context)
    {
        (_pool, _context) = (pool, context);
        _body = RunChunk;
    }

    public void Run(ScheduleNode wave)
    {
        foreach (var work in wave.Works)
            work.Prepare(_context);
        for (_stage = 0; _stage < wave.Phases.Length; _stage++)
        {
            _phase = wave.Phases[_stage];
            if (_phase.Cost < LeastSharedCost || _phase.Chunks > WorkerPool.MaxChunks)
                RunInline();
            else
                _pool.Run(_body, _phase.Chunks);
        }
    }

    // Works without chunks end where the one before them ends.
    private int FirstOf(int i)
    {
        while (i > 0 && _phase.Ends[i - 1] == _phase.Ends[i])
            i--;
        return i;
    }

    private void RunInline()
    {
        foreach (var work in _phase.Works)
            for (int chunk = 0; chunk < work.Stages[_stage].Chunks; chunk++)
                work.Run(_context, _stage, chunk, 0);
    }

    private void RunChunk(int chunk, int thread)
    {
        int i = Array.BinarySearch(_phase.Ends, chunk + 1);
        i = i < 0 ? ~i : FirstOf(i);
        _phase.Works[i].Run(_context, _stage, i == 0 ? chunk : chunk - _phase.Ends[i - 1], thread);
    }
}
