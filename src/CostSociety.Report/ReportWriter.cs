using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>Writes a report as one HTML page that needs no network and no other file.</summary>
public static class ReportWriter
{
    // The page may load nothing: everything it shows is in it.
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

    /// <summary>The page.</summary>
    public static string Write(ReportData data)
    {
        var html = new StringBuilder();
        AppendHead(html, data);
        AppendHeader(html, data);
        Sections.AppendSummary(html, data);
        AppendCharts(html, data, isCost: true, "costs", "Costs", "What each area minimizes, term by term. Shaded bands are stages of development, dashed lines exchanges of costs.");
        AppendCharts(html, data, isCost: false, "measures", "Measures", "Taken on the training part and on the part held out.");
        Timeline.Append(html, data.Stages, data.Exchanges);
        Sections.AppendExchanges(html, data);
        AppendFloorplan(html, data.Floorplan);
        FieldPictures.Append(html, data.Fields);
        Sections.AppendTexts(html, data);
        AppendScripts(html, data);
        return html.Append("</main></body></html>\n").ToString();
    }

    private static void AppendHead(StringBuilder html, ReportData data)
    {
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">");
        html.Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">");
        html.Append($"<title>{Escape(data.Name)} · CostSociety</title>");
        html.Append($"<style>\n{Assets.UPlotStyle}\n{Assets.Style}</style></head><body><main>\n");
    }

    private static void AppendHeader(StringBuilder html, ReportData data)
    {
        html.Append($"<header><p class=\"kicker\">Report of a run</p><h1>{Escape(data.Name)}</h1>");
        if (data.Why.Length > 0)
            html.Append($"<p class=\"why\">{Escape(data.Why)}</p>");
        html.Append("<dl class=\"facts\">");
        foreach (var fact in data.Facts)
            html.Append($"<div><dt>{Escape(fact.Label)}</dt><dd>{Escape(fact.Value)}</dd></div>");
        html.Append("</dl></header>\n");
    }

    private static void AppendCharts(StringBuilder html, ReportData data, bool isCost, string id, string title, string note)
    {
        var charts = ChartData.Charts(data);
        if (!charts.Any(chart => chart.IsCost == isCost))
            return;
        html.Append($"<section aria-labelledby=\"{id}\"><div class=\"bar\"><h2 id=\"{id}\">{title}</h2>");
        html.Append($"<label class=\"toggle\"><input type=\"checkbox\" data-log=\"{(isCost ? "cost" : "measure")}\"> log scale</label></div>");
        html.Append($"<p class=\"note\">{note} Drag to zoom, double-click to return.</p><div class=\"charts\">");
        for (int i = 0; i < charts.Count; i++)
            if (charts[i].IsCost == isCost)
                html.Append($"<figure class=\"card chart\"><figcaption>{Escape(charts[i].Title)}</figcaption><div role=\"img\" aria-label=\"{Escape(ChartLabel(charts[i]))}\" data-chart=\"{i}\"></div></figure>");
        html.Append("</div><noscript><p class=\"note\">The curves need scripts; the tables above do not.</p></noscript></section>\n");
    }

    private static string ChartLabel(Chart chart)
    {
        var ends = chart.Lines.Where(line => line.Series.Values.Count > 0)
            .Select(line => $"{line.Label} from {Number(line.Series.Values[0])} to {Number(line.Series.Values[^1])}");
        return $"{chart.Title} over steps: {string.Join("; ", ends)}";
    }

    private static void AppendFloorplan(StringBuilder html, Floorplan? plan)
    {
        if (plan is null || plan.Areas.Count == 0)
            return;
        html.Append("<section aria-labelledby=\"floorplan\"><h2 id=\"floorplan\">Floorplan</h2>");
        html.Append($"<p class=\"note\">{plan.Areas.Count} areas on {FloorplanBuilder.Count(plan.Tiles)} tiles of {FloorplanArea.UnitsPerTile} units, ");
        html.Append($"{FloorplanBuilder.Count(plan.Weights)} weights. <span class=\"key fwd\">forward</span> <span class=\"key back\">feedback, apical or delayed</span>");
        html.Append(plan.Stages.Count > 0 ? $" <span class=\"key pips\">one dot a stage, filled when plastic</span></p>" : "</p>");
        html.Append($"<div class=\"scroll card\" tabindex=\"0\" role=\"group\" aria-label=\"Floorplan, scrolls\">{FloorplanSvg.Render(plan)}</div></section>\n");
    }

    private static void AppendScripts(StringBuilder html, ReportData data)
    {
        html.Append($"<footer>Made by CostSociety. Curves are drawn by uPlot 1.6.32. <details><summary>Licence of uPlot</summary><pre>{Escape(Assets.UPlotLicence)}</pre></details></footer>");
        html.Append($"<script type=\"application/json\" id=\"data\">{ChartData.Json(data)}</script>");
        html.Append($"<script>{Assets.UPlotScript}</script>\n<script>{Assets.Script}</script>");
    }
}
