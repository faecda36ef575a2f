using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>Bitstreams of replicas with the same costs: alone, and many side by side; one of each for every thread.</summary>
internal sealed class ReplicaKind : IDisposable
{
    // Enough to share what a run costs, few enough to stay in the cache of a core together.
    private const int MostOfGroup = 32;

    private readonly MemorySizes _part;
    private readonly IFabricMemory? _memory;
    private readonly int _mostGroups;
    private int _groups;

    public ReplicaKind(Synthesized synthesized, int replicas, IExecutor executor, int threads)
    {
        Synthesized = synthesized;
        GroupSize = SizeOf(replicas, threads);
        Alone = [.. Enumerable.Range(0, threads).Select(_ => executor.Load(synthesized.Bitstream))];
        if (GroupSize == 1 || !MayShareRuns(synthesized))
            return;
        var many = executor.LoadMany(synthesized.Bitstream, GroupSize, out _part);
        if (many is null)
            return;
        _mostGroups = replicas / GroupSize + 1;
        _memory = AllMemory(many.Bitstream.Sizes, _mostGroups, executor);
        if (_memory is not null)
            Together = [many, .. Enumerable.Range(1, threads - 1).Select(_ => executor.LoadMany(synthesized.Bitstream, GroupSize, out MemorySizes _)!)];
    }

    public Synthesized Synthesized { get; }

    public ILoadedBitstream[] Alone { get; }

    /// <summary>Replicas of a full group.</summary>
    public int GroupSize { get; }

    /// <summary>Empty where replicas run one by one.</summary>
    public ILoadedBitstream[] Together { get; } = [];

    /// <summary>Memory of one replica in a group.</summary>
    public MemorySizes Part => _part;

    /// <summary>Memory of the next group of so many; null where they do not share runs, would leave most of it empty, or there is none left.</summary>
    public IFabricMemory? MemoryOf(int replicas) =>
        _memory is null || 2 * replicas <= GroupSize || _groups == _mostGroups ? null : _memory.Part(Together[0].Bitstream.Sizes, _groups++);

    public void Dispose()
    {
        _memory?.Dispose();
        foreach (var loaded in Alone.Concat(Together))
            loaded.Dispose();
    }

    // Groups of one size, each thread with one at least; of the sizes that would do, the one that leaves the fewest places empty.
    private static int SizeOf(int replicas, int threads)
    {
        int most = Math.Clamp(replicas / threads, 1, MostOfGroup), best = most;
        for (int size = most; size > most / 2; size--)
            if (Empty(size) < Empty(best))
                best = size;
        return best;

        int Empty(int size) => (size - replicas % size) % size;
    }

    // One memory for all groups: large pages, where there are any, serve many of them.
    private static IFabricMemory? AllMemory(MemorySizes group, long groups, IExecutor executor) =>
        Math.Max(group.State, Math.Max(group.Scratch, group.Io)) * groups > int.MaxValue ? null
        : executor.Allocate(new MemorySizes((int)(group.State * groups), (int)(group.Scratch * groups), (int)(group.Io * groups)));

    // One row a sample pays only with one sample; and what the host tells a run must be the same for all.
    private static bool MayShareRuns(Synthesized synthesized) =>
        synthesized.Circuit.Learning.StepSize == 1 && synthesized.Stages.Count == 0
        && !synthesized.Registers.Names.Exists(n => n.StartsWith("cost.", StringComparison.Ordinal) || n.StartsWith("measure.", StringComparison.Ordinal));
}

/// <summary>
/// Replicas that follow each other and have the same costs. Where they step alike, one run of the fabric makes the step of all of them;
/// otherwise each runs alone, with the same results.
/// </summary>
internal sealed class ReplicaGroup
{
    private readonly IExecutor _executor;
    private readonly IFabricMemory? _memory;
    private readonly RunState? _run;

    private ReplicaGroup(ReplicaKind kind, int first, int count, IFabricMemory? memory, IExecutor executor)
    {
        (Kind, First, Count, _memory, _executor) = (kind, first, count, memory, executor);
        if (memory is null)
            return;
        _run = new RunState(kind.Together[0].Bitstream.Registers);
        _run.Registers[^1] = kind.GroupSize;
    }

    public ReplicaKind Kind { get; }

    public int First { get; }

    public int Count { get; }

    /// <summary>Replicas that follow each other in groups of one kind.</summary>
    public static ReplicaGroup[] Of(int[] kindOf, ReplicaKind[] kinds, IExecutor executor)
    {
        var groups = new List<ReplicaGroup>();
        for (int first = 0; first < kindOf.Length;)
        {
            var kind = kinds[kindOf[first]];
            int end = first + 1, most = kind.Together.Length == 0 ? 1 : kind.GroupSize;
            while (end < kindOf.Length && end < first + most && kindOf[end] == kindOf[first])
                end++;
            groups.Add(new ReplicaGroup(kind, first, end - first, kind.MemoryOf(end - first), executor));
            first = end;
        }
        return [.. groups];
    }

    /// <summary>Memory of a replica of the group; null where it has its own.</summary>
    public IFabricMemory? Part(int index) => _memory?.Part(Kind.Part, index);

    /// <summary>Whether there is a run for all at all.</summary>
    public bool IsShared => _memory is not null;

    /// <summary>Whether one run can make the step of all.</summary>
    public bool StepsTogether(Society[] societies, int samples)
    {
        if (_memory is null)
            return false;
        for (int i = First; i < First + Count; i++)
            if (!societies[i].StepsLike(societies[First], samples))
                return false;
        return true;
    }

    /// <summary>Makes the step of all, but for its end.</summary>
    public void Step(Society[] societies, int samples, int thread)
    {
        for (int i = First; i < First + Count; i++)
            societies[i].BeginShared(samples);
        societies[First].FillShared(_run!, samples);
        var together = Kind.Together[thread];
        _executor.Run(together, together.Bitstream.EntryPointIndex(Regime.LearnEntry), _memory!, _run!);
    }
}
