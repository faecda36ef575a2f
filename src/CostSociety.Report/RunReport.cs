using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;
using CostSociety.Runs;

namespace CostSociety.Report;

/// <summary>Collects the report of a run from its folder and its society.</summary>
public static class RunReport
{
    /// <summary>Everything the report of a run shows.</summary>
    /// <param name="folder">The folder: metrics, journal, circuit and costs are read from it.</param>
    /// <param name="circuit">The circuit.</param>
    /// <param name="society">The society, for its receptive fields.</param>
    /// <param name="result">What came of the run.</param>
    /// <param name="facts">Facts of the header.</param>
    /// <param name="controls">Controls, or none.</param>
    public static ReportData Collect(
        RunFolder folder, Circuit circuit, Society society, RunResult result, IReadOnlyList<Fact> facts, IReadOnlyList<ControlRow> controls) => new()
        {
            Name = circuit.Name,
            Why = circuit.Why,
            Facts = facts,
            Series = Series(MetricsTable.Read(folder.MetricsPath), society),
            Stages = Stages(folder, circuit, result.Steps),
            Exchanges = [.. folder.Journal.Read().Where(e => e.Kind is "swap" or "revert" or "refused").Select(e => new CostExchange(e.Step, e.Kind, e.Name, e.Text))],
            Floorplan = Floorplan.From(circuit),
            Fields = ReceptiveFields.Of(society),
            Summary = [.. result.Costs.Select(c => new SummaryRow(c.Area, c.Term, c.First, c.Last))],
            Measures = [.. result.Measures.Select(m => new MeasureRow(m.Name, m.Train, m.Test))],
            Controls = controls,
            Texts = [Text(folder.CircuitPath), Text(folder.CostsPath), .. folder.Costs.List().Skip(1).Select(f => CostsText(f.Step, f.Path)), Text(folder.FactsPath)],
        };

    private static ReportText Text(string path) => new(Path.GetFileName(path), File.ReadAllText(path));

    private static ReportText CostsText(long step, string path) => new($"costs after step {step}", File.ReadAllText(path));

    /// <summary>Every term that the run ever had, those of now first.</summary>
    private static List<Series> Series(MetricsTable table, Society society)
    {
        const string Cost = "cost.";
        var series = new List<Series>();
        foreach (string term in society.CostTerms.Union(table.Columns.Where(c => c.StartsWith(Cost, StringComparison.Ordinal)).Select(c => c[Cost.Length..])))
        {
            int dot = term.IndexOf('.');
            Add(MetricsFile.CostColumn(term[..dot], term[(dot + 1)..]), term[..dot], term[(dot + 1)..], SeriesKind.Cost);
        }
        foreach (string measure in society.Measures)
        {
            Add(MetricsFile.TrainColumn(measure), "", measure, SeriesKind.MeasureTrain);
            Add(MetricsFile.TestColumn(measure), "", measure, SeriesKind.MeasureTest);
        }
        return series;

        void Add(string column, string area, string term, SeriesKind kind)
        {
            var (steps, values) = table.Series(column);
            if (steps.Count > 0)
                series.Add(new Series(area, term, steps, values, kind));
        }
    }

    private static StageSpan[] Stages(RunFolder folder, Circuit circuit, long steps)
    {
        JournalEntry[] begun = [.. folder.Journal.Read().Where(e => e.Kind == "stage")];
        var history = folder.Costs.List().Select(f => (f.Step, Stages: StagesOf(f.Path))).ToList();
        return [.. begun.Select((e, i) => Stage(e, SpecAt(e), i + 1 < begun.Length ? begun[i + 1].Step : steps, isOver: i + 1 < begun.Length)).Where(s => s.Name.Length > 0)];

        StageSpec? SpecAt(JournalEntry entry) =>
            (history.LastOrDefault(h => h.Step <= entry.Step).Stages ?? circuit.Costs.Development).FirstOrDefault(s => s.Name == entry.Name);
    }

    private static IReadOnlyList<StageSpec> StagesOf(string costsPath) =>
        CostFile.Parse(new SourceText(costsPath, File.ReadAllText(costsPath)), new Diagnostics())?.Development ?? [];

    private static StageSpan Stage(JournalEntry entry, StageSpec? spec, long end, bool isOver)
    {
        string[]? plastic = spec?.Plastic is { } names ? [.. names.Select(n => n.Name)] : null;
        return new StageSpan(entry.Name, entry.Step, Math.Max(entry.Step, end - 1), plastic, isOver ? spec?.Until?.Text ?? "" : "");
    }
}
