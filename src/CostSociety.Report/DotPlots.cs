using System.Globalization;
using System.Text;
using CostSociety.Runs;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>One value of each run as a dot, variants below each other, with mean and 95 % interval.</summary>
internal static class DotPlots
{
    private const int Colours = 6;
    private const int RowHeight = 28;

    /// <summary>The section of all quantities and criteria.</summary>
    public static void Append(StringBuilder html, ComparisonData data)
    {
        var result = data.Result;
        html.Append("<section aria-labelledby=\"seeds\"><h2 id=\"seeds\">Every seed</h2><p class=\"note\">A dot is a run; the line is the mean, ");
        html.Append("the bar its 95 % interval.</p><div class=\"charts\">");
        foreach (string quantity in data.Quantities)
            AppendPlot(html, quantity, result.IsHeldOut ? "held out" : "last epoch", Rows(result, quantity, v => result.Values(v, quantity)));
        for (int i = 0; i < result.Criteria.Count; i++)
            AppendPlot(html, result.Criteria[i].ToString(), "samples until reached", Rows(result, result.Criteria[i].Quantity, v => result.Samples(v, i)));
        html.Append("</div></section>\n");
    }

    private static DotRow[] Rows(ExperimentResult result, string quantity, Func<int, double[]> values) =>
    [
        .. Enumerable.Range(0, result.Variants.Count).Where(v => result.Has(v, quantity))
            .Select(v => new DotRow(result.Variants[v].Name, v % Colours, [.. result.Runs[v].Select(run => run.Seed)], values(v))),
    ];

    private static void AppendPlot(StringBuilder html, string title, string part, DotRow[] rows)
    {
        double[] shown = [.. rows.SelectMany(row => row.Shown)];
        if (shown.Length == 0)
            return;
        var scale = Scale.Of(shown);
        html.Append($"<figure class=\"card dots\"><figcaption>{Escape(title)} <span class=\"soft\">{part}</span></figcaption>");
        foreach (var row in rows)
            AppendRow(html, row, scale);
        html.Append("<div class=\"row\"><span class=\"label\"></span><svg role=\"presentation\" width=\"100%\" height=\"18\">");
        foreach (double tick in scale.Ticks)
            html.Append($"<text x=\"{At(scale.Percent(tick))}%\" y=\"13\">{Number(tick)}</text>");
        html.Append("</svg></div></figure>");
    }

    private static void AppendRow(StringBuilder html, DotRow row, Scale scale)
    {
        string failed = row.Statistics.Failed > 0 ? $" ({row.Statistics.Failed} missing)" : "";
        html.Append($"<div class=\"row\"><span class=\"label\" title=\"{Escape(row.Name)}\">{Escape(row.Name + failed)}</span>");
        html.Append($"<svg role=\"img\" width=\"100%\" height=\"{RowHeight}\"><title>{Escape(Summary(row))}</title>");
        foreach (double tick in scale.Ticks)
            html.Append(Line("grid", scale.Percent(tick), scale.Percent(tick), 0, RowHeight));
        AppendStatistics(html, row, scale);
        for (int i = 0; i < row.Values.Count; i++)
            if (double.IsFinite(row.Values[i]))
                html.Append($"<circle class=\"dot{row.Colour}\" cx=\"{At(scale.Percent(row.Values[i]))}%\" cy=\"{RowHeight / 2}\" r=\"4.5\"><title>seed {row.Seeds[i]}: {Number(row.Values[i])}</title></circle>");
        html.Append("</svg></div>");
    }

    private static void AppendStatistics(StringBuilder html, DotRow row, Scale scale)
    {
        var s = row.Statistics;
        if (double.IsFinite(s.Low))
            html.Append(Line($"interval dot{row.Colour}", Math.Max(0, scale.Percent(s.Low)), Math.Min(100, scale.Percent(s.High)), RowHeight / 2, RowHeight / 2));
        if (double.IsFinite(s.Mean))
            html.Append(Line($"mean dot{row.Colour}", scale.Percent(s.Mean), scale.Percent(s.Mean), 3, RowHeight - 3));
    }

    private static string Summary(DotRow row) => row.Shown.Count == 0 ? $"{row.Name}: no value"
        : $"{row.Name}: mean {Number(row.Statistics.Mean)}, {row.Shown.Count} runs from {Number(row.Shown.Min())} to {Number(row.Shown.Max())}";

    private static string Line(string kind, double x1, double x2, int y1, int y2) =>
        $"<line class=\"{kind}\" x1=\"{At(x1)}%\" x2=\"{At(x2)}%\" y1=\"{y1}\" y2=\"{y2}\"/>";

    /// <summary>The runs of one variant.</summary>
    private sealed record DotRow(string Name, int Colour, IReadOnlyList<ulong> Seeds, IReadOnlyList<double> Values)
    {
        public Statistics Statistics { get; } = Statistics.Of(Values);

        public IReadOnlyList<double> Shown { get; } = [.. Values.Where(double.IsFinite)];
    }
}

/// <summary>Values along an axis in percent of its length, with a margin so that no dot stands on an edge.</summary>
/// <param name="Low">Value at 0 %.</param>
/// <param name="High">Value at 100 %.</param>
internal sealed record Scale(double Low, double High)
{
    private const double Margin = 0.06;
    private const int MostTicks = 5;

    /// <summary>Round values along the axis.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            double step = Step((High - Low) / MostTicks);
            for (double tick = Math.Ceiling(Low / step); tick * step <= High; tick++)
                yield return Rounded(tick * step);
        }
    }

    /// <summary>The axis of at least one value.</summary>
    public static Scale Of(IReadOnlyList<double> values)
    {
        double low = values.Min(), high = values.Max();
        double margin = high > low ? Margin * (high - low) : Math.Max(Math.Abs(high), 1) * Margin;
        return new Scale(low - margin, high + margin);
    }

    /// <summary>Where a value stands.</summary>
    public double Percent(double value) => 100 * (value - Low) / (High - Low);

    /// <summary>Without the last bits, and 0 without a sign.</summary>
    private static double Rounded(double value) => double.Parse(value.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + 0.0;

    /// <summary>1, 2 or 5 times a power of ten, not below a size.</summary>
    private static double Step(double size)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(size)));
        return new[] { 1, 2, 5, 10 }.Select(times => times * power).First(step => step >= size * (1 - 1e-9));
    }
}
