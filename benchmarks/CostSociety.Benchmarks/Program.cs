using BenchmarkDotNet.Running;
using CostSociety.Benchmarks;

if (args is ["updates"])
    UpdateTimings.Print();
else if (args is ["swap"])
    SwapTimings.Print();
else
    BenchmarkSwitcher.FromAssembly(typeof(StepBenchmarks).Assembly).Run(args);
