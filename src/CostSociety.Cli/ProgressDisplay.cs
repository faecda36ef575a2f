using System.Diagnostics;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>Shows on standard error how a run goes: one live line on a terminal, else a plain line about every second.</summary>
internal sealed class ProgressDisplay(string label, TextWriter writer, bool isLive)
{
    private const int BarWidth = 24;
    private const int FewSteps = 50;
    private const int LiveMilliseconds = 80;
    private const int PlainMilliseconds = 1000;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _next;
    private long _firstStep = -1;

    /// <summary>A display that fits what standard error is.</summary>
    public static ProgressDisplay ForStandardError(string label) => new(label, Console.Error, Terminal.IsInteractive);

    /// <summary>Shows a step, if the last one shown is long enough ago.</summary>
    public void Show(RunProgress progress)
    {
        if (_firstStep < 0)
            _firstStep = progress.Step - 1;
        long now = _clock.ElapsedMilliseconds;
        if (now < _next)
            return;
        _next = now + (isLive ? LiveMilliseconds : PlainMilliseconds);
        if (isLive)
            writer.Write($"\r\u001b[K{Cut(Live(progress))}");
        else
            writer.WriteLine(Plain(progress));
    }

    /// <summary>Writes a whole line; the live one comes again below it.</summary>
    public void Say(string line)
    {
        End();
        writer.WriteLine($"{label}{line}");
        _next = 0;
    }

    /// <summary>Removes the live line.</summary>
    public void End()
    {
        if (isLive)
            writer.Write("\r\u001b[K");
    }

    private string Live(in RunProgress p)
    {
        int done = (int)(BarWidth * p.Step / Math.Max(1, p.Steps));
        string bar = new string('\u2501', done) + new string('\u2500', BarWidth - done);
        long run = p.Step - _firstStep;
        double rest = _clock.Elapsed.TotalSeconds / Math.Max(1, run) * (p.Steps - p.Step);
        return $"{label}{bar} {100 * p.Step / Math.Max(1, p.Steps),3} %  {Stage(p, "  ")}{Costs(p)}  {Terminal.Count(p.SamplesPerSecond)}/s{(run < FewSteps ? "" : $"  {rest:0} s left")}";
    }

    private string Plain(in RunProgress p) =>
        $"{label}step {p.Step}/{p.Steps}  {Stage(p, "  ")}{Costs(p)}  {Terminal.Count(p.SamplesPerSecond)} samples/s";

    private static string Stage(in RunProgress p, string after) => p.Stage.Length > 0 ? p.Stage + after : "";

    /// <summary>The cost of each area: the sum of its terms.</summary>
    private static string Costs(in RunProgress p)
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        for (int i = 0; i < p.Society.CostTerms.Count; i++)
        {
            string area = p.Society.CostTerms[i][..p.Society.CostTerms[i].IndexOf('.')];
            sums[area] = sums.GetValueOrDefault(area) + p.Society.CostValues[i];
        }
        return string.Join("  ", sums.Select(s => $"{s.Key} {Terminal.Number(s.Value)}"));
    }

    private static string Cut(string line)
    {
        int width = Console.WindowWidth is > 1 and int w ? w - 1 : 79;
        return line.Length <= width ? line : line[..width];
    }
}
