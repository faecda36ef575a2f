using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>Draws a floorplan as one SVG that needs nothing else: it brings its style for light and dark.</summary>
public static class FloorplanSvg
{
    private const int MostCharactersOfLine = 27;

    private const double SmallestScale = 0.75;

    private const string Style = """
        .fp{font:12px/1.3 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;--ink:#23282e;--soft:#68727d;--box:#fff;--edge:#cfd6dd;--tile:#b9cbe0;--fwd:#4c78a8;--back:#c2622d;--term:#2f6f55;--halo:#f7f8f9}
        @media(prefers-color-scheme:dark){.fp{--ink:#e4e8ec;--soft:#97a2ad;--box:#1d2329;--edge:#3a444e;--tile:#3d5875;--fwd:#7fa8d4;--back:#e2935f;--term:#7cc0a0;--halo:#14181c}}
        .fp text{fill:var(--ink)}.fp .soft{fill:var(--soft)}.fp .name{font-weight:600;font-size:14px}.fp .term{fill:var(--term)}
        .fp .box{fill:var(--box);stroke:var(--edge);stroke-width:1.2}.fp .stream{fill:none;stroke:var(--edge);stroke-width:1.2}
        .fp .tile{fill:var(--tile)}.fp .wire{fill:none;stroke-width:1.6;stroke:var(--fwd)}.fp .back{stroke:var(--back);stroke-dasharray:5 3}
        .fp .plain{stroke:var(--soft)}.fp .still{opacity:.45}.fp .label{font-size:11px;paint-order:stroke;stroke:var(--halo);stroke-width:4px;stroke-linejoin:round}
        .fp .pip{fill:none;stroke:var(--term);stroke-width:1.2}.fp .on{fill:var(--term)}.fp .hf{fill:var(--fwd)}.fp .hb{fill:var(--back)}.fp .hp{fill:var(--soft)}
        """;

    /// <summary>The drawing, as text of an <c>svg</c> element.</summary>
    public static string Render(Floorplan plan)
    {
        if (plan.Areas.Count == 0)
            return "";
        var layout = new FloorplanLayout(plan);
        var svg = new StringBuilder();
        AppendHead(svg, layout);
        foreach (var wire in layout.Wires)
            WireSvg.AppendWire(svg, layout, wire);
        foreach (var node in layout.Nodes)
            AppendNode(svg, plan, node, layout);
        WireSvg.AppendLabels(svg, layout);
        return svg.Append("</svg>").ToString();
    }

    private static void AppendHead(StringBuilder svg, FloorplanLayout layout)
    {
        string width = At(layout.Width), height = At(layout.Height);
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fp\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" style=\"min-width:{At(layout.Width * SmallestScale)}px\">");
        svg.Append($"<title>Floorplan of {Escape(layout.Plan.Name)}</title><desc>{Escape(Description(layout.Plan))}</desc>");
        svg.Append($"<style>{Style}</style><defs>");
        foreach (string kind in new[] { "f", "b", "p" })
            svg.Append($"<marker id=\"fp-{kind}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\" markerUnits=\"userSpaceOnUse\"><path class=\"h{kind}\" d=\"M0 0L8 4L0 8z\"/></marker>");
        svg.Append("</defs>");
    }

    private static string Description(Floorplan plan)
    {
        var areas = plan.Areas.Select(a => $"{a.Name}: {a.Units} units in {a.Tiles} tiles");
        var projections = plan.Projections.Select(p => $"{p.Name}: {p.Kind}, {p.Weights} weights");
        return string.Join("; ", areas.Concat(projections));
    }

    private static void AppendNode(StringBuilder svg, Floorplan plan, Node node, FloorplanLayout layout)
    {
        svg.Append($"<g transform=\"translate({At(node.X)} {At(node.Y)})\">");
        if (node.Stream is { } stream)
            AppendStream(svg, node, stream, layout);
        else
            AppendArea(svg, plan, node, node.Area!);
        svg.Append("</g>");
    }

    private static void AppendStream(StringBuilder svg, Node node, FloorplanStream stream, FloorplanLayout layout)
    {
        var above = layout.Nodes.Find(n => n.Area is not null && n.Column == node.Column && stream.ReadBy.Count == 0 && stream.UsedBy is [var first, ..] && n.Name == first);
        if (above is not null)
            svg.Append($"<path class=\"wire plain\" stroke-dasharray=\"2 3\" marker-end=\"url(#fp-p)\" d=\"M{At(node.Width / 2)} 0V{At(above.Y + above.Height - node.Y + 2)}\"><title>named in the cost of {Escape(above.Name)}</title></path>");
        svg.Append($"<rect class=\"stream\" width=\"{At(node.Width)}\" height=\"{At(node.Height)}\" rx=\"21\"/>");
        AppendText(svg, "name", 16, 19, Shortened(stream.Name, 12));
        AppendText(svg, "soft", 16, 34, Shortened($"{string.Join("×", stream.Shape)} · {stream.Source}", 14));
    }

    private static void AppendArea(StringBuilder svg, Floorplan plan, Node node, FloorplanArea area)
    {
        svg.Append($"<title>{Escape(area.Name)}: {Escape(area.Activation)}</title>");
        svg.Append($"<rect class=\"box\" width=\"{At(node.Width)}\" height=\"{At(node.Height)}\" rx=\"8\"/>");
        AppendText(svg, "name", FloorplanLayout.Pad, 22, Shortened(area.Name, 14));
        string tiles = area.Tiles == 1 ? "1 tile" : $"{FloorplanBuilder.Count(area.Tiles)} tiles";
        svg.Append($"<text class=\"soft\" x=\"{At(node.Width - FloorplanLayout.Pad)}\" y=\"22\" text-anchor=\"end\">{tiles}</text>");
        AppendText(svg, "soft", FloorplanLayout.Pad, 39, Shortened(SizeText(area), MostCharactersOfLine));
        AppendText(svg, "soft", FloorplanLayout.Pad, 55, Shortened(area.Activation, MostCharactersOfLine));
        AppendTiles(svg, area);
        double y = 64 + FloorplanLayout.TilesHeight(area) + 14;
        if (area.Terms.Count > 0)
        {
            AppendText(svg, "term", FloorplanLayout.Pad, y, Shortened("↓ " + string.Join(" + ", area.Terms), MostCharactersOfLine));
            y += 22;
        }
        AppendStages(svg, plan, area, y);
    }

    private static string SizeText(FloorplanArea area)
    {
        string shape = area.Shape.Count > 1 ? string.Join("×", area.Shape) + " = " : "";
        return $"{shape}{FloorplanBuilder.Count(area.Units)} {(area.Units == 1 ? "unit" : "units")}";
    }

    private static void AppendTiles(StringBuilder svg, FloorplanArea area)
    {
        int each = FloorplanLayout.TilesPerSquare(area);
        svg.Append($"<g><title>{area.Tiles} tiles of {FloorplanArea.UnitsPerTile} units{(each > 1 ? $"; a square stands for {each}" : "")}</title>");
        for (int i = 0; i < FloorplanLayout.Squares(area); i++)
        {
            double x = FloorplanLayout.Pad + i % FloorplanLayout.TileColumns * FloorplanLayout.TileStep;
            double y = 64 + i / FloorplanLayout.TileColumns * FloorplanLayout.TileStep;
            svg.Append($"<rect class=\"tile\" x=\"{At(x)}\" y=\"{At(y)}\" width=\"8\" height=\"8\" rx=\"1.5\"/>");
        }
        svg.Append("</g>");
    }

    private static void AppendStages(StringBuilder svg, Floorplan plan, FloorplanArea area, double y)
    {
        if (area.PlasticIn.Count == 0)
            return;
        string names = string.Join(", ", plan.Stages.Where((_, i) => area.PlasticIn[i]));
        svg.Append($"<g><title>{Escape(names.Length == 0 ? "not plastic in any stage" : $"plastic in {names}")}</title>");
        for (int i = 0; i < area.PlasticIn.Count; i++)
            svg.Append($"<circle class=\"pip{(area.PlasticIn[i] ? " on" : "")}\" cx=\"{At(FloorplanLayout.Pad + 5 + i * 14)}\" cy=\"{At(y - 4)}\" r=\"4.5\"/>");
        double x = FloorplanLayout.Pad + area.PlasticIn.Count * 14 + 4;
        AppendText(svg, "soft", x, y, Shortened(names.Length == 0 ? "not plastic" : names, MostCharactersOfLine - 3 - 2 * area.PlasticIn.Count));
        svg.Append("</g>");
    }

    private static void AppendText(StringBuilder svg, string kind, double x, double y, string text) =>
        svg.Append($"<text class=\"{kind}\" x=\"{At(x)}\" y=\"{At(y)}\">{Escape(text)}</text>");
}
