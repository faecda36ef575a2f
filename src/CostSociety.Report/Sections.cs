using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>Tables and texts of the page.</summary>
internal static class Sections
{
    public static void AppendSummary(StringBuilder html, ReportData data)
    {
        AppendTables(html, "summary", "Summary",
        [
            new TextTable("Measures at the end", ["measure", "train", "held out"], 1, [.. data.Measures.Where(m => !Track.Is(m.Name)).Select(Cells)]),
            new TextTable("Costs, first and last", ["area", "term", "first", "last", "change"], 2, [.. data.Summary.Select(Cells)]),
            new TextTable("Alarms", ["monitor", "what", "after step"], 2, [.. data.Alarms.Select(Cells)]),
            new TextTable("Controls", ["control", "measure", "control", "society", "difference"], 2, [.. data.Controls.Select(Cells)]),
            new TextTable("Modulators and monitors at the end", ["name", "train", "held out"], 1, [.. data.Measures.Where(m => Track.Is(m.Name)).Select(Cells)]),
        ]);
    }

    /// <summary>A section of tables; those without rows are left out.</summary>
    public static void AppendTables(StringBuilder html, string id, string title, IReadOnlyList<TextTable> tables)
    {
        if (tables.All(table => table.Rows.Count == 0))
            return;
        html.Append($"<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{Escape(title)}</h2><div class=\"tables\">");
        foreach (var table in tables.Where(table => table.Rows.Count > 0))
            AppendTable(html, table);
        html.Append("</div></section>\n");
    }

    /// <summary>Costs that were exchanged, taken back or refused.</summary>
    public static void AppendExchanges(StringBuilder html, IReadOnlyList<CostExchange> exchanges)
    {
        if (exchanges.Count == 0)
            return;
        html.Append("<section aria-labelledby=\"exchanges\"><h2 id=\"exchanges\">Costs exchanged</h2>");
        html.Append("<p class=\"note\">Between two steps, with all state kept; what was refused changed nothing. The texts stand under Files.</p><div class=\"card timeline\"><ul class=\"ends\">");
        foreach (var exchange in exchanges)
            html.Append($"<li>after step {exchange.Step}: {Escape(exchange.Kind)} <b>{Escape(exchange.Name)}</b> {Escape(exchange.Text)}</li>");
        html.Append("</ul></div></section>\n");
    }

    public static void AppendTexts(StringBuilder html, IReadOnlyList<ReportText> texts)
    {
        if (texts.Count == 0)
            return;
        html.Append("<section aria-labelledby=\"texts\"><h2 id=\"texts\">Files</h2>");
        foreach (var text in texts)
            html.Append($"<details class=\"card\"><summary>{Escape(text.Title)}</summary><pre tabindex=\"0\">{Escape(text.Text)}</pre></details>");
        html.Append("</section>\n");
    }

    private static string[] Cells(MeasureRow row) => [row.Name, Number(row.Train), Number(row.Test)];

    private static string[] Cells(SummaryRow row) => [row.Area, row.Term, Number(row.First), Number(row.Last), Change(row.First, row.Last)];

    private static string[] Cells(AlarmRow row) => [row.Monitor, row.Text, $"{row.Step}"];

    private static string[] Cells(ControlRow row) =>
        [row.Name, row.Measure, Number(row.Control), Number(row.Society), Signed(row.Society - row.Control)];

    private static string Change(double first, double last)
    {
        double ratio = first == 0 ? double.NaN : last / first;
        return ratio > 0 && double.IsFinite(ratio) ? "×\u2009" + Number(ratio) : "–";
    }

    private static string Signed(double value) => (value > 0 ? "+" : "") + Number(value).Replace('-', '\u2212');

    private static void AppendTable(StringBuilder html, TextTable table)
    {
        html.Append($"<div class=\"scroll card\" tabindex=\"0\" role=\"group\" aria-label=\"{Escape(table.Title)}\"><table><caption>{Escape(table.Title)}</caption><thead><tr>");
        for (int i = 0; i < table.Head.Count; i++)
            html.Append($"<th scope=\"col\"{(i < table.Texts ? "" : " class=\"n\"")}>{Escape(table.Head[i])}</th>");
        html.Append("</tr></thead><tbody>");
        foreach (string[] row in table.Rows)
            AppendRow(html, row, table.Texts);
        html.Append("</tbody></table></div>");
    }

    private static void AppendRow(StringBuilder html, string[] row, int texts)
    {
        html.Append("<tr>");
        for (int i = 0; i < row.Length; i++)
            html.Append(i < texts ? $"<td>{Escape(row[i])}</td>" : $"<td class=\"n\">{Escape(row[i])}</td>");
        html.Append("</tr>");
    }
}
