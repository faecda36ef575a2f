using BenchmarkDotNet.Attributes;
using CostSociety.Circuits;
using CostSociety.Data;
using CostSociety.Fabric.Simd;

namespace CostSociety.Benchmarks;

/// <summary>One whole step of the shipped digits circuits: forward, costs, backward, updates.</summary>
[MemoryDiagnoser]
public class StepBenchmarks : IDisposable
{
    private SimdExecutor _executor = null!;
    private Society _society = null!;
    private SampleBatch _batch = null!;

    /// <summary>Which circuit.</summary>
    [Params("society", "narrow", "deep")]
    public string Circuit { get; set; } = "society";

    /// <summary>How many threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var circuit = Circuits.Circuit.Load($"circuits/digits/{Circuit}.circuit.json");
        _executor = new SimdExecutor(Threads);
        _society = Society.Build(circuit, _executor);
        foreach (var batch in circuit.OpenStreams(epochs: 1))
            _batch = batch;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _society.Dispose();
        _executor.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void Step() => _society.Step(_batch);
}
