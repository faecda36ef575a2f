using BenchmarkDotNet.Running;
using CostSociety.Benchmarks;

if (args is ["updates"])
    UpdateTimings.Print();
else
    BenchmarkSwitcher.FromAssembly(typeof(StepBenchmarks).Assembly).Run(args);
