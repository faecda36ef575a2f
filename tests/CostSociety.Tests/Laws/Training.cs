using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Data;
using CostSociety.Fabric.Simd;
using CostSociety.Language;

namespace CostSociety.Tests.Laws;

/// <summary>A circuit with its data: gives a society the batch of its age, as a run does.</summary>
internal sealed class Training
{
    public const string Digits = "circuits/digits/society.circuit.json";
    public const string Narrow = "circuits/digits/narrow.circuit.json";

    private readonly Batches _batches;
    private readonly SampleBatch _batch;
    private long _epoch = -1;

    public Training(Circuit circuit)
    {
        Circuit = circuit;
        _batches = CircuitStreams.Open(circuit).TrainingBatches();
        _batch = new SampleBatch(circuit);
    }

    public Circuit Circuit { get; }

    public Batches Batches => _batches;

    public static Training Of(string path, params string[] overrides) => new(Circuit.Load(path, overrides));

    public Society Build(int threads = 1) => Society.Build(Circuit, new SimdExecutor(threads));

    public Society Build(CostFile costs) => Society.Build(Circuit, costs, new SimdExecutor(1));

    public SampleBatch Fill(Society society)
    {
        long epoch = society.Age / _batches.Count;
        if (epoch != _epoch)
            _batches.Begin((int)epoch);
        _epoch = society.Epoch = epoch;
        _batch.Fill(_batches, (int)(society.Age % _batches.Count));
        return _batch;
    }

    public Society Steps(Society society, int steps)
    {
        for (int i = 0; i < steps; i++)
            society.Step(Fill(society));
        return society;
    }

    public static byte[] Save(Society society)
    {
        using var stream = new MemoryStream();
        society.Save(stream);
        return stream.ToArray();
    }

    public static void Load(Society society, byte[] checkpoint)
    {
        using var stream = new MemoryStream(checkpoint);
        society.Load(stream);
    }

    public static CostFile Costs(string json)
    {
        var diagnostics = new Diagnostics();
        var costs = CostFile.Parse(new SourceText("test.costs.json", json), diagnostics);
        diagnostics.ThrowIfErrors();
        return costs!;
    }
}
