using CostSociety.Data;

namespace CostSociety.Circuits;

/// <content>Going through the data of a circuit.</content>
public sealed partial record Circuit
{
    /// <summary>
    /// All batches of a run, epoch after epoch, in the shuffled order of the seed. The same object is given each time.
    /// </summary>
    /// <param name="epochs">Passes over the training part; the circuit's own number when left out.</param>
    public IEnumerable<SampleBatch> OpenStreams(int? epochs = null)
    {
        var batches = CircuitStreams.Open(this).TrainingBatches();
        var batch = new SampleBatch(this);
        int count = epochs ?? Run.Epochs ?? (Run.Steps!.Value + batches.Count - 1) / batches.Count;
        for (int epoch = 0; epoch < count; epoch++)
        {
            batches.Begin(epoch);
            for (int i = 0; i < batches.Count; i++)
            {
                batch.Fill(batches, i);
                yield return batch;
            }
        }
    }
}
