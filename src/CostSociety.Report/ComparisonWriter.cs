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
        Chart[] charts = [.. data.Quantities.Select(quantity => ChartOf(data.Result, quantity)).Where(chart => chart.Lines.Count > 0)];
        var header = new PageHeader(
            "Comparison", string.Join(", ", circuits.Select(c => c.Name)), string.Join(" ", circuits.Select(c => c.Why)), data.Facts);
        return Page.Write(header, html => AppendSections(html, data, charts), charts, []);
    }

    private static void AppendSections(StringBuilder html, ComparisonData data, Chart[] charts)
    {
        Sections.AppendTables(html, "summary", "Summary", [.. new ComparisonTables(data.Result, data.Quantities, Html.Number).All]);
        DotPlots.Append(html, data);
        ChartSections.Append(html, charts, isCost: true, "Mean over seeds; bands reach from the lowest seed to the highest.");
        ChartSections.Append(html, charts, isCost: false, "Mean over seeds; bands reach from the lowest seed to the highest.");
        AppendDevelopment(html, data.Result);
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

    private static void AppendDevelopment(StringBuilder html, ExperimentResult result)
    {
        (string, IReadOnlyList<StageSpan>)[] developments = [.. result.Variants.Zip(result.Runs, (variant, runs) => (variant, run: runs[0]))
            .Where(pair => pair.run.Stages.Count > 0)
            .Select(pair => ($"{pair.variant.Name}, seed {pair.run.Seed}", StageSpans.Of(pair.run.Stages, pair.variant.Circuit)))];
        if (developments.Length > 0)
            Timeline.AppendSection(html, developments);
    }

    /// <summary>The files of all variants; one that several share is shown once.</summary>
    private static IEnumerable<ReportText> Texts(ExperimentResult result) =>
        TextsOf(result, "circuit", circuit => circuit.ResolvedJson).Concat(TextsOf(result, "costs", circuit => circuit.Costs.ResolvedJson));

    private static IEnumerable<ReportText> TextsOf(ExperimentResult result, string kind, Func<Circuit, string> text) =>
        result.Variants.GroupBy(v => text(v.Circuit)).Select(same => new ReportText($"{kind} of {string.Join(", ", same.Select(v => v.Name))}", same.Key));
}
