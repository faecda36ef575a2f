namespace CostSociety.Fabric.Simd;

/// <summary>A bitstream with everything precomputed, so that a run allocates nothing.</summary>
internal sealed class SimdBitstream : ILoadedBitstream
{
    private readonly NativeArena _arena = new();
    private readonly Work?[] _works;
    private readonly ScheduleNode[][] _schedules;
    private readonly RunContext _context;
    private readonly WaveRunner _runner;

    public SimdBitstream(Bitstream bitstream, WorkerPool pool, KnownPrograms known)
    {
        Bitstream = bitstream;
        _works = new Work?[bitstream.Instructions.Length];
        for (int i = 0; i < _works.Length; i++)
            _works[i] = Make(bitstream, i, _arena, known);
        _schedules = new ScheduleNode[bitstream.EntryPoints.Length][];
        for (int i = 0; i < _schedules.Length; i++)
            _schedules[i] = Schedule.Of(bitstream, bitstream.EntryPoints[i], _works);
        var threads = new ThreadScratch[pool.Threads];
        for (int i = 0; i < threads.Length; i++)
            threads[i] = new ThreadScratch(_arena, Most(work => work.RegisterFloats), Most(work => work.TileFloats));
        _context = new RunContext(bitstream.Counters, threads);
        _runner = new WaveRunner(pool, _context);
    }

    public Bitstream Bitstream { get; }

    public void Run(int entryPoint, SimdMemory memory, RunState state)
    {
        _context.Begin(memory, state);
        RunNodes(_schedules[entryPoint]);
    }

    public void Dispose() => _arena.Dispose();

    private static Work? Make(Bitstream bitstream, int index, NativeArena arena, KnownPrograms known)
    {
        var instruction = bitstream.Instructions[index];
        return instruction.Kind switch
        {
            InstructionKind.Project => new ProjectWork(bitstream, instruction, arena),
            InstructionKind.ProjectBack => new ProjectBackWork(bitstream, instruction, arena),
            InstructionKind.Correlate => new CorrelateWork(bitstream, instruction, arena, known),
            InstructionKind.Evaluate => new EvaluateWork(bitstream, instruction, arena),
            InstructionKind.Gather when instruction.First < 0 => new IndexedGatherWork(bitstream, instruction, arena),
            InstructionKind.Gather => new GatherWork(bitstream, instruction, arena),
            InstructionKind.Synapse => new SynapseWork(bitstream, instruction, arena),
            InstructionKind.Contract => new ContractWork(bitstream, instruction, arena),
            InstructionKind.Scatter => new ScatterWork(bitstream, instruction, arena),
            InstructionKind.Rank => new RankWork(bitstream, instruction, arena),
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
