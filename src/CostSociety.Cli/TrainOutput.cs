using System.Text.Json;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>Prints what a training gave.</summary>
internal static class TrainOutput
{
    /// <summary>As tables.</summary>
    public static void PrintTables(TrainOutcome outcome)
    {
        var result = outcome.Result;
        Terminal.PrintTable("costs", ["area", "term", "first epoch", "last epoch", "held out"], 2, CostRows(result));
        if (result.Measures.Count > 0)
            Terminal.PrintTable("measures", ["measure", "train", "held out"], 1,
                result.Measures.Select(m => new[] { m.Name, Terminal.Number(m.Train), Terminal.Number(m.Test) }));
        if (result.Alarms.Count > 0)
            Terminal.PrintTable("alarms", ["monitor", "what", "after step"], 2, result.Alarms.Select(a => new[] { a.Name, a.Text, $"{a.Step}" }));
        if (outcome.Controls is { } controls)
            ControlOutput.PrintTable(result, controls);
        if (outcome.Influence is { } influence)
            InfluenceOutput.PrintTables(influence, "");
        Console.Out.WriteLine($"{Terminal.Count(result.Steps)} steps, {Terminal.Count(result.Samples)} samples in {result.Seconds:0.0} s, "
            + $"{Terminal.Count(result.SamplesPerSecond)} samples/s ({outcome.Executor}, rule {outcome.Circuit.Learning.Rule.Name}, seed {outcome.Circuit.Learning.Seed})");
        if (outcome.Folder is { } folder)
            Console.Out.WriteLine($"run    {folder.Path}\nreport {folder.ReportPath}");
    }

    /// <summary>As one JSON object.</summary>
    public static void PrintJson(TrainOutcome outcome) => JsonOutput.Print(json =>
    {
        WriteFacts(json, outcome);
        json.Object("costs", () =>
        {
            foreach (var area in outcome.Result.Costs.GroupBy(c => c.Area))
                WriteArea(json, outcome.Result, area.Key, [.. area]);
        });
        json.Object("measures", () =>
        {
            foreach (var measure in outcome.Result.Measures)
                json.Object(measure.Name, () => { json.Number("train", measure.Train); json.Number("test", measure.Test); });
        });
        json.WriteNumber("kernelBuilds", outcome.KernelBuilds);
        json.WriteString("run", outcome.Folder?.Path);
        json.Objects("stages", outcome.Stages, stage =>
        {
            json.WriteString("name", stage.Name);
            json.WriteNumber("firstStep", stage.First);
            json.WriteNumber("lastStep", stage.Last);
        });
        json.Objects("alarms", outcome.Result.Alarms, alarm =>
        {
            json.WriteString("monitor", alarm.Name);
            json.WriteNumber("step", alarm.Step);
            json.WriteString("text", alarm.Text);
        });
        if (outcome.Controls is { } controls)
            ControlOutput.WriteJson(json, outcome.Result, controls);
        if (outcome.Influence is { } influence)
            json.Object("influence", () => InfluenceOutput.WriteJson(json, influence));
    });

    private static void WriteFacts(Utf8JsonWriter json, TrainOutcome outcome)
    {
        var (learning, result) = (outcome.Circuit.Learning, outcome.Result);
        json.WriteString("circuit", outcome.Circuit.Name);
        json.WriteString("executor", outcome.Executor);
        json.WriteString("rule", learning.Rule.Name);
        json.WriteNumber("seed", learning.Seed);
        json.WriteNumber("steps", result.Steps);
        json.WriteNumber("samples", result.Samples);
        json.Number("seconds", result.Seconds);
        json.Number("samplesPerSecond", result.SamplesPerSecond);
        json.WriteBoolean("stopped", result.IsStopped);
        json.WriteString("stoppedBy", result.StoppedBy);
    }

    private static void WriteArea(Utf8JsonWriter json, RunResult result, string area, TermResult[] terms) => json.Object(area, () =>
    {
        WriteThree(json, terms.Sum(t => t.First), terms.Sum(t => t.Last), terms.Sum(t => HeldOut(result, t)));
        json.Object("terms", () =>
        {
            foreach (var term in terms)
                json.Object(term.Term, () => WriteThree(json, term.First, term.Last, HeldOut(result, term)));
        });
    });

    private static void WriteThree(Utf8JsonWriter json, double first, double last, double heldOut)
    {
        json.Number("first", first);
        json.Number("last", last);
        json.Number("heldOut", heldOut);
    }

    private static IEnumerable<string[]> CostRows(RunResult result)
    {
        foreach (var area in result.Costs.GroupBy(c => c.Area))
        {
            yield return Row(area.Key, area.Count() == 1 ? area.First().Term : "", area.Sum(t => t.First), area.Sum(t => t.Last), area.Sum(t => HeldOut(result, t)));
            if (area.Count() == 1)
                continue;
            foreach (var term in area)
                yield return Row("", term.Term, term.First, term.Last, HeldOut(result, term));
        }
    }

    private static string[] Row(string area, string term, double first, double last, double heldOut) =>
        [area, term, Terminal.Number(first), Terminal.Number(last), Terminal.Number(heldOut)];

    private static double HeldOut(RunResult result, TermResult term) =>
        result.HeldOutCosts.First(c => c.Area == term.Area && c.Term == term.Term).Value;
}
