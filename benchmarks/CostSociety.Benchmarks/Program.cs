using BenchmarkDotNet.Running;
using CostSociety.Benchmarks;

switch (args)
{
    case ["updates"]:
        UpdateTimings.Print();
        break;
    case ["programs"]:
        ProgramTimings.Print();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(StepBenchmarks).Assembly).Run(args);
        break;
}
