using System.Diagnostics;
using System.Runtime.ExceptionServices;
using CostSociety.Circuits;
using CostSociety.Fabric.Simd;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>Held-out values of one measure under several rules and seeds; NaN where a run failed.</summary>
internal sealed class Comparison
{
    private readonly Circuit _circuit;
    private readonly string _measure;
    private readonly string[] _rules;
    private readonly double[][] _values;
    private readonly double _seconds;

    private Comparison(Circuit circuit, string measure, string[] rules, double[][] values, double seconds) =>
        (_circuit, _measure, _rules, _values, _seconds) = (circuit, measure, rules, values, seconds);

    /// <summary>Trains every circuit, each on one thread, several side by side; null when stopped.</summary>
    /// <param name="rules">Names of the rules.</param>
    /// <param name="circuits">Circuits of each rule, one a seed.</param>
    /// <param name="measure">The measure.</param>
    /// <param name="threads">How many at a time; 0 means one for each processor.</param>
    /// <param name="stop">Stops it.</param>
    public static Comparison? Run(string[] rules, Circuit[][] circuits, string measure, int threads, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        double[][] values = [.. circuits.Select(c => new double[c.Length])];
        try
        {
            TrainAll(rules, circuits, measure, threads, values, stop);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        return stop.IsCancellationRequested ? null : new Comparison(circuits[0][0], measure, rules, values, clock.Elapsed.TotalSeconds);
    }

    /// <summary>Prints the comparison as tables.</summary>
    public void PrintTables()
    {
        int seeds = _values[0].Length;
        Terminal.PrintTable($"{_measure} of {_circuit.Name}, held out, {Terminal.Plural(seeds, "seed", "seeds")}", ["rule", "mean", "sd", "95 % interval", "failed"], 1,
            _rules.Select((r, i) => SummaryRow(r, Statistics.Of(_values[i]))));
        if (_rules.Length > 1)
            Terminal.PrintTable($"paired with {_rules[0]}, same seeds", ["rule", "mean difference", "95 % interval", "higher", "lower"], 1,
                Enumerable.Range(1, _rules.Length - 1).Select(i => PairedRow(i)));
        Console.Out.WriteLine($"{Terminal.Plural(_rules.Length * seeds, "run", "runs")} in {_seconds:0.0} s");
    }

    /// <summary>Prints the comparison as one JSON object.</summary>
    public void PrintJson() => JsonOutput.Print(json =>
    {
        json.WriteString("circuit", _circuit.Name);
        json.WriteString("measure", _measure);
        json.WriteNumber("seeds", _values[0].Length);
        json.Number("seconds", _seconds);
        json.Objects("rules", Enumerable.Range(0, _rules.Length), i =>
        {
            json.WriteString("rule", _rules[i]);
            WriteStatistics(json, Statistics.Of(_values[i]));
            json.WriteStartArray("values");
            foreach (double value in _values[i])
                WriteValue(json, value);
            json.WriteEndArray();
            if (i > 0)
                json.Object("paired", () =>
                {
                    json.WriteString("with", _rules[0]);
                    WriteStatistics(json, Statistics.Of(Differences(i)));
                    json.WriteNumber("higher", Differences(i).Count(d => d > 0));
                    json.WriteNumber("lower", Differences(i).Count(d => d < 0));
                });
        });
    });

    private static void TrainAll(string[] rules, Circuit[][] circuits, string measure, int threads, double[][] values, CancellationToken stop)
    {
        int seeds = circuits[0].Length, jobs = rules.Length * seeds, done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };
        Parallel.For(0, jobs, options, job =>
        {
            if (stop.IsCancellationRequested)
                return;
            var (rule, seed) = (job / seeds, job % seeds);
            double value = values[rule][seed] = Train(circuits[rule][seed], measure, stop);
            Console.Error.WriteLine($"{Interlocked.Increment(ref done)}/{jobs}  {rules[rule]}, seed {seed + 1}: {measure} {Terminal.Number(value)}");
        });
    }

    private static double Train(Circuit circuit, string measure, CancellationToken stop)
    {
        using var executor = new SimdExecutor(threads: 1);
        using var society = Society.Build(circuit, executor);
        try
        {
            return new TrainingRun(circuit, society).Run(stop).Measures.First(m => m.Name == measure).Test;
        }
        catch (NonFiniteException e)
        {
            Console.Error.WriteLine($"warning: rule {circuit.Learning.Rule.Name}, seed {circuit.Learning.Seed}: {e.Message}");
            return double.NaN;
        }
    }

    private double[] Differences(int rule) => [.. _values[rule].Zip(_values[0], (a, b) => a - b)];

    private static string[] SummaryRow(string rule, Statistics s) =>
        [rule, Terminal.Number(s.Mean), Terminal.Number(s.Deviation), Interval(s), $"{s.Failed}"];

    private string[] PairedRow(int rule)
    {
        double[] differences = Differences(rule);
        var s = Statistics.Of(differences);
        return [_rules[rule], Terminal.Signed(s.Mean), Interval(s), $"{differences.Count(d => d > 0)}", $"{differences.Count(d => d < 0)}"];
    }

    private static string Interval(Statistics s) => double.IsNaN(s.Low) ? "-" : $"{Terminal.Number(s.Low)} .. {Terminal.Number(s.High)}";

    private static void WriteStatistics(System.Text.Json.Utf8JsonWriter json, Statistics s)
    {
        json.Number("mean", s.Mean);
        json.Number("sd", s.Deviation);
        json.Number("low95", s.Low);
        json.Number("high95", s.High);
        json.WriteNumber("failed", s.Failed);
    }

    private static void WriteValue(System.Text.Json.Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }
}
