using System.Globalization;
using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>Draws the wires of a floorplan and finds free places for their labels.</summary>
internal static class WireSvg
{
    private const int MostCharacters = 21;
    private const double CharacterWidth = 5.8;
    private const double LabelHeight = 27;
    private const double Loop = 58;

    // Where along its wire a label may stand; the first that hits nothing is taken.
    private static readonly double[] _places = [.5, .4, .6, .32, .68, .25, .75, .18, .82];
    private static readonly double[] _shifts = [0, -16, 16, -30, 30, -44, 44];

    public static void AppendWire(StringBuilder svg, FloorplanLayout layout, Wire wire)
    {
        string kind = wire.Projection is null ? "p" : wire.Feedback ? "b" : "f";
        string style = kind switch { "p" => " plain", "b" => " back", _ => "" };
        string still = wire.Projection is { } p && !p.PlasticIn.Contains(true) ? " still" : "";
        string way = wire.Lane >= 0 ? LaneWay(wire, layout.LaneY(wire)) : CurveWay(wire);
        svg.Append($"<path class=\"wire{style}{still}\" marker-end=\"url(#fp-{kind})\" d=\"{way}\"><title>{Escape(Title(wire))}</title></path>");
    }

    public static void AppendLabels(StringBuilder svg, FloorplanLayout layout)
    {
        var taken = layout.Nodes.Select(node => new Box(node.X, node.Y, node.Width, node.Height)).ToList();
        foreach (var wire in layout.Wires.Where(wire => wire.Projection is not null).OrderBy(wire => wire.Lane >= 0))
            AppendLabel(svg, layout, wire, taken);
    }

    private static void AppendLabel(StringBuilder svg, FloorplanLayout layout, Wire wire, List<Box> taken)
    {
        var p = wire.Projection!;
        string kind = p.Kind.StartsWith("transpose", StringComparison.Ordinal) ? "transpose" : p.Kind;
        string what = Shortened(p.Compartment == "basal" ? kind : $"{p.Compartment} · {kind}", MostCharacters);
        string weights = p.Weights == 0 ? "" : FloorplanBuilder.Count(p.Weights) + " weights";
        double width = Math.Max(what.Length, weights.Length) * CharacterWidth;
        var boxes = _shifts.SelectMany(shift => _places.Select(place => Around(PointAt(layout, wire, place), width, shift))).ToList();
        var box = boxes.Find(candidate => !taken.Exists(candidate.Overlaps)) ?? boxes.MinBy(candidate => taken.Count(candidate.Overlaps))!;
        taken.Add(box);
        double x = box.X + width / 2, y = box.Y + LabelHeight / 2;
        svg.Append($"<g text-anchor=\"middle\"><text class=\"label\" x=\"{At(x)}\" y=\"{At(y - 4)}\">{Escape(what)}</text>");
        svg.Append($"<text class=\"label soft\" x=\"{At(x)}\" y=\"{At(y + 12)}\">{Escape(weights)}</text></g>");
    }

    private static string Title(Wire wire) => wire.Projection is not { } p ? $"{wire.To.Name} reads {wire.From.Name}"
        : $"{p.Name}: {p.Kind}, {p.Weights.ToString(CultureInfo.InvariantCulture)} weights{(p.PlasticIn.Contains(true) ? "" : ", not plastic")}";

    private static Box Around((double X, double Y) point, double width, double shift) =>
        new(point.X - width / 2, point.Y - LabelHeight / 2 + shift, width, LabelHeight);

    private static (double X, double Y) PointAt(FloorplanLayout layout, Wire wire, double t)
    {
        double x1 = wire.Start.X, y1 = wire.Start.Y, x2 = wire.End.X, y2 = wire.End.Y;
        if (wire.Lane >= 0)
            return (x1 + (x2 - x1) * t, layout.LaneY(wire));
        var (c1, c2) = Bends(wire);
        double s = 1 - t, b1 = 3 * s * s * t, b2 = 3 * s * t * t;
        return (s * s * s * x1 + b1 * c1 + b2 * c2 + t * t * t * x2, (s * s * s + b1) * y1 + (b2 + t * t * t) * y2);
    }

    private static (double First, double Second) Bends(Wire wire)
    {
        if (wire.From.Column == wire.To.Column)
            return (wire.Start.X + Loop * 1.6, wire.End.X + Loop * 1.6);
        double bend = (wire.End.X - wire.Start.X) / 2;
        return (wire.Start.X + bend, wire.End.X - bend);
    }

    private static string CurveWay(Wire wire)
    {
        var (c1, c2) = Bends(wire);
        return $"M{At(wire.Start.X)} {At(wire.Start.Y)}C{At(c1)} {At(wire.Start.Y)} {At(c2)} {At(wire.End.Y)} {At(wire.End.X)} {At(wire.End.Y)}";
    }

    private static string LaneWay(Wire wire, double lane)
    {
        double outside = 12 + 7 * (wire.Lane % 6), radius = 8;
        double x1 = wire.Start.X + (wire.Start.OnRight ? outside : -outside);
        double x2 = wire.End.X + (wire.End.OnRight ? outside : -outside);
        double across = x2 > x1 ? radius : -radius, along = lane > wire.Start.Y ? radius : -radius;
        double into = wire.End.OnRight ? -radius : radius, leave = wire.Start.OnRight ? radius : -radius;
        return $"M{At(wire.Start.X)} {At(wire.Start.Y)}H{At(x1 - leave)}Q{At(x1)} {At(wire.Start.Y)} {At(x1)} {At(wire.Start.Y + along)}"
            + $"V{At(lane - along)}Q{At(x1)} {At(lane)} {At(x1 + across)} {At(lane)}H{At(x2 - across)}"
            + $"Q{At(x2)} {At(lane)} {At(x2)} {At(lane - along)}V{At(wire.End.Y + along)}Q{At(x2)} {At(wire.End.Y)} {At(x2 + into)} {At(wire.End.Y)}H{At(wire.End.X)}";
    }

    private sealed record Box(double X, double Y, double Width, double Height)
    {
        public bool Overlaps(Box other) =>
            X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;
    }
}
