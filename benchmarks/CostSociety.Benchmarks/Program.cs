using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(CostSociety.Benchmarks.StepBenchmarks).Assembly).Run(args);
