using CostSociety.Circuits;
using CostSociety.Data;

namespace CostSociety.Runs;

/// <summary>Measures a society on a part of the data, by default the held-out one: every batch, weighted by its valid samples.</summary>
public sealed class HeldOut
{
    private readonly Batches _batches;
    private readonly SampleBatch _batch;
    private readonly bool _livesOn;

    /// <summary>Prepares a part of the data of a circuit. One without streams makes as many samples as an epoch of its training has.</summary>
    public HeldOut(Circuit circuit, CircuitStreams streams, DataSplit split = DataSplit.Test)
    {
        _batches = streams.Batches(split);
        _batch = new SampleBatch(circuit);
        _livesOn = circuit.Streams.Count == 0;
    }

    /// <summary>Whether there is such a part.</summary>
    public bool Exists => _batches.Rows > 0;

    /// <summary>
    /// Means of all cost terms, then of all measures. The society's state does not change; but one that makes its own samples
    /// acts from batch to batch, as it would draw the same ones again.
    /// </summary>
    public double[] Measure(Society society)
    {
        var sums = new double[society.CostTerms.Count + society.Measures.Count];
        for (int i = 0; i < _batches.Count; i++)
        {
            _batch.Fill(_batches, i);
            society.Predict(_batch);
            for (int j = 0; j < sums.Length; j++)
                sums[j] += _batch.Count * (j < society.CostTerms.Count ? society.CostValues[j] : society.MeasureValues[j - society.CostTerms.Count]);
            if (_livesOn)
                society.Act(_batch.Count);
        }
        return Array.ConvertAll(sums, s => s / _batches.Rows);
    }
}
