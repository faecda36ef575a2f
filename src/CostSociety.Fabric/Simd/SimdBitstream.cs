namespace CostSociety.Fabric.Simd;

/// <summary>A bitstream with everything precomputed, so that a run allocates nothing.</summary>
internal sealed class SimdBitstream : ILoadedBitstream
{
    private readonly Work?[] _works;
    private readonly ScheduleNode[][] _schedules;
    private readonly ThreadScratch[] _threads;
    private readonly RunContext _context;
    private readonly WaveRunner _runner;

    public SimdBitstream(Bitstream bitstream, WorkerPool pool, KnownPrograms known)
    {
        Bitstream = bitstream;
        _works = new Work?[bitstream.Instructions.Length];
        for (int i = 0; i < _works.Length; i++)
            _works[i] = Make(bitstream, i, known);
        _schedules = new ScheduleNode[bitstream.EntryPoints.Length][];
        for (int i = 0; i < _schedules.Length; i++)
            _schedules[i] = Schedule.Of(bitstream, bitstream.EntryPoints[i], _works);
        _threads = new ThreadScratch[pool.Threads];
        for (int i = 0; i < _threads.Length; i++)
            _threads[i] = new ThreadScratch(Most(work => work.RegisterFloats), Most(work => work.TileFloats));
        _context = new RunContext(bitstream.Counters, _threads);
        _runner = new WaveRunner(pool, _context);
    }

    public Bitstream Bitstream { get; }

    public void Run(int entryPoint, SimdMemory memory, RunState state)
    {
        _context.Begin(memory, state);
        RunNodes(_schedules[entryPoint]);
    }

    public void Dispose()
    {
        foreach (var work in _works)
            work?.Dispose();
        foreach (var scratch in _threads)
            scratch.Dispose();
    }

    private static Work? Make(Bitstream bitstream, int index, KnownPrograms known)
    {
        var instruction = bitstream.Instructions[index];
        return instruction.Kind switch
        {
            InstructionKind.Project => new ProjectWork(bitstream, instruction),
            InstructionKind.ProjectBack => new ProjectBackWork(bitstream, instruction),
            InstructionKind.Correlate => new CorrelateWork(bitstream, instruction, known),
            InstructionKind.Evaluate => new EvaluateWork(bitstream, instruction),
            InstructionKind.Gather when instruction.First < 0 => new IndexedGatherWork(bitstream, instruction),
            InstructionKind.Gather => new GatherWork(bitstream, instruction),
            InstructionKind.Synapse => new SynapseWork(bitstream, instruction),
            InstructionKind.Contract => new ContractWork(bitstream, instruction),
            InstructionKind.Scatter => new ScatterWork(bitstream, instruction),
            InstructionKind.Rank => new RankWork(bitstream, instruction),
            _ => null,
        };
    }

    private long Most(Func<Work, long> size)
    {
        long most = 0;
        foreach (var work in _works)
            if (work is not null)
                most = Math.Max(most, size(work));
        return most + 64;
    }

    private void RunNodes(ScheduleNode[] nodes)
    {
        foreach (var node in nodes)
            if (node.Body is null)
                _runner.Run(node);
            else
                RunLoop(node);
    }

    private void RunLoop(ScheduleNode loop)
    {
        float wanted = MathF.Floor(_context.Registers[loop.Register]);
        uint outer = _context.NoiseCounter;
        for (long i = 0; i < wanted; i++)
        {
            _context.Counters[loop.Counter] = i;
            _context.NoiseCounter = outer * 65536 + (uint)(i + 1);
            RunNodes(loop.Body!);
        }
        _context.Counters[loop.Counter] = 0;
        _context.NoiseCounter = outer;
    }
}
