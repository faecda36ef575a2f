using CostSociety.Circuits;

namespace CostSociety.Data;

/// <summary>Samples of every stream of a circuit, as many as a step takes. Reused from batch to batch.</summary>
public sealed class SampleBatch
{
    private readonly float[][] _values;
    private readonly int[] _widths;
    private readonly int[] _places;

    internal SampleBatch(Circuit circuit)
    {
        _widths = [.. circuit.Streams.Select(s => s.Width)];
        int next = 0;
        _places = [.. circuit.Streams.Select(s => s.Source == DataSources.Host ? -1 : next++)];
        _values = [.. _widths.Select(w => new float[w * circuit.Learning.StepSize])];
    }

    /// <summary>Valid samples.</summary>
    public int Count { get; private set; }

    /// <summary>Completed passes over the training part before this batch.</summary>
    public int Epoch { get; private set; }

    /// <summary>Values of a stream by its place in the circuit file, [Count, width].</summary>
    public ReadOnlySpan<float> Values(int stream) => _values[stream].AsSpan(0, Count * _widths[stream]);

    /// <summary>Whether a stream has data; the host supplies the others.</summary>
    internal bool Has(int stream) => _places[stream] >= 0;

    /// <summary>Takes over one batch.</summary>
    internal void Fill(Batches batches, int batch)
    {
        (Count, Epoch) = (batches.RowsOf(batch), batches.Epoch);
        for (int i = 0; i < _values.Length; i++)
            if (Has(i))
                batches.Fill(batch, _places[i], _values[i], _widths[i]);
    }
}
