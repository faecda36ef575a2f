using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>Writes the report of a run as one HTML page that needs no network and no other file.</summary>
public static class ReportWriter
{
    /// <summary>The page.</summary>
    public static string Write(ReportData data)
    {
        var charts = Charts(data);
        return Page.Write(new PageHeader("Report of a run", data.Name, data.Why, data.Facts), html => AppendSections(html, data, charts), charts, data.Stages, data.Exchanges);
    }

    /// <summary>Charts in the order in which their series first come: costs by area, measures by name.</summary>
    private static Chart[] Charts(ReportData data)
    {
        var costs = data.Series.Where(s => s.Kind == SeriesKind.Cost).GroupBy(s => s.Area)
            .Select(area => new Chart(area.Key, IsCost: true, [.. area.Select(s => new ChartLine(s.Term, s.Steps, s.Values))]));
        var measures = data.Series.Where(s => s.Kind != SeriesKind.Cost && !Track.Is(s.Term)).GroupBy(s => s.Term)
            .Select(measure => new Chart(measure.Key, IsCost: false, [.. measure.Select(MeasureLine)]));
        return [.. costs, .. measures];
    }

    private static ChartLine MeasureLine(Series series) => series.Kind == SeriesKind.MeasureTrain
        ? new ChartLine("train", series.Steps, series.Values) { IsDashed = true }
        : new ChartLine("held out", series.Steps, series.Values);

    private static IEnumerable<Track> Tracks(ReportData data) =>
        data.Series.Where(s => s.Kind == SeriesKind.MeasureTrain && Track.Is(s.Term) && s.Steps.Count > 0).Select(s => Track.Of(s.Term, s.Steps, s.Values, data.Limits));

    private static void AppendSections(StringBuilder html, ReportData data, Chart[] charts)
    {
        Sections.AppendSummary(html, data);
        ChartSections.Append(html, charts, isCost: true, "What each area minimizes, term by term. Shaded bands are stages of development, dashed lines exchanges of costs.");
        ChartSections.Append(html, charts, isCost: false, "Taken on the training part and on the part held out.");
        Timeline.AppendSection(html, [new Development("", data.Stages, [.. Tracks(data)]) { Exchanges = data.Exchanges }]);
        Sections.AppendExchanges(html, data.Exchanges);
        if (data.Influence is { } influence)
            HeatMap.AppendSection(html, [("", influence)]);
        AppendFloorplan(html, data.Floorplan);
        FieldPictures.Append(html, data.Fields);
        Sections.AppendTexts(html, data.Texts);
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
}
