using System.Diagnostics;

namespace CostSociety.Benchmarks;

/// <summary>
/// What it takes to interpret a cost: the programs of a text and a hand-fused loop in turn, on one thread, each for about
/// the same number of elements. Printed are the 10th percentile and the median in nanoseconds an element, and the median
/// of the ratios of neighbours.
/// </summary>
internal static class ProgramTimings
{
    private const int Units = 1024;
    private const int Rounds = 400;
    private const int Elements = 1 << 18;

    public static void Print()
    {
        foreach (int rows in new[] { 1, 256 })
        {
            var hand = new HandFused(rows, Units);
            Print("cheap", HandFused.CheapCost, rows, hand.RunCheap);
            Print("logistic", HandFused.LogisticCost, rows, hand.RunLogistic);
        }
    }

    private static void Print(string name, string cost, int rows, Action hand)
    {
        using var program = new CostProgram(cost, rows, Units);
        double[] fused = new double[Rounds], interpreted = new double[Rounds], ratio = new double[Rounds];
        for (int i = -Rounds / 4; i < Rounds; i++)
        {
            double first = Time(hand, rows), second = Time(program.Run, rows);
            if (i >= 0)
                (fused[i], interpreted[i], ratio[i]) = (first, second, second / first);
        }
        foreach (double[] times in new[] { fused, interpreted, ratio })
            Array.Sort(times);
        Console.WriteLine(
            $"{name} {rows * Units} elements: hand {Both(fused)} ns, program {Both(interpreted)} ns, "
            + $"ratio {interpreted[Rounds / 10] / fused[Rounds / 10]:0.00} (median {ratio[Rounds / 2]:0.00})");
    }

    private static string Both(double[] sorted) => $"{sorted[Rounds / 10]:0.000} (median {sorted[Rounds / 2]:0.000})";

    private static double Time(Action run, int rows)
    {
        int repeats = Elements / (rows * Units);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
            run();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Elements;
    }
}
