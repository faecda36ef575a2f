using BenchmarkDotNet.Attributes;

namespace CostSociety.Benchmarks;

/// <summary>Value and gradient of a cost over a batch: interpreted, and as a loop written by hand.</summary>
[MemoryDiagnoser]
public class ProgramBenchmarks : IDisposable
{
    private const int Units = 1024;

    private CostProgram _program = null!;
    private Action _hand = null!;

    /// <summary>Which cost.</summary>
    [Params("cheap", "logistic")]
    public string Cost { get; set; } = "cheap";

    /// <summary>Samples of a batch, of 1,024 units each.</summary>
    [Params(1, 256)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var hand = new HandFused(Rows, Units);
        bool cheap = Cost == "cheap";
        _program = new CostProgram(cheap ? HandFused.CheapCost : HandFused.LogisticCost, Rows, Units);
        _hand = cheap ? hand.RunCheap : hand.RunLogistic;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _program.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public void Hand() => _hand();

    [Benchmark]
    public void Program() => _program.Run();
}
