using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>The sections of curves; a script draws them where they stand.</summary>
internal static class ChartSections
{
    /// <summary>The section of all charts of costs, or of measures.</summary>
    /// <param name="html">Where it goes.</param>
    /// <param name="charts">All charts of the page.</param>
    /// <param name="isCost">Which of them.</param>
    /// <param name="note">What the curves are.</param>
    public static void Append(StringBuilder html, IReadOnlyList<Chart> charts, bool isCost, string note)
    {
        if (!charts.Any(chart => chart.IsCost == isCost))
            return;
        var (id, title) = isCost ? ("costs", "Costs") : ("measures", "Measures");
        html.Append($"<section aria-labelledby=\"{id}\"><div class=\"bar\"><h2 id=\"{id}\">{title}</h2>");
        html.Append($"<label class=\"toggle\"><input type=\"checkbox\" data-log=\"{(isCost ? "cost" : "measure")}\"> log scale</label></div>");
        html.Append($"<p class=\"note\">{note} Drag to zoom, double-click to return.</p><div class=\"charts\">");
        for (int i = 0; i < charts.Count; i++)
            if (charts[i].IsCost == isCost)
                AppendChart(html, charts[i], i);
        html.Append("</div><noscript><p class=\"note\">The curves need scripts; the tables above do not.</p></noscript></section>\n");
    }

    private static void AppendChart(StringBuilder html, Chart chart, int number)
    {
        string part = chart.Part.Length > 0 ? $" <span class=\"soft\">{Escape(chart.Part)}</span>" : "";
        html.Append($"<figure class=\"card chart\"><figcaption>{Escape(chart.Title)}{part}</figcaption>");
        html.Append($"<div role=\"img\" aria-label=\"{Escape(Label(chart))}\" data-chart=\"{number}\"></div></figure>");
    }

    private static string Label(Chart chart)
    {
        var ends = chart.Lines.Where(line => line.Values.Count > 0)
            .Select(line => $"{line.Label} from {Number(line.Values[0])} to {Number(line.Values[^1])}");
        return $"{chart.Title} over steps: {string.Join("; ", ends)}";
    }
}
