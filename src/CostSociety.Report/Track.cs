using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>A modulator or a monitor over steps, drawn small under the stages.</summary>
/// <param name="Name">Its name as a measure.</param>
/// <param name="Steps">Steps, ascending; at least one.</param>
/// <param name="Values">One for each step.</param>
internal sealed record Track(string Name, IReadOnlyList<double> Steps, IReadOnlyList<double> Values)
{
    private const int MostBins = 400;
    private const double Height = 100;

    /// <summary>Limits of a monitor, or null.</summary>
    public MonitorLimits? Limits { get; init; }

    /// <summary>A track with its limits among those of all monitors.</summary>
    public static Track Of(string name, IReadOnlyList<double> steps, IReadOnlyList<double> values, IReadOnlyList<MonitorLimits> limits) =>
        new(name, steps, values) { Limits = limits.FirstOrDefault(m => MonitorLimits.Prefix + m.Name == name) };

    private IEnumerable<double> Shown => Values.Where(double.IsFinite).Concat(Ends(Limits));

    private double Low => Shown.DefaultIfEmpty(0).Min();

    private double High => Shown.DefaultIfEmpty(0).Max();

    /// <summary>Whether a measure belongs under the stages and not among the results.</summary>
    public static bool Is(string measure) =>
        measure.StartsWith("modulator.", StringComparison.Ordinal) || measure.StartsWith(MonitorLimits.Prefix, StringComparison.Ordinal);

    /// <summary>Its values from lowest to highest, as a label.</summary>
    public string Range => Low == High ? Number(Low) : $"{Number(Low)} to {Number(High)}";

    /// <summary>The curve and its limits in a view of its own, which stretches with the row.</summary>
    public string Curve(Development life)
    {
        var svg = new StringBuilder($"<svg viewBox=\"0 0 100 {Height}\" preserveAspectRatio=\"none\" width=\"100%\" height=\"100%\">");
        foreach (double limit in Ends(Limits))
            svg.Append($"<line class=\"limit\" x1=\"0\" x2=\"100\" y1=\"{At(Y(limit))}\" y2=\"{At(Y(limit))}\"/>");
        svg.Append("<polyline points=\"");
        foreach (int i in Points())
            svg.Append($"{At(life.Percent(Steps[i]))},{At(Y(Values[i]))} ");
        return svg.Append("\"/></svg>").ToString();
    }

    /// <summary>Of each bin of points its lowest and highest, so that no short window is lost.</summary>
    private IEnumerable<int> Points()
    {
        int size = (Steps.Count + MostBins - 1) / MostBins;
        return Enumerable.Range(0, Steps.Count).Where(i => double.IsFinite(Values[i])).Chunk(size)
            .SelectMany(bin => size == 1 ? bin : [.. new[] { bin.MinBy(i => Values[i]), bin.MaxBy(i => Values[i]) }.Order()]);
    }

    private double Y(double value) => High > Low ? 8 + (Height - 16) * (High - value) / (High - Low) : Height / 2;

    private static IEnumerable<double> Ends(MonitorLimits? limits) =>
        new[] { limits?.Floor, limits?.Ceiling }.OfType<double>();
}
