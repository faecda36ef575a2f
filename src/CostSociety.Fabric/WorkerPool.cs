using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CostSociety.Fabric;

/// <summary>
/// Threads that share the chunks of one job at a time. The calling thread takes part and takes over what a descheduled
/// worker has not claimed; idle workers spin for a while, then park. A run allocates nothing.
/// </summary>
public sealed class WorkerPool : IDisposable
{
    private const int SpinLimit = 20_000;
    private const int FieldBits = 20;
    private const long FieldMask = (1L << FieldBits) - 1;

    /// <summary>The most chunks one job may have.</summary>
    public const int MaxChunks = (int)FieldMask;

    private readonly Thread[] _workers;
    private readonly object _gate = new();
    private PaddedLong _ticket;
    private PaddedLong _done;
    private Action<int, int>? _body;
    private Exception? _failure;
    private int _sleepers;
    private volatile bool _stopping;

    /// <summary>Starts <paramref name="threads"/> - 1 workers; 0 means as many threads as there are processors.</summary>
    public WorkerPool(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        _workers = new Thread[Threads - 1];
        for (int i = 0; i < _workers.Length; i++)
            _workers[i] = Start(i + 1);
    }

    /// <summary>Number of threads, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Calls <paramref name="body"/>(chunk, thread) for every chunk; returns when all are done.</summary>
    public void Run(Action<int, int> body, int chunks)
    {
        if (_workers.Length == 0 || chunks <= 1)
            RunInline(body, chunks);
        else
            RunShared(body, chunks);
    }

    /// <summary>Calls <paramref name="body"/>(chunk, 0) for every chunk on the calling thread.</summary>
    public static void RunInline(Action<int, int> body, int chunks)
    {
        for (int chunk = 0; chunk < chunks; chunk++)
            body(chunk, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        lock (_gate)
            Monitor.PulseAll(_gate);
        foreach (var worker in _workers)
            worker.Join();
    }

    private Thread Start(int index)
    {
        var thread = new Thread(() => Work(index)) { IsBackground = true, Name = $"fabric {index}" };
        thread.Start();
        return thread;
    }

    private void RunShared(Action<int, int> body, int chunks)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chunks, MaxChunks);
        _body = body;
        Volatile.Write(ref _done.Value, 0);
        long generation = (_ticket.Value >> (2 * FieldBits)) + 1;
        // A full fence: a worker that parks after this store sees it, one that parked before is counted as a sleeper.
        Interlocked.Exchange(ref _ticket.Value, generation << (2 * FieldBits) | (long)chunks << FieldBits);
        if (Volatile.Read(ref _sleepers) > 0)
            lock (_gate)
                Monitor.PulseAll(_gate);
        Claim(0);
        Await(chunks);
    }

    private void Await(int chunks)
    {
        for (int spins = 0; Volatile.Read(ref _done.Value) != chunks; spins++)
            if (spins < SpinLimit)
                Pause();
            else
                Thread.Sleep(0);
        if (_failure is { } failure)
            throw Forget(failure);
    }

    private InvalidOperationException Forget(Exception failure)
    {
        _failure = null;
        return new InvalidOperationException("a chunk failed on a worker thread", failure);
    }

    // Generation, chunk count and next chunk share one word: a claim succeeds only while the job it was read from still
    // has unclaimed chunks, so a late worker can never touch the next job's body with the last job's chunk.
    private void Claim(int thread)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket.Value);
            if ((ticket & FieldMask) >= (ticket >> FieldBits & FieldMask))
                return;
            if (Interlocked.CompareExchange(ref _ticket.Value, ticket + 1, ticket) == ticket)
                Execute((int)(ticket & FieldMask), thread);
        }
    }

    private void Execute(int chunk, int thread)
    {
        try
        {
            _body!(chunk, thread);
        }
#pragma warning disable CA1031 // Whatever a chunk throws is handed to the caller of Run.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = failure;
        }
        Interlocked.Increment(ref _done.Value);
    }

    private void Work(int thread)
    {
        long seen = 0;
        while (!_stopping)
        {
            seen = WaitForJob(seen);
            Claim(thread);
        }
    }

    private long WaitForJob(long seen)
    {
        for (int spins = 0; spins < SpinLimit && !_stopping; spins++)
        {
            long generation = Volatile.Read(ref _ticket.Value) >> (2 * FieldBits);
            if (generation != seen)
                return generation;
            Pause();
        }
        return Park(seen);
    }

    private long Park(long seen)
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _sleepers);
            while (!_stopping && Volatile.Read(ref _ticket.Value) >> (2 * FieldBits) == seen)
                Monitor.Wait(_gate);
            Interlocked.Decrement(ref _sleepers);
        }
        return Volatile.Read(ref _ticket.Value) >> (2 * FieldBits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pause()
    {
        if (X86Base.IsSupported)
            X86Base.Pause();
        else
            Thread.SpinWait(1);
    }

    // Alone on its cache line, so that claiming does not disturb the other fields.
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct PaddedLong
    {
        [FieldOffset(64)]
        public long Value;
    }
}
