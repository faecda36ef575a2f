using System.Text.Json;
using CostSociety.Report;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>Prints a comparison.</summary>
internal static class ComparisonOutput
{
    /// <summary>As tables.</summary>
    public static void PrintTables(ExperimentResult result, IReadOnlyList<string> quantities)
    {
        foreach (var table in new ComparisonTables(result, quantities, Terminal.Number).All)
            Terminal.PrintTable(table.Title, [.. table.Head], table.Texts, table.Rows);
        for (int v = 0; v < result.Variants.Count; v++)
            if (result.Influence(v) is { } influence)
                InfluenceOutput.PrintTables(influence, $"{result.Variants[v].Name}, mean over seeds: ");
        Console.Out.WriteLine($"{Runs(result)} in {result.Seconds:0.0} s");
    }

    /// <summary>As one JSON object.</summary>
    public static void PrintJson(ExperimentResult result, IReadOnlyList<string> quantities, bool withCurves) => JsonOutput.Print(json =>
    {
        json.WriteNumber("seeds", result.Seeds);
        json.WriteString("part", result.IsHeldOut ? "held out" : "last epoch");
        json.Number("seconds", result.Seconds);
        json.Objects("variants", Enumerable.Range(0, result.Variants.Count), v => WriteVariant(json, result, v, withCurves));
        json.Objects("quantities", quantities, quantity =>
        {
            json.WriteString("name", quantity);
            json.Objects("variants", Having(result, quantity), v => WriteValues(json, result, v, quantity));
        });
        json.Objects("criteria", Enumerable.Range(0, result.Criteria.Count), c => WriteCriterion(json, result, c));
    });

    /// <summary>Facts for the header of a page.</summary>
    public static IReadOnlyList<Fact> Facts(ExperimentResult result) =>
    [
        new("variants", $"{result.Variants.Count}"), new("seeds", $"1 to {result.Seeds}"), new("values", result.IsHeldOut ? "held out" : "last epoch"),
        new("seconds", $"{result.Seconds:0.0}"), new("version", TrainingSession.Version), new(".NET", $"{Environment.Version}"),
        new("command", CommandLineText.OfThisProcess()),
    ];

    private static string Runs(ExperimentResult result) => Terminal.Plural(result.Variants.Count * result.Seeds, "run", "runs");

    private static IEnumerable<int> Having(ExperimentResult result, string quantity) =>
        Enumerable.Range(0, result.Variants.Count).Where(v => result.Has(v, quantity));

    private static void WriteVariant(Utf8JsonWriter json, ExperimentResult result, int variant, bool withCurves)
    {
        json.WriteString("name", result.Variants[variant].Name);
        json.WriteString("circuit", result.Variants[variant].Circuit.Name);
        json.WriteString("costs", result.Variants[variant].Circuit.Costs.Name);
        json.WriteString("rule", result.Variants[variant].Circuit.Learning.Rule.Name);
        json.Objects("runs", result.Runs[variant], run =>
        {
            json.WriteNumber("seed", run.Seed);
            if (run.Failure is { } failure)
                json.WriteString("failure", failure);
            json.WriteNumber("samples", run.Result?.Samples ?? 0);
            json.Objects("stages", run.Stages, stage =>
            {
                json.WriteString("name", stage.Name);
                json.WriteNumber("firstStep", stage.First);
                json.WriteNumber("lastStep", stage.Last);
            });
            if (run.Influence is { } influence)
                json.Object("influence", () => InfluenceOutput.WriteJson(json, influence));
            if (withCurves)
                json.Objects("curves", run.Curves, curve => WriteCurve(json, curve));
        });
    }

    private static void WriteCurve(Utf8JsonWriter json, Curve curve)
    {
        json.WriteString("quantity", curve.Quantity);
        json.WriteString("part", curve.IsHeldOut ? "held out" : "training");
        json.Numbers("steps", curve.Steps);
        json.Numbers("values", curve.Values);
    }

    private static void WriteValues(Utf8JsonWriter json, ExperimentResult result, int variant, string quantity)
    {
        double[] values = result.Values(variant, quantity);
        json.WriteString("variant", result.Variants[variant].Name);
        WriteStatistics(json, Statistics.Of(values), "failed");
        json.Numbers("values", values);
        if (variant > 0 && result.Has(0, quantity))
            json.Object("paired", () => WritePair(json, result, result.Pair(variant, quantity)));
    }

    private static void WritePair(Utf8JsonWriter json, ExperimentResult result, Paired pair)
    {
        json.WriteString("with", result.Variants[0].Name);
        WriteStatistics(json, pair.Differences, "failed");
        json.WriteNumber("higher", pair.Higher);
        json.WriteNumber("lower", pair.Lower);
    }

    private static void WriteCriterion(Utf8JsonWriter json, ExperimentResult result, int criterion)
    {
        json.WriteString("criterion", result.Criteria[criterion].ToString());
        json.Objects("variants", Having(result, result.Criteria[criterion].Quantity), v =>
        {
            double[] samples = result.Samples(v, criterion);
            json.WriteString("variant", result.Variants[v].Name);
            WriteStatistics(json, Statistics.Of(samples), "never");
            json.Numbers("samples", samples);
        });
    }

    private static void WriteStatistics(Utf8JsonWriter json, Statistics s, string failed)
    {
        json.Number("mean", s.Mean);
        json.Number("sd", s.Deviation);
        json.Number("low95", s.Low);
        json.Number("high95", s.High);
        json.WriteNumber(failed, s.Failed);
    }
}
