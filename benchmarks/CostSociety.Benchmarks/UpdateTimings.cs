using System.Diagnostics;
using CostSociety.Circuits;
using CostSociety.Fabric.Simd;
using CostSociety.Language;

namespace CostSociety.Benchmarks;

/// <summary>
/// What the table of known programs saves: two equal societies on one thread, one of which interprets its updates, take
/// steps in turn. Printed are the 10th percentile and the median of each, in microseconds: on a busy machine the first
/// is the undisturbed time.
/// </summary>
internal static class UpdateTimings
{
    private const int Pixels = 784;
    private const int Classes = 10;
    private const int Steps = 400;

    private const string Costs = """
        { "format": 1, "name": "read", "costs": { "report": { "minimize": "cross_entropy(report, label)", "teaches": "upstream" } } }
        """;

    public static void Print()
    {
        foreach (int batch in new[] { 64, 16, 1 })
            foreach (string update in new[] { "sgd", "momentum", "adam" })
                Print(update, batch);
    }

    private static void Print(string update, int batch)
    {
        var circuit = Parse(update, batch);
        using SimdExecutor interprets = new(1) { KnownPrograms = KnownPrograms.Empty }, knows = new(1);
        using Society before = Society.Build(circuit, interprets), after = Society.Build(circuit, knows);
        var random = new Random(1);
        float[] image = [.. Enumerable.Range(0, batch * Pixels).Select(_ => random.NextSingle())];
        float[] label = [.. Enumerable.Range(0, batch * Classes).Select(i => i % Classes == i / Classes % Classes ? 1f : 0)];
        double[] old = new double[Steps], now = new double[Steps];
        for (int i = -20; i < Steps; i++)
        {
            double first = Time(before, image, label), second = Time(after, image, label);
            if (i >= 0)
                (old[i], now[i]) = (first, second);
        }
        Array.Sort(old);
        Array.Sort(now);
        Console.WriteLine(
            $"{update} batch {batch}: interpreted {old[Steps / 10]:0} (median {old[Steps / 2]:0}), known {now[Steps / 10]:0} (median {now[Steps / 2]:0})");
    }

    private static double Time(Society society, float[] image, float[] label)
    {
        long start = Stopwatch.GetTimestamp();
        society.Step(image, label);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static Circuit Parse(string update, int batch)
    {
        string text = $$"""
            {
              "format": 1,
              "name": "timings",
              "streams": { "image": { "source": "host", "shape": [{{Pixels}}] }, "label": { "source": "host", "shape": [{{Classes}}] } },
              "areas": {
                "eye": { "reads": "image" },
                "first": { "units": 512, "activation": "relu" },
                "second": { "units": 512, "activation": "relu" },
                "report": { "units": {{Classes}}, "activation": "softmax" }
              },
              "projections": { "eye -> first": {}, "first -> second": {}, "second -> report": {} },
              "learning": { "update": { "kind": "{{update}}", "rate": 0.001 }, "batch": {{batch}}, "seed": 1 },
              "costs": "timings.costs.json"
            }
            """;
        var diagnostics = new Language.Diagnostics();
        var circuit = Circuit.Parse(
            new SourceText("timings.circuit.json", text), new SourceText("timings.costs.json", Costs), overrides: null, diagnostics);
        diagnostics.ThrowIfErrors();
        return circuit!;
    }
}
