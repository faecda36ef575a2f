namespace CostSociety.Fabric.Simd;

/// <summary>Runs bitstreams on the processor's vector units.</summary>
public sealed class SimdExecutor : IExecutor
{
    private readonly WorkerPool _pool;

    /// <summary>An executor on so many threads, the caller's included; 0 means one for each processor.</summary>
    public SimdExecutor(int threads = 0)
    {
        _pool = new WorkerPool(threads);
        WarmUp.Run(this);
    }

    /// <inheritdoc/>
    public string Name => "simd";

    /// <inheritdoc/>
    public int KernelBuilds => 0;

    /// <summary>Number of threads.</summary>
    public int Threads => _pool.Threads;

    /// <summary>Programs that run as kernels of their own. No bit depends on them: tests put the empty table here.</summary>
    internal KnownPrograms KnownPrograms { get; init; } = KnownPrograms.Full;

    /// <inheritdoc/>
    public IFabricMemory Allocate(MemorySizes sizes) => new SimdMemory(sizes);

    /// <inheritdoc/>
    public ILoadedBitstream Load(Bitstream bitstream)
    {
        Verifier.Verify(bitstream);
        return new SimdBitstream(bitstream, _pool, KnownPrograms);
    }

    /// <inheritdoc/>
    public ILoadedBitstream? LoadMany(Bitstream bitstream, int count, out MemorySizes part)
    {
        Verifier.Verify(bitstream);
        var many = Replication.Of(bitstream, count);
        part = many?.Part ?? default;
        return many is { } made ? new SimdBitstream(made.Bitstream, _pool, KnownPrograms) : null;
    }

    /// <inheritdoc/>
    public void Run(ILoadedBitstream program, int entryPoint, IFabricMemory memory, RunState state) =>
        ((SimdBitstream)program).Run(entryPoint, (SimdMemory)memory, state);

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();
}
