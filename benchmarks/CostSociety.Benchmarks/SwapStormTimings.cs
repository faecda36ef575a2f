using System.Diagnostics;
using System.Globalization;
using CostSociety.Costs;
using CostSociety.Fabric;

namespace CostSociety.Benchmarks;

/// <summary>
/// The work between two steps, in microseconds, while costs of many kinds are exchanged in random order, some with state of their own, and some of
/// the exchanges taken back: references alone are exchanged (a flip), or state falls asleep and wakes (moved).
/// </summary>
internal sealed class SwapStormTimings(Society society, Action step)
{
    private const string Costs = "circuits/digits/sparse-then-read.costs.json";
    private const int Swaps = 8000;
    private const int Untimed = 2000;
    private const ulong Seed = 1;

    private readonly List<double> _flips = [];
    private readonly List<double> _moves = [];
    private readonly List<double> _reverts = [];

    public void Print()
    {
        CostFile[] files = [.. Enumerable.Range(0, 36).Select(File)];
        for (int i = 0; i < Swaps; i++)
        {
            bool isTimed = i >= Untimed;
            if (society.ReplacedCosts is not null && Word(i, 0) % 5 == 0)
                Note(_reverts, isTimed, society.Revert);
            else
                Exchange(files[Word(i, 1) % files.Length], isTimed);
            step();
        }
        Report("flips", _flips);
        Report("moved", _moves);
        Report("reverts", _reverts);
    }

    /// <summary>Another number, another text, or state of one to five steps that areas remember.</summary>
    private static CostFile File(int i) => CostFile.Load(Costs, (i % 3) switch
    {
        0 => [Number("parameters.sparsity={0}", i)],
        1 => [Number("costs.v1.minimize.sparse={0} * sparsity * mean(abs(v1))", i)],
        _ => [Number("costs.v1.minimize.slow={0} * mean(square(v1 - previous(v1, ", i) + $"{1 + i % 5})))"],
    });

    private void Exchange(CostFile costs, bool isTimed)
    {
        using var prepared = society.Prepare(costs);
        Note(prepared.CopiesState ? _moves : _flips, isTimed, () => society.Commit(prepared));
    }

    private static void Note(List<double> times, bool isTimed, Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        double micros = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        if (isTimed)
            times.Add(micros);
    }

    private static void Report(string name, List<double> times)
    {
        double[] sorted = [.. times.Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"storm, {name,-11} p50 {sorted[sorted.Length / 2],6:F1} p99 {sorted[(int)(0.99 * sorted.Length)],6:F1} most {sorted[^1],7:F1}   {sorted.Length} of them"));
    }

    private static uint Word(int index, uint counter) => CounterRandom.Word(Seed, (uint)index, 0, counter);

    private static string Number(string text, int i) => string.Format(CultureInfo.InvariantCulture, text, 0.01 + i * 1e-4);
}
