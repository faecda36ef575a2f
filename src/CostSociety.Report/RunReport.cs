using CostSociety.Circuits;
using CostSociety.Costs;
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
            Stages = StageSpans.Of(new StageLog(folder.Journal.Read()).Stages(result.Steps), CostsAt(folder, circuit)),
            Exchanges = [.. folder.Journal.Read().Where(e => e.Kind is "swap" or "revert" or "refused").Select(e => new CostExchange(e.Step, e.Kind, e.Name, e.Text))],
            Limits = MonitorLimits.Of(circuit),
            Floorplan = Floorplan.From(circuit),
            Fields = ReceptiveFields.Of(society),
            Summary = [.. result.Costs.Select(c => new SummaryRow(c.Area, c.Term, c.First, c.Last))],
            Measures = [.. result.Measures.Select(m => new MeasureRow(m.Name, m.Train, m.Test))],
            Alarms = [.. result.Alarms.Select(a => new AlarmRow(a.Name, a.Text, a.Step))],
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

    /// <summary>The costs that the step after so many had.</summary>
    private static Func<long, CostFile> CostsAt(RunFolder folder, Circuit circuit)
    {
        (long Step, CostFile Costs)[] history = [.. folder.Costs.List().Select(f => (f.Step, CostFile.Load(f.Path)))];
        return step => history.LastOrDefault(h => h.Step <= step).Costs ?? circuit.Costs;
    }
}
