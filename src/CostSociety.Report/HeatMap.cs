using System.Globalization;
using System.Text;
using CostSociety.Runs;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>Influences as tables whose cells are coloured: how much a quantity changes while an area shows 0.</summary>
internal static class HeatMap
{
    /// <summary>Full colour means at least this share of the intact value, so that a column of nothings stays pale.</summary>
    private const double LeastShare = 0.1;

    private const int FullColour = 70;

    /// <summary>The section of several influences, each under its title.</summary>
    public static void AppendSection(StringBuilder html, IReadOnlyList<(string Title, Influence Influence)> influences)
    {
        if (influences.Count == 0)
            return;
        html.Append("<section aria-labelledby=\"influence\"><h2 id=\"influence\">Influence</h2>");
        html.Append("<p class=\"note\">How each value changes while an area is held at 0, without learning anew. ");
        html.Append("<span class=\"key high\">higher</span> <span class=\"key low\">lower</span>; each column has its own scale.</p>");
        foreach (var (title, influence) in influences)
            AppendTable(html, title, influence);
        html.Append("</section>\n");
    }

    private static void AppendTable(StringBuilder html, string title, Influence influence)
    {
        string caption = title.Length > 0 ? $"{title}, {influence.Part}" : influence.Part;
        html.Append($"<div class=\"scroll card heat\" tabindex=\"0\" role=\"group\" aria-label=\"Influence, {Escape(caption)}\"><table><caption>{Escape(caption)}</caption>");
        html.Append("<thead><tr><th scope=\"col\">area held at 0</th>");
        foreach (string quantity in influence.Quantities)
            html.Append($"<th scope=\"col\" class=\"n\">{Escape(quantity)}</th>");
        html.Append("</tr></thead><tbody><tr><th scope=\"row\">none</th>");
        foreach (double value in influence.Intact)
            html.Append($"<td class=\"n\">{Number(value)}</td>");
        html.Append("</tr>");
        for (int area = 0; area < influence.Areas.Count; area++)
            AppendRow(html, influence, area);
        html.Append("</tbody></table></div>");
    }

    private static void AppendRow(StringBuilder html, Influence influence, int area)
    {
        html.Append($"<tr><th scope=\"row\">{Escape(influence.Areas[area])}</th>");
        for (int quantity = 0; quantity < influence.Quantities.Count; quantity++)
        {
            double difference = influence.Difference(area, quantity);
            html.Append($"<td class=\"n\" style=\"{Colour(difference, Full(influence, quantity))}\" title=\"{Escape(Words(influence, area, quantity))}\">");
            html.Append($"{InfluenceTables.Signed(difference, Number)}</td>");
        }
        html.Append("</tr>");
    }

    private static double Full(Influence influence, int quantity) => Enumerable.Range(0, influence.Areas.Count)
        .Select(area => Math.Abs(influence.Difference(area, quantity))).Append(LeastShare * Math.Abs(influence.Intact[quantity])).Max();

    private static string Colour(double difference, double full)
    {
        double share = full > 0 && double.IsFinite(difference) ? Math.Abs(difference) / full : 0;
        string percent = (FullColour * share).ToString("0", CultureInfo.InvariantCulture);
        return $"background:color-mix(in srgb, var(--line{(difference > 0 ? 1 : 0)}) {percent}%, transparent)";
    }

    private static string Words(Influence influence, int area, int quantity) =>
        $"{influence.Quantities[quantity]} is {Number(influence.Lesioned[area][quantity])} with {influence.Areas[area]} at 0, {Number(influence.Intact[quantity])} intact ({InfluenceTables.Share(influence.Relative(area, quantity))})";
}
