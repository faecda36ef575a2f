using System.Diagnostics;
using CostSociety.Fabric.Simd;

namespace CostSociety.Benchmarks;

/// <summary>
/// Steps on two threads, alone and beside another process that keeps one core busy: whether waiting for a thread that
/// has no core costs more than the core. Both take turns of about a second.
/// </summary>
internal static class NeighbourTimings
{
    private const int Rounds = 5;
    private const double TurnSeconds = 0.8;
    private const int LongestLife = 30;

    public static void Print()
    {
        Console.WriteLine("microseconds a step on 2 threads: 10th percentile, median, mean, longest");
        Print(new ChainCircuit([784, 512, 512, 10], 64));
        Print(new ChainCircuit([64, 100, 10], 64));
    }

    /// <summary>The busy neighbour: says when it begins, and keeps the last core busy.</summary>
    public static void Spin(double seconds)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1 << (Environment.ProcessorCount - 1);
        Console.WriteLine("spinning");
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
        }
    }

    private static void Print(ChainCircuit chain)
    {
        using var executor = new SimdExecutor(2);
        using var stepper = new Stepper(chain.Read(), chain.Samples(), executor);
        List<double> alone = [], beside = [];
        for (int round = 0; round < Rounds; round++)
        {
            Add(alone, stepper);
            using var neighbour = Neighbour();
            Add(beside, stepper);
            neighbour.Kill();
            neighbour.WaitForExit();
        }
        Print(chain, new Times(alone), new Times(beside));
    }

    private static void Print(ChainCircuit chain, Times alone, Times beside) => Console.WriteLine(
        $"{string.Join('-', chain.Sizes),-15} batch {chain.Batch}: alone {Line(alone)}, beside a busy neighbour {Line(beside)}, " +
        $"ratio of means {beside.Mean / alone.Mean:0.00}, of 10th percentiles {beside.Quiet / alone.Quiet:0.00}");

    private static string Line(Times times) => $"{times.Quiet:0.0} {times.Median:0.0} {times.Mean:0.0} {times.Longest:0}";

    private static void Add(List<double> times, Stepper stepper)
    {
        long start = Stopwatch.GetTimestamp(), before = start;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < TurnSeconds)
        {
            stepper.Step();
            long now = Stopwatch.GetTimestamp();
            times.Add(Stopwatch.GetElapsedTime(before, now).TotalMicroseconds);
            before = now;
        }
    }

    // It ends by itself should nobody end it.
    private static Process Neighbour()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(NeighbourTimings).Assembly.Location, "spin", $"{LongestLife}"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        process.StandardOutput.ReadLine();
        return process;
    }
}
