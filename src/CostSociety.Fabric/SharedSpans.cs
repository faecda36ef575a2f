namespace CostSociety.Fabric;

/// <summary>Two spans that the chunks of one job read: they stay where they are until the job is done.</summary>
public sealed unsafe class SharedSpans
{
    private float* _first;
    private float* _second;
    private int _firstLength;
    private int _secondLength;

    /// <summary>The first span of the present job.</summary>
    public ReadOnlySpan<float> First => new(_first, _firstLength);

    /// <summary>The second span of the present job.</summary>
    public ReadOnlySpan<float> Second => new(_second, _secondLength);

    /// <summary>Runs a job on a pool while both spans are to be had here.</summary>
    public void Run(WorkerPool pool, Action<int, int> body, int chunks, ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        ArgumentNullException.ThrowIfNull(pool);
        fixed (float* a = first, b = second)
        {
            (_firstLength, _secondLength) = (first.Length, second.Length);
            _first = a;
            _second = b;
            pool.Run(body, chunks);
            (_firstLength, _secondLength) = (0, 0);
        }
    }
}
