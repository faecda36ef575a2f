using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.PublicApi.Tests;

/// <summary>A circuit whose streams the embedding program supplies, made of texts.</summary>
internal static class Host
{
    private const string CircuitJson = """
        {
          "format": 1,
          "name": "line",
          "streams": { "x": { "source": "host", "shape": [3] }, "y": { "source": "host", "shape": [1] } },
          "areas": {
            "eye": { "reads": "x" },
            "inner": { "units": 20, "activation": "tanh" },
            "out": { "units": 1, "activation": "linear" }
          },
          "projections": { "eye -> inner": {}, "inner -> out": {} },
          "learning": { "update": { "kind": "momentum", "rate": 0.05 }, "batch": 8, "seed": 3 },
          "measures": { "near": "batch_mean(abs(out - y) < 0.2)" },
          "costs": "line.costs.json"
        }
        """;

    private const string CostsJson = """
        { "format": 1, "name": "line", "costs": { "out": { "minimize": { "miss": "mse(out, y)" }, "teaches": "upstream" } } }
        """;

    public static Circuit Circuit()
    {
        var diagnostics = new Diagnostics();
        var circuit = Circuits.Circuit.Parse(
            new SourceText("line.circuit.json", CircuitJson), new SourceText("line.costs.json", CostsJson), overrides: null, diagnostics);
        diagnostics.ThrowIfErrors();
        return circuit!;
    }

    public static CostFile Costs(string json)
    {
        var diagnostics = new Diagnostics();
        var costs = CostFile.Parse(new SourceText("new.costs.json", json), diagnostics);
        diagnostics.ThrowIfErrors();
        return costs!;
    }

    /// <summary>Samples of y = mean(x), the same for the same number.</summary>
    public static (float[] X, float[] Y) Samples(int number, int count = 8)
    {
        var random = new Random(number);
        float[] x = [.. Enumerable.Range(0, count * 3).Select(_ => random.NextSingle() * 2 - 1)];
        return (x, [.. Enumerable.Range(0, count).Select(i => (x[3 * i] + x[3 * i + 1] + x[3 * i + 2]) / 3)]);
    }

    public static void Train(Society society, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            var (x, y) = Samples((int)society.Age);
            society.Step(x, y);
        }
    }
}
