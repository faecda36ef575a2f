using System.Text.Json;
using CostSociety.Report;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>Prints controls beside the society; every number is of the held-out part.</summary>
internal static class ControlOutput
{
    /// <summary>As a table.</summary>
    public static void PrintTable(RunResult society, IReadOnlyList<ControlResult> controls) => Terminal.PrintTable(
        "beside controls of the same seed, held out", ["control", "value", "control", "society", "difference"], 2,
        controls.SelectMany(c => Compare(society, c).Select(v => new[]
        {
            c.Name, v.Name, Terminal.Number(v.Control), Terminal.Number(v.Society), Terminal.Signed(v.Society - v.Control),
        })));

    /// <summary>As JSON.</summary>
    public static void WriteJson(Utf8JsonWriter json, RunResult society, IReadOnlyList<ControlResult> controls) =>
        json.Objects("controls", controls, control =>
        {
            json.WriteString("name", control.Name);
            json.Object("measures", () => WriteValues(json, Compare(society, control).Where(v => v.IsMeasure)));
            json.Object("costs", () => WriteValues(json, Compare(society, control).Where(v => !v.IsMeasure)));
        });

    /// <summary>As rows of the report.</summary>
    public static IReadOnlyList<ControlRow> ReportRows(RunResult society, IReadOnlyList<ControlResult> controls) =>
        [.. controls.SelectMany(c => Compare(society, c).Select(v => new ControlRow(c.Name, v.Name, v.Control, v.Society)))];

    private static void WriteValues(Utf8JsonWriter json, IEnumerable<Pair> pairs)
    {
        foreach (var pair in pairs)
            json.Object(pair.Name, () =>
            {
                json.Number("society", pair.Society);
                json.Number("control", pair.Control);
                json.Number("difference", pair.Society - pair.Control);
            });
    }

    private static IEnumerable<Pair> Compare(RunResult society, ControlResult control)
    {
        foreach (var measure in society.Measures)
            if (control.Result.Measures.FirstOrDefault(m => m.Name == measure.Name) is { } other)
                yield return new Pair(measure.Name, measure.Test, other.Test, true);
        foreach (var cost in society.HeldOutCosts)
            if (control.Result.HeldOutCosts.FirstOrDefault(c => c.Area == cost.Area && c.Term == cost.Term) is { } other)
                yield return new Pair($"{cost.Area}.{cost.Term}", cost.Value, other.Value, false);
    }

    private sealed record Pair(string Name, double Society, double Control, bool IsMeasure);
}
