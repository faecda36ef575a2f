using System.Globalization;
using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>
/// Development over steps: one row for the stages, one for each thing that was plastic, one for each modulator and monitor. Each
/// row is an SVG in percent, so that text keeps its size at any width.
/// </summary>
internal static class Timeline
{
    private const double NarrowestLabel = 9;
    private const int Colours = 6;
    private const int StageHeight = 26;
    private const int TrackHeight = 34;

    /// <summary>The section of several developments, each under its title; nothing when all are empty.</summary>
    public static void AppendSection(StringBuilder html, IReadOnlyList<Development> developments)
    {
        var lives = developments.Where(life => !life.IsEmpty).ToList();
        if (lives.Count == 0)
            return;
        html.Append("<section aria-labelledby=\"development\"><h2 id=\"development\">Development</h2>");
        html.Append("<p class=\"note\">");
        if (lives.Any(life => life.Stages.Count > 0))
            html.Append("Which parts learned, and when; lines mark where a stage ends. ");
        if (lives.Any(life => life.Tracks.Count > 0))
            html.Append("Curves are modulators and monitors as they were while learning, from their lowest value to their highest; dashes are limits.");
        html.Append("</p>");
        foreach (var life in lives)
            AppendCard(html, life);
        html.Append("</section>\n");
    }

    private static void AppendCard(StringBuilder html, Development life)
    {
        html.Append("<div class=\"card timeline\">");
        if (life.Title.Length > 0)
            html.Append($"<h3>{Escape(life.Title)}</h3>");
        if (life.Stages.Count > 0)
            AppendStages(html, life);
        foreach (var track in life.Tracks)
            AppendRow(html, $"{Escape(track.Name)} <small>{Escape(track.Range)}</small>", $"{track.Name}, {track.Range}", track.Curve(life), life, TrackHeight);
        AppendAxis(html, life);
        AppendEnds(html, life.Stages);
        html.Append("</div>");
    }

    private static void AppendStages(StringBuilder html, Development life)
    {
        AppendRow(html, "stage", Bars(life, stage => true, (stage, i) => $"stage{i % Colours}", named: true) + Marks(life), life, StageHeight);
        foreach (string name in life.Stages.SelectMany(stage => stage.Plastic ?? []).Distinct(StringComparer.Ordinal))
            AppendRow(html, name, Bars(life, s => s.Plastic?.Contains(name) ?? true, (_, _) => "plastic", named: false), life, 12);
        if (life.Stages.Any(stage => stage.Plastic is null))
            AppendRow(html, "everything else", Bars(life, s => s.Plastic is null, (_, _) => "plastic", named: false), life, 12);
    }

    /// <summary>Lines where costs were exchanged.</summary>
    private static string Marks(Development life)
    {
        var marks = new StringBuilder();
        foreach (var exchange in life.Exchanges.Where(e => e.Kind != "refused"))
        {
            string x = At(Math.Clamp(life.Percent(exchange.Step), 0, 100));
            marks.Append($"<line class=\"exchange\" x1=\"{x}%\" x2=\"{x}%\" y1=\"0\" y2=\"100%\"><title>{Escape(exchange.Kind)} {Escape(exchange.Name)} after step {exchange.Step}</title></line>");
        }
        return marks.ToString();
    }

    private static string Bars(Development life, Func<StageSpan, bool> shown, Func<StageSpan, int, string> kind, bool named)
    {
        var bars = new StringBuilder();
        for (int i = 0; i < life.Stages.Count; i++)
            if (shown(life.Stages[i]))
                AppendBar(bars, life, life.Stages[i], kind(life.Stages[i], i), named);
        return bars.ToString();
    }

    private static void AppendBar(StringBuilder bars, Development life, StageSpan stage, string kind, bool named)
    {
        double x = life.Percent(stage.FirstStep), width = life.Percent(stage.LastStep + 1) - x;
        string plastic = stage.Plastic is null ? "everything" : stage.Plastic.Count == 0 ? "nothing" : string.Join(", ", stage.Plastic);
        bars.Append($"<rect class=\"{kind}\" x=\"{At(x)}%\" width=\"{At(width)}%\" height=\"100%\"><title>{Escape(stage.Name)}: steps {stage.FirstStep} to {stage.LastStep}; plastic: {Escape(plastic)}</title></rect>");
        if (named && width >= NarrowestLabel)
            bars.Append($"<text x=\"{At(x + width / 2)}%\" y=\"50%\">{Escape(Shortened(stage.Name, Math.Max(3, (int)(width / 2.6))))}</text>");
    }

    private static void AppendRow(StringBuilder html, string name, string bars, Development life, int height)
    {
        string stages = string.Join(", ", life.Stages.Select(stage => $"{stage.Name} from step {stage.FirstStep}"));
        AppendRow(html, Escape(name), $"{name}: {stages}", bars, life, height);
    }

    private static void AppendRow(StringBuilder html, string label, string title, string content, Development life, int height)
    {
        html.Append($"<div class=\"row{(height == StageHeight ? " tall" : height == TrackHeight ? " track" : "")}\"><span class=\"label\">{label}</span>");
        html.Append($"<svg role=\"img\" width=\"100%\" height=\"{height}\"><title>{Escape(title)}</title>{content}");
        foreach (var stage in life.Stages.Skip(1))
            html.Append($"<line class=\"mark\" x1=\"{At(life.Percent(stage.FirstStep))}%\" x2=\"{At(life.Percent(stage.FirstStep))}%\" y1=\"0\" y2=\"100%\"/>");
        html.Append("</svg></div>");
    }

    private static void AppendAxis(StringBuilder html, Development life)
    {
        html.Append("<div class=\"row axis\"><span class=\"label\">step</span><svg role=\"presentation\" width=\"100%\" height=\"18\">");
        double last = double.NegativeInfinity;
        foreach (long step in life.Stages.Select(stage => stage.FirstStep).DefaultIfEmpty(life.First))
        {
            double x = life.Percent(step);
            if (x - last >= NarrowestLabel && x <= 100 - NarrowestLabel)
            {
                html.Append($"<text x=\"{At(x)}%\" y=\"13\"{(x == 0 ? "" : " text-anchor=\"middle\"")}>{Text(step)}</text>");
                last = x;
            }
        }
        html.Append($"<text x=\"100%\" y=\"13\" text-anchor=\"end\">{Text(life.Last)}</text></svg></div>");
    }

    private static void AppendEnds(StringBuilder html, IReadOnlyList<StageSpan> stages)
    {
        if (stages.Count == 0)
            return;
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
}
