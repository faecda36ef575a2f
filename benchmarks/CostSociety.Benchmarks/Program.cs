using System.Globalization;
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
    case ["swap"]:
        SwapTimings.Print();
        break;
    case ["replicas"]:
        ReplicaTimings.Print();
        break;
    case ["rules"]:
        RuleTimings.Print();
        break;
    case ["areas"]:
        AreaTimings.Print();
        break;
    case ["neighbour"]:
        NeighbourTimings.Print();
        break;
    case ["spin", var seconds]:
        NeighbourTimings.Spin(double.Parse(seconds, CultureInfo.InvariantCulture));
        break;
    case ["kernels", .. var threads]:
        KernelTimings.Print(threads is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1);
        break;
    case ["instructions", .. var chain]:
        KernelTimings.PrintInstructions(chain);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(StepBenchmarks).Assembly).Run(args);
        break;
}
