using System.Globalization;
using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Benchmarks;

/// <summary>A chain of dense relu areas with a softmax readout, made as text and read like any other circuit.</summary>
internal sealed record ChainCircuit(int[] Sizes, int Batch, string Update = "momentum", string Rule = "backprop")
{
    private const string Costs = """
        { "format": 1, "name": "read", "costs": { "out": { "minimize": "cross_entropy(out, label)", "teaches": "upstream" } } }
        """;

    /// <summary>Reads the text.</summary>
    public Circuit Read()
    {
        var diagnostics = new Language.Diagnostics();
        var circuit = Circuit.Parse(
            new SourceText("chain.circuit.json", Text()), new SourceText("chain.costs.json", Costs), overrides: null, diagnostics);
        diagnostics.ThrowIfErrors();
        return circuit!;
    }

    /// <summary>Inputs and one-hot labels for one step, the same in every run.</summary>
    public (float[] Inputs, float[] Labels) Samples()
    {
        var random = new Random(1);
        float[] inputs = [.. Enumerable.Range(0, Batch * Sizes[0]).Select(_ => 2 * random.NextSingle() - 1)];
        float[] labels = [.. Enumerable.Range(0, Batch * Sizes[^1]).Select(i => i % Sizes[^1] == i / Sizes[^1] % Sizes[^1] ? 1f : 0)];
        return (inputs, labels);
    }

    private string Text()
    {
        string[] names = ["input", .. Enumerable.Range(1, Sizes.Length - 2).Select(i => $"hidden{i}"), "out"];
        var areas = Sizes.Skip(1).Select((units, i) =>
            $$"""
            "{{names[i + 1]}}": { "units": {{units}}, "activation": "{{(i == Sizes.Length - 2 ? "softmax" : "relu")}}" }
            """);
        var projections = names.Skip(1).Select((name, i) => $$"""
            "{{names[i]}} -> {{name}}": {}
            """);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "format": 1,
              "name": "chain",
              "streams": { "image": { "source": "host", "shape": [{{Sizes[0]}}] }, "label": { "source": "host", "shape": [{{Sizes[^1]}}] } },
              "areas": { "input": { "reads": "image" }, {{string.Join(", ", areas)}} },
              "projections": { {{string.Join(", ", projections)}} },
              "learning": { "rule": "{{Rule}}", "update": { "kind": "{{Update}}", "rate": 0.001 }, "batch": {{Batch}}, "seed": 1 },
              "costs": "chain.costs.json"
            }
            """);
    }
}
