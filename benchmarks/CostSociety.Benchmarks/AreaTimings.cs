using CostSociety.Fabric;
using CostSociety.Fabric.Simd;

namespace CostSociety.Benchmarks;

/// <summary>
/// Whether areas with costs of their own learn side by side: a chain of six areas, each with a local cost, beside the same
/// chain with one cost at its end, each on one thread and on two. What counts is how much faster two threads are: a step
/// with local costs takes longer, since every area draws its input again.
/// </summary>
internal static class AreaTimings
{
    private const int Areas = 6;
    private const double Seconds = 0.8;

    public static void Print()
    {
        Console.WriteLine($"chain of {Areas} areas: microseconds a step, 10th percentile (median), on 1 thread and on 2, and how much faster two are (median of all rounds)");
        foreach (int units in new[] { 64, 128, 256 })
            foreach (int batch in new[] { 1, 8, 32 })
            {
                PrintOne(new AreaCircuit(Areas, units, batch, Local: true));
                PrintOne(new AreaCircuit(Areas, units, batch, Local: false));
            }
    }

    private static void PrintOne(AreaCircuit circuit)
    {
        using SimdExecutor lone = new(1), shared = new(2);
        using Stepper one = new(circuit.Read(), circuit.Samples(), lone), two = new(circuit.Read(), circuit.Samples(), shared);
        var times = Turns.Measure([one, two], Seconds);
        var (quiet, median) = times[0].Over(times[1]);
        Console.WriteLine(
            $"{circuit.Units,4} units batch {circuit.Batch,-3} {(circuit.Local ? "local     " : "end to end")} {Waves(one.Bitstream)}  " +
            $"{times[0].Quiet,7:0.0} ({times[0].Median,7:0.0})  {times[1].Quiet,7:0.0} ({times[1].Median,7:0.0})  x{quiet:0.00} ({median:0.00})");
    }

    private static string Waves(Bitstream bitstream)
    {
        var learn = bitstream.EntryPoints[bitstream.EntryPointIndex("learn")];
        int waves = 1 + bitstream.Instructions.Skip(learn.First + 1).Take(learn.Count - 1).Count(i => i.IsBarrier);
        return $"{learn.Count,3} instructions in {waves,2} waves";
    }
}
