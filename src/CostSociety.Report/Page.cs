using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>What stands at the top of a page.</summary>
/// <param name="Kicker">What kind of page it is.</param>
/// <param name="Name">Its title.</param>
/// <param name="Why">What it is about, or empty.</param>
/// <param name="Facts">Labelled values.</param>
internal sealed record PageHeader(string Kicker, string Name, string Why, IReadOnlyList<Fact> Facts);

/// <summary>The frame of every page: one HTML file that needs no network and no other file.</summary>
internal static class Page
{
    private const int WideFact = 40;

    // The page may load nothing: everything it shows is in it.
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

    /// <summary>A page.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="body">Appends the sections.</param>
    /// <param name="charts">Charts that the sections refer to by number.</param>
    /// <param name="stages">Stages behind the curves.</param>
    /// <param name="exchanges">Exchanges of costs, marked in the curves.</param>
    public static string Write(PageHeader header, Action<StringBuilder> body, IReadOnlyList<Chart> charts, IReadOnlyList<StageSpan> stages, IReadOnlyList<CostExchange> exchanges)
    {
        var html = new StringBuilder();
        AppendHead(html, header.Name);
        AppendHeader(html, header);
        body(html);
        AppendScripts(html, ChartData.Json(charts, stages, exchanges));
        return html.Append("</main></body></html>\n").ToString();
    }

    private static void AppendHead(StringBuilder html, string name)
    {
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">");
        html.Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">");
        html.Append($"<title>{Escape(name)} · CostSociety</title>");
        html.Append($"<style>\n{Assets.UPlotStyle}\n{Assets.Style}</style></head><body><main>\n");
    }

    private static void AppendHeader(StringBuilder html, PageHeader header)
    {
        html.Append($"<header><p class=\"kicker\">{Escape(header.Kicker)}</p><h1>{Escape(header.Name)}</h1>");
        if (header.Why.Length > 0)
            html.Append($"<p class=\"why\">{Escape(header.Why)}</p>");
        html.Append("<dl class=\"facts\">");
        foreach (var fact in header.Facts)
            html.Append($"<div{(fact.Value.Length > WideFact ? " class=\"wide\"" : "")}><dt>{Escape(fact.Label)}</dt><dd>{Escape(fact.Value)}</dd></div>");
        html.Append("</dl></header>\n");
    }

    private static void AppendScripts(StringBuilder html, string data)
    {
        html.Append($"<footer>Made by CostSociety. Curves are drawn by uPlot 1.6.32. <details><summary>Licence of uPlot</summary><pre>{Escape(Assets.UPlotLicence)}</pre></details></footer>");
        html.Append($"<script type=\"application/json\" id=\"data\">{data}</script>");
        html.Append($"<script>{Assets.UPlotScript}</script>\n<script>{Assets.Script}</script>");
    }
}
