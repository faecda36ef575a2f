using CostSociety.Circuits;
using CostSociety.Data;

namespace CostSociety.Runs;

/// <summary>Measures a society on the held-out part: every batch, weighted by its valid samples.</summary>
public sealed class HeldOut
{
    private readonly Batches _batches;
    private readonly SampleBatch _batch;

    /// <summary>Prepares the held-out part of a circuit.</summary>
    public HeldOut(Circuit circuit, CircuitStreams streams)
    {
        _batches = streams.Batches(DataSplit.Test);
        _batch = new SampleBatch(circuit);
    }

    /// <summary>Whether there is a held-out part.</summary>
    public bool Exists => _batches.Rows > 0;

    /// <summary>Means of all cost terms, then of all measures. The society's state does not change.</summary>
    public double[] Measure(Society society)
    {
        var sums = new double[society.CostTerms.Count + society.Measures.Count];
        for (int i = 0; i < _batches.Count; i++)
        {
            _batch.Fill(_batches, i);
            society.Predict(_batch);
            for (int j = 0; j < sums.Length; j++)
                sums[j] += _batch.Count * (j < society.CostTerms.Count ? society.CostValues[j] : society.MeasureValues[j - society.CostTerms.Count]);
        }
        return Array.ConvertAll(sums, s => s / _batches.Rows);
    }
}
