using System.Globalization;
using System.Text;

namespace CostSociety.Report;

/// <summary>Draws a floorplan in plain ASCII, for terminals.</summary>
public static class FloorplanText
{
    private const int MostTiles = 40;

    /// <summary>The drawing; every line ends with a line break.</summary>
    public static string Render(Floorplan plan)
    {
        var text = new StringBuilder();
        Line(text, $"{plan.Name}: {plan.Areas.Count} areas, {plan.Projections.Count} projections, {Count(plan.Tiles)} tiles, {Count(plan.Weights)} weights");
        int width = plan.Areas.Select(a => a.Name.Length).Concat(plan.Streams.Select(s => s.Name.Length)).DefaultIfEmpty(0).Max();
        foreach (var stream in plan.Streams)
            Line(text, $"  stream   {stream.Name.PadRight(width)}  {string.Join("x", stream.Shape)} from {stream.Source}{Uses(stream)}");
        foreach (var area in plan.Areas.OrderBy(area => area.Depth))
            AppendArea(text, plan, area, width);
        return text.ToString();
    }

    private static string Uses(FloorplanStream stream) =>
        string.Concat(stream.ReadBy.Select(area => $", read by {area}").Concat(stream.UsedBy.Select(area => $", in the cost of {area}")));

    private static void AppendArea(StringBuilder text, Floorplan plan, FloorplanArea area, int width)
    {
        string indent = new(' ', 11 + width + 2);
        string shape = area.Shape.Count > 1 ? string.Join("x", area.Shape) + " = " : "";
        Line(text, "");
        Line(text, $"  depth {area.Depth,-2} {area.Name.PadRight(width)}  {shape}{area.Units} units, {Ascii(area.Activation)}");
        Line(text, $"{indent}[{Tiles(area)}] {area.Tiles} tile{(area.Tiles == 1 ? "" : "s")}");
        if (area.Terms.Count > 0)
            Line(text, $"{indent}minimizes {string.Join(" + ", area.Terms)}");
        if (plan.Stages.Count > 0)
            Line(text, $"{indent}plastic in {Stages(plan, area.PlasticIn)}");
        foreach (var p in plan.Projections.Where(p => p.To == area.Name))
            Line(text, $"{indent}{(p.Feedback ? "<~~" : "<--")} {Projection(plan, p)}");
    }

    private static string Projection(Floorplan plan, FloorplanProjection p)
    {
        string compartment = p.Compartment == "basal" ? "" : $" into {p.Compartment}";
        string weights = p.Weights == 0 ? "" : $", {Count(p.Weights)} weights";
        string plastic = plan.Stages.Count > 0 ? $", plastic in {Stages(plan, p.PlasticIn)}" : p.PlasticIn[0] ? "" : ", not plastic";
        return $"{p.From}{compartment}: {Ascii(p.Kind)}{weights}{plastic}";
    }

    private static string Stages(Floorplan plan, IReadOnlyList<bool> plasticIn)
    {
        string names = string.Join(", ", plan.Stages.Where((_, i) => plasticIn[i]));
        return names.Length == 0 ? "no stage" : names;
    }

    private static string Tiles(FloorplanArea area) =>
        area.Tiles <= MostTiles ? new string('#', area.Tiles) : new string('#', MostTiles - 3) + "...";

    private static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Ascii(string text) => text.Replace('×', 'x');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
