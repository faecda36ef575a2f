using System.Globalization;
using CostSociety.Peers.Timing;

namespace CostSociety.Peers.Output;

/// <summary>How cases look on standard output: one table a case, and one of all beside their goals.</summary>
internal static class CaseTables
{
    private static readonly string[] _head = ["form", "p10 us", "median us", "samples/s", "", "ratio p10", "ratio median", "quiet blocks"];

    private static readonly string[] _summary =
        ["network", "batch", "us", "median", "eager / ours", "must, exc.", "", "best / ours", "must, exc.", "", "of machine", "must, exc.", "", "quiet"];

    private static double Tenth(Blocks blocks) => blocks.Tenth;

    private static double Median(Blocks blocks) => blocks.Median;

    /// <summary>Prints one case, a row a form. Ratios are their time over ours.</summary>
    public static void Print(CaseResult result)
    {
        Console.Out.WriteLine($"{result.Chain} (peak {TextTable.Number(result.Peak)} GFLOP/s)");
        bool bytes = result.Chain.Batch == 1;
        string[] head = [.. _head];
        head[4] = bytes ? "GB/s" : "% of peak";
        TextTable.Print(head, 1, [.. result.Forms.Select(f => Row(result, f, bytes))]);
    }

    /// <summary>Prints all cases of one update and number of threads, beside their goals.</summary>
    public static void PrintSummary(IReadOnlyList<CaseResult> results)
    {
        foreach (var group in results.GroupBy(r => (r.Chain.Update, r.Chain.Threads)))
        {
            string threads = group.Key.Threads == 1 ? "1 thread" : $"{group.Key.Threads} threads";
            Console.Out.WriteLine($"{group.Key.Update}, {threads}; ratios of p10 / of medians, marks by medians; quiet blocks of ours, eager, manual, jit");
            TextTable.Print(_summary, 1, [.. group.Select(Row)]);
        }
    }

    private static string[] Row(CaseResult result, FormTimes form, bool bytes)
    {
        var (blocks, ours) = (form.Blocks, result.Ours);
        return
        [
            form.Form, TextTable.Number(blocks.Tenth / 1000), TextTable.Number(blocks.Median / 1000),
            TextTable.Number(result.Chain.Batch / blocks.Tenth * 1e9),
            TextTable.Number(bytes ? result.Chain.Bytes / blocks.Tenth : result.Percent(blocks)),
            TextTable.Number(blocks.Tenth / ours.Tenth), TextTable.Number(blocks.Median / ours.Median), Quiet(blocks),
        ];
    }

    private static string[] Row(CaseResult result)
    {
        var (chain, goals) = (result.Chain, Goals.For(result.Chain));
        double speed = goals.Speed is { IsTime: true } ? result.Ours.Tenth / 1000 : chain.Batch == 1 ? result.Bandwidth : result.PercentOfPeak;
        string unit = goals.Speed is { IsTime: true } ? " us" : chain.Batch == 1 ? " GB/s" : " %";
        return
        [
            chain.Network, chain.Batch.ToString(CultureInfo.InvariantCulture),
            TextTable.Number(result.Ours.Tenth / 1000), TextTable.Number(result.Ours.Median / 1000),
            Ratios(result.OverEager), .. Cells(goals.OverEager, result.OverEager(Median), result.IsFirm(Peer.Eager)),
            Ratios(result.OverBest), .. Cells(goals.OverBest, result.OverBest(Median), result.IsFirm(Peer.Manual, Peer.Jit)),
            TextTable.Number(speed) + unit, .. Cells(goals.Speed, speed, result.IsFirm()),
            string.Join(' ', result.Forms.Where(f => f.Form != Peer.Tuned).Select(f => Quiet(f.Blocks))),
        ];
    }

    private static string Ratios(Func<Func<Blocks, double>, double> ratio) => $"{TextTable.Number(ratio(Tenth))} / {TextTable.Number(ratio(Median))}";

    /// <summary>The goal and the mark; a tilde for the mark where too few blocks were quiet to give one.</summary>
    private static string[] Cells(Goal? goal, double value, bool isFirm) => goal is null
        ? ["", ""]
        : [string.Create(CultureInfo.InvariantCulture, $"{goal.Must}, {goal.Excellent}"), isFirm ? goal.Mark(value) : "~"];

    /// <summary>How many blocks count; with a tilde where they are too few.</summary>
    private static string Quiet(Blocks blocks) => $"{(blocks.IsDoubtful ? "~" : "")}{blocks.Quiet.ToString(CultureInfo.InvariantCulture)}";
}
