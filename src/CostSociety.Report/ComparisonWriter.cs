using System.Text;
using CostSociety.Circuits;
using CostSociety.Runs;

namespace CostSociety.Report;

/// <summary>Writes a comparison as one HTML page that needs no network and no other file.</summary>
public static class ComparisonWriter
{
    /// <summary>The page.</summary>
    public static string Write(ComparisonData data)
    {
        var circuits = data.Result.Variants.Select(v => v.Circuit).DistinctBy(c => c.Name).ToList();
        Chart[] charts = [.. data.Quantities.Where(quantity => !Track.Is(quantity)).Select(quantity => ChartOf(data.Result, quantity)).Where(chart => chart.Lines.Count > 0)];
        var header = new PageHeader(
            "Comparison", string.Join(", ", circuits.Select(c => c.Name)), string.Join(" ", circuits.Select(c => c.Why)), data.Facts);
        return Page.Write(header, html => AppendSections(html, data, charts), charts, [], []);
    }

    private static void AppendSections(StringBuilder html, ComparisonData data, Chart[] charts)
    {
        Sections.AppendTables(html, "summary", "Summary", [.. new ComparisonTables(data.Result, data.Quantities, Html.Number).All]);
        DotPlots.Append(html, data);
        ChartSections.Append(html, charts, isCost: true, "Mean over seeds; bands reach from the lowest seed to the highest.");
        ChartSections.Append(html, charts, isCost: false, "Mean over seeds; bands reach from the lowest seed to the highest.");
        AppendDevelopment(html, data.Result);
        HeatMap.AppendSection(html, [.. Influences(data.Result)]);
        Sections.AppendTexts(html, [.. Texts(data.Result)]);
    }

    /// <summary>Costs as they were learned; measures on the held-out part where there is one.</summary>
    private static Chart ChartOf(ExperimentResult result, string quantity)
    {
        bool heldOut = result.IsHeldOut && !Quantity.IsCost(quantity);
        var lines = new List<ChartLine>();
        for (int v = 0; v < result.Variants.Count; v++)
            if (result.Curve(v, quantity, heldOut) is { } curve)
                lines.Add(new ChartLine(result.Variants[v].Name, curve.Steps, curve.Mean) { Colour = v, Band = (curve.Low, curve.High) });
        return new Chart(quantity, Quantity.IsCost(quantity), lines) { Part = heldOut ? "held out" : "training" };
    }

    private static void AppendDevelopment(StringBuilder html, ExperimentResult result) =>
        Timeline.AppendSection(html, [.. result.Variants.Zip(result.Runs, (variant, runs) => DevelopmentOf(variant.Circuit, runs[0]))]);

    private static Development DevelopmentOf(Circuit circuit, VariantRun run) =>
        new($"{run.Variant}, seed {run.Seed}", StageSpans.Of(run.Stages, circuit), [.. run.Curves.Where(c => !c.IsHeldOut && Track.Is(c.Quantity) && c.Steps.Count > 0)
            .Select(c => Track.Of(c.Quantity, c.Steps, c.Values, MonitorLimits.Of(circuit)))]);

    private static IEnumerable<(string, Influence)> Influences(ExperimentResult result) => Enumerable.Range(0, result.Variants.Count)
        .Select(v => (result.Variants[v].Name, result.Influence(v))).Where(pair => pair.Item2 is not null).Select(pair => ($"{pair.Name}, mean over seeds", pair.Item2!));

    /// <summary>The files of all variants; one that several share is shown once.</summary>
    private static IEnumerable<ReportText> Texts(ExperimentResult result) =>
        TextsOf(result, "circuit", circuit => circuit.ResolvedJson).Concat(TextsOf(result, "costs", circuit => circuit.Costs.ResolvedJson));

    private static IEnumerable<ReportText> TextsOf(ExperimentResult result, string kind, Func<Circuit, string> text) =>
        result.Variants.GroupBy(v => text(v.Circuit)).Select(same => new ReportText($"{kind} of {string.Join(", ", same.Select(v => v.Name))}", same.Key));
}
