using CostSociety.Fabric;

namespace CostSociety.Data;

/// <summary>
/// Goes through the rows of a part in batches. The order is a pure function of seed and epoch, so that a resumed run
/// meets the same batches; the last batch of an epoch may be partial. Nothing is allocated after construction.
/// </summary>
public sealed class Batches
{
    private readonly StreamTable[] _streams;
    private readonly int[][] _orders;
    private readonly ulong[] _keys;
    private readonly ulong? _seed;

    internal Batches(StreamTable[] streams, int rows, int batchSize, ulong? seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (_streams, Rows, BatchSize, _seed) = (streams, rows, batchSize, seed);
        var sources = streams.Select(s => s.Source).Distinct(StringComparer.Ordinal).ToList();
        int[][] orders = [.. sources.Select(s => new int[streams.First(t => t.Source == s).Rows])];
        _orders = [.. streams.Select(s => orders[sources.IndexOf(s.Source)])];
        _keys = [.. streams.Select(s => CounterRandom.Key(seed ?? 0, 0, CounterRandom.Hash("shuffle." + s.Source)))];
        Begin(0);
    }

    /// <summary>Rows of an epoch.</summary>
    public int Rows { get; }

    /// <summary>Lanes of a batch.</summary>
    public int BatchSize { get; }

    /// <summary>Batches of an epoch, the partial one included.</summary>
    public int Count => (Rows + BatchSize - 1) / BatchSize;

    /// <summary>The epoch whose order the rows have.</summary>
    public int Epoch { get; private set; }

    /// <summary>Puts the rows into the order of an epoch.</summary>
    public void Begin(int epoch)
    {
        Epoch = epoch;
        for (int i = 0; i < _orders.Length; i++)
            if (i == Array.IndexOf(_orders, _orders[i]))
                Order(_orders[i], _keys[i], epoch);
    }

    /// <summary>Valid rows of a batch: <see cref="BatchSize"/>, or fewer in the last one.</summary>
    public int RowsOf(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(batch, Count);
        return Math.Min(BatchSize, Rows - batch * BatchSize);
    }

    /// <summary>Writes the rows of one stream; padding and the lanes beyond a partial batch become 0.</summary>
    /// <param name="batch">Number of the batch in its epoch.</param>
    /// <param name="stream">Place of the stream in <see cref="CircuitStreams.Streams"/>.</param>
    /// <param name="destination">At least (BatchSize - 1) * rowStride + width floats.</param>
    /// <param name="rowStride">Distance between the rows of the destination, at least the width.</param>
    public void Fill(int batch, int stream, Span<float> destination, int rowStride)
    {
        int rows = RowsOf(batch), width = _streams[stream].Width;
        ArgumentOutOfRangeException.ThrowIfLessThan(rowStride, width);
        int needed = (BatchSize - 1) * rowStride + width;
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, needed, nameof(destination));
        destination[..Math.Min(destination.Length, BatchSize * rowStride)].Clear();
        var order = _orders[stream].AsSpan(batch * BatchSize, rows);
        var values = _streams[stream].Values.AsSpan();
        for (int lane = 0; lane < rows; lane++)
            values.Slice(order[lane] * width, width).CopyTo(destination[(lane * rowStride)..]);
    }

    /// <summary>Writes 1 for every lane with a row and 0 for the others.</summary>
    public void FillValid(int batch, Span<float> valid)
    {
        int rows = RowsOf(batch);
        valid[..rows].Fill(1);
        valid[rows..BatchSize].Clear();
    }

    /// <summary>The row of the part, in the order of the source, that a lane of a batch holds.</summary>
    public int RowAt(int batch, int lane, int stream = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(lane, RowsOf(batch));
        return _orders[stream][batch * BatchSize + lane];
    }

    /// <summary>Fisher and Yates, from the identity, so that no epoch depends on the one before.</summary>
    private void Order(int[] order, ulong key, int epoch)
    {
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        if (_seed is null)
            return;
        for (int i = order.Length - 1; i > 0; i--)
        {
            uint word = CounterRandom.Word(key, (uint)i, epoch, 0);
            int j = (int)(((ulong)word * (uint)(i + 1)) >> 32);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}
