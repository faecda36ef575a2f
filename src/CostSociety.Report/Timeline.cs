using System.Globalization;
using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>
/// Stages of development over steps: one row for the stages, one for each thing that was plastic. Each track is an
/// SVG in percent, so that text keeps its size at any width.
/// </summary>
internal static class Timeline
{
    private const double NarrowestLabel = 9;
    private const int Colours = 6;

    /// <summary>The section of several developments, each under its title.</summary>
    public static void AppendSection(StringBuilder html, IReadOnlyList<(string Title, IReadOnlyList<StageSpan> Stages)> developments)
    {
        html.Append("<section aria-labelledby=\"development\"><h2 id=\"development\">Development</h2>");
        html.Append("<p class=\"note\">Which parts learned, and when; lines mark where a stage ends.</p>");
        foreach (var (title, stages) in developments)
            AppendCard(html, title, stages);
        html.Append("</section>\n");
    }

    private static void AppendCard(StringBuilder html, string title, IReadOnlyList<StageSpan> stages)
    {
        html.Append("<div class=\"card timeline\">");
        if (title.Length > 0)
            html.Append($"<h3>{Escape(title)}</h3>");
        AppendRow(html, "stage", Bars(stages, stage => true, (stage, i) => $"stage{i % Colours}", named: true), stages, tall: true);
        foreach (string name in stages.SelectMany(stage => stage.Plastic ?? []).Distinct(StringComparer.Ordinal))
            AppendRow(html, name, Bars(stages, s => s.Plastic?.Contains(name) ?? true, (_, _) => "plastic", named: false), stages, tall: false);
        if (stages.Any(stage => stage.Plastic is null))
            AppendRow(html, "everything else", Bars(stages, s => s.Plastic is null, (_, _) => "plastic", named: false), stages, tall: false);
        AppendAxis(html, stages);
        AppendEnds(html, stages);
        html.Append("</div>");
    }

    private static string Bars(IReadOnlyList<StageSpan> stages, Func<StageSpan, bool> shown, Func<StageSpan, int, string> kind, bool named)
    {
        var bars = new StringBuilder();
        for (int i = 0; i < stages.Count; i++)
            if (shown(stages[i]))
                AppendBar(bars, stages, stages[i], kind(stages[i], i), named);
        return bars.ToString();
    }

    private static void AppendBar(StringBuilder bars, IReadOnlyList<StageSpan> stages, StageSpan stage, string kind, bool named)
    {
        double x = Percent(stages, stage.FirstStep), width = Percent(stages, stage.LastStep + 1) - x;
        string plastic = stage.Plastic is null ? "everything" : stage.Plastic.Count == 0 ? "nothing" : string.Join(", ", stage.Plastic);
        bars.Append($"<rect class=\"{kind}\" x=\"{At(x)}%\" width=\"{At(width)}%\" height=\"100%\"><title>{Escape(stage.Name)}: steps {stage.FirstStep} to {stage.LastStep}; plastic: {Escape(plastic)}</title></rect>");
        if (named && width >= NarrowestLabel)
            bars.Append($"<text x=\"{At(x + width / 2)}%\" y=\"50%\">{Escape(Shortened(stage.Name, Math.Max(3, (int)(width / 2.6))))}</text>");
    }

    private static void AppendRow(StringBuilder html, string label, string bars, IReadOnlyList<StageSpan> stages, bool tall)
    {
        html.Append($"<div class=\"row{(tall ? " tall" : "")}\"><span class=\"label\">{Escape(label)}</span><svg role=\"img\" width=\"100%\" height=\"{(tall ? 26 : 12)}\">");
        html.Append($"<title>{Escape(label)}: {Escape(RowText(stages))}</title>{bars}");
        foreach (var stage in stages.Skip(1))
            html.Append($"<line class=\"mark\" x1=\"{At(Percent(stages, stage.FirstStep))}%\" x2=\"{At(Percent(stages, stage.FirstStep))}%\" y1=\"0\" y2=\"100%\"/>");
        html.Append("</svg></div>");
    }

    private static string RowText(IReadOnlyList<StageSpan> stages) =>
        string.Join(", ", stages.Select(stage => $"{stage.Name} from step {stage.FirstStep}"));

    private static void AppendAxis(StringBuilder html, IReadOnlyList<StageSpan> stages)
    {
        html.Append("<div class=\"row axis\"><span class=\"label\">step</span><svg role=\"presentation\" width=\"100%\" height=\"18\">");
        double last = double.NegativeInfinity;
        foreach (long step in stages.Select(stage => stage.FirstStep))
        {
            double x = Percent(stages, step);
            if (x - last >= NarrowestLabel && x <= 100 - NarrowestLabel)
            {
                html.Append($"<text x=\"{At(x)}%\" y=\"13\"{(x == 0 ? "" : " text-anchor=\"middle\"")}>{Text(step)}</text>");
                last = x;
            }
        }
        html.Append($"<text x=\"100%\" y=\"13\" text-anchor=\"end\">{Text(stages[^1].LastStep)}</text></svg></div>");
    }

    private static void AppendEnds(StringBuilder html, IReadOnlyList<StageSpan> stages)
    {
        html.Append("<ul class=\"ends\">");
        for (int i = 0; i < stages.Count; i++)
        {
            var stage = stages[i];
            html.Append($"<li><i class=\"stage{i % Colours}\"></i><b>{Escape(stage.Name)}</b> steps {Text(stage.FirstStep)} to {Text(stage.LastStep)}");
            html.Append(stage.EndedBy.Length > 0 ? $", ended by <code>{Escape(stage.EndedBy)}</code></li>" : "</li>");
        }
        html.Append("</ul>");
    }

    private static string Text(long step) => step.ToString(CultureInfo.InvariantCulture);

    private static double Percent(IReadOnlyList<StageSpan> stages, long step)
    {
        long first = stages[0].FirstStep, length = Math.Max(1, stages[^1].LastStep + 1 - first);
        return 100.0 * (step - first) / length;
    }
}
