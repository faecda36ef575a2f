using CostSociety.Circuits;

namespace CostSociety.Data;

/// <summary>Parts of a data set.</summary>
public enum DataSplit
{
    /// <summary>Rows to learn from.</summary>
    Train,

    /// <summary>Held-out rows.</summary>
    Test,
}

/// <summary>
/// The streams of a circuit that have data, encoded, scaled and centred. Streams of one source advance together; with
/// several sources an epoch is as long as the shortest of them.
/// </summary>
public sealed class CircuitStreams
{
    private const int DefaultSteps = 100;

    private readonly StreamTable[] _train;
    private readonly StreamTable[] _test;
    private readonly int _batch;
    private readonly ulong _seed;
    private readonly int _made;

    private CircuitStreams(Circuit circuit)
    {
        Streams = [.. circuit.Streams.Where(s => s.Source != DataSources.Host)];
        (_batch, _seed) = (circuit.Learning.StepSize, circuit.Learning.Seed);
        _made = circuit.Streams.Count == 0 ? circuit.Run.Samples ?? DefaultSteps * _batch : 0;
        _train = new StreamTable[Streams.Count];
        _test = new StreamTable[Streams.Count];
        for (int i = 0; i < Streams.Count; i++)
            (_train[i], _test[i]) = StreamEncoding.Encode(Streams[i], circuit.DataOf(Streams[i]), _seed);
    }

    /// <summary>The streams with data, in the order of the circuit.</summary>
    public IReadOnlyList<StreamSpec> Streams { get; }

    /// <summary>Loads and encodes the data of a circuit's streams.</summary>
    public static CircuitStreams Open(Circuit circuit) => new(circuit);

    /// <summary>
    /// Rows of a part; 0 when the host supplies every stream. A circuit without streams makes its samples itself: then the training
    /// part has as many rows as an epoch has samples, and nothing is held out, as no sample ever returns.
    /// </summary>
    public int Rows(DataSplit split) =>
        Tables(split).Select(t => t.Rows).DefaultIfEmpty(split == DataSplit.Train ? _made : 0).Min();

    /// <summary>The batches to train on.</summary>
    /// <exception cref="NoDataException">The host supplies every stream, or no row is left to learn from.</exception>
    internal Batches TrainingBatches() => Rows(DataSplit.Train) > 0
        ? Batches(DataSplit.Train)
        : throw new NoDataException(Streams.Count == 0
            ? "the host supplies every stream of this circuit: embed it in a program that sets them and calls Step(samples)"
            : "no row of the data is left to learn from: look at the splits of the circuit's sources and streams");

    /// <summary>Values of a stream, rows x width, in the order of the source.</summary>
    public ReadOnlySpan<float> Values(string stream, DataSplit split) => Tables(split)[IndexOf(stream)].Values;

    /// <summary>Place of a stream in <see cref="Streams"/>.</summary>
    public int IndexOf(string stream)
    {
        for (int i = 0; i < Streams.Count; i++)
            if (Streams[i].Name == stream)
                return i;
        throw new ArgumentException($"the circuit has no data for a stream '{stream}'", nameof(stream));
    }

    /// <summary>Batches of a part, each as large as a step takes, with the seed of the circuit.</summary>
    public Batches Batches(DataSplit split) => Batches(split, _batch, _seed);

    /// <summary>Batches of a part; the training part is shuffled every epoch, the held-out part keeps its order.</summary>
    public Batches Batches(DataSplit split, int batchSize, ulong seed) =>
        new(Tables(split), Rows(split), batchSize, split == DataSplit.Train ? seed : null);

    private StreamTable[] Tables(DataSplit split) => split == DataSplit.Train ? _train : _test;
}

/// <summary>Encoded values of one stream and part.</summary>
internal sealed record StreamTable(string Source, int Width, float[] Values)
{
    public int Rows => Values.Length / Width;
}

/// <summary>A circuit that has no data to go through.</summary>
public sealed class NoDataException(string message) : InvalidOperationException(message);
