using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>Tables and texts of the page.</summary>
internal static class Sections
{
    public static void AppendSummary(StringBuilder html, ReportData data)
    {
        if (data.Summary.Count + data.Measures.Count + data.Alarms.Count + data.Controls.Count == 0)
            return;
        html.Append("<section aria-labelledby=\"summary\"><h2 id=\"summary\">Summary</h2><div class=\"tables\">");
        AppendTable(html, "Measures at the end", 1, ["measure", "train", "held out"], data.Measures.Select(Cells));
        AppendTable(html, "Costs, first and last", 2, ["area", "term", "first", "last", "change"], data.Summary.Select(Cells));
        AppendTable(html, "Alarms", 2, ["monitor", "what", "after step"], data.Alarms.Select(Cells));
        AppendTable(html, "Controls", 2, ["control", "measure", "control", "society", "difference"], data.Controls.Select(Cells));
        html.Append("</div></section>\n");
    }

    public static void AppendTexts(StringBuilder html, ReportData data)
    {
        if (data.Texts.Count == 0)
            return;
        html.Append("<section aria-labelledby=\"texts\"><h2 id=\"texts\">Files</h2>");
        foreach (var text in data.Texts)
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

    private static void AppendTable(StringBuilder html, string title, int texts, string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length == 0)
            return;
        html.Append($"<div class=\"scroll card\" tabindex=\"0\" role=\"group\" aria-label=\"{Escape(title)}\"><table><caption>{Escape(title)}</caption><thead><tr>");
        for (int i = 0; i < head.Length; i++)
            html.Append($"<th scope=\"col\"{(i < texts ? "" : " class=\"n\"")}>{Escape(head[i])}</th>");
        html.Append("</tr></thead><tbody>");
        foreach (string[] row in all)
            AppendRow(html, row, texts);
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
