using BenchmarkDotNet.Attributes;
using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Benchmarks;

/// <summary>What it costs to exchange the costs of a living society: parse and prepare, then the work at the boundary.</summary>
[MemoryDiagnoser]
public class SwapBenchmarks : IDisposable
{
    private Society _society = null!;
    private string _text = "";

    [GlobalSetup]
    public void Setup()
    {
        var circuit = Circuit.Load("circuits/digits/society.circuit.json");
        _society = Society.Build(circuit);
        _text = circuit.Costs.ResolvedJson;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _society.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public CostFile? Parse() => CostFile.Parse(new SourceText("bench.costs.json", _text), new Language.Diagnostics());

    [Benchmark]
    public void Prepare()
    {
        using var prepared = _society.Prepare(_society.Costs);
    }

    [Benchmark]
    public void PrepareAndCommit() => _society.Swap(_society.Costs);
}
