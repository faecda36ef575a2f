using BenchmarkDotNet.Running;
using CostSociety.Benchmarks;

if (args is ["updates"])
    UpdateTimings.Print();
else if (args is ["replicas"])
    ReplicaTimings.Print();
else if (args is ["kernels", .. var threads])
    KernelTimings.Print(threads is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 1);
else if (args is ["instructions", .. var chain])
    KernelTimings.PrintInstructions(chain);
else
    BenchmarkSwitcher.FromAssembly(typeof(StepBenchmarks).Assembly).Run(args);
