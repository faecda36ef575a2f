using System.Globalization;
using System.Text;
using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Learning;

namespace CostSociety.Cli;

/// <summary>A chain of dense areas that a benchmark trains: text made of flags, read like any other circuit.</summary>
internal sealed record BenchCircuit(int[] Sizes, int Batch, string Rule, string Update, string Activation, ulong Seed)
{
    private const string Costs = """
        { "format": 1, "name": "bench", "costs": { "out": { "minimize": "cross_entropy(out, label)", "teaches": "upstream" } } }
        """;

    /// <summary>
    /// Multiply-adds of a sample: forward through every bank, back through every bank but the first, and the gradient of
    /// every bank that learns. Biases and activations are not counted.
    /// </summary>
    public long MultiplyAdds
    {
        get
        {
            var banks = Sizes.Zip(Sizes.Skip(1), (i, o) => (long)i * o).ToArray();
            long forward = banks.Sum();
            return LearningRules.Find(Rule).TeachesHidden ? 3 * forward - banks[0] : forward + banks[^1];
        }
    }

    /// <summary>Reads the text.</summary>
    public Circuit Read()
    {
        var diagnostics = new Diagnostics();
        var circuit = Circuit.Parse(new SourceText("bench.circuit.json", Text()), new SourceText("bench.costs.json", Costs), overrides: null, diagnostics);
        diagnostics.ThrowIfErrors();
        return circuit!;
    }

    private string Text()
    {
        string[] names = ["input", .. Enumerable.Range(1, Sizes.Length - 2).Select(i => $"hidden{i}"), "out"];
        var areas = new StringBuilder("\"input\": { \"reads\": \"image\" }");
        var projections = new StringBuilder();
        for (int i = 1; i < Sizes.Length; i++)
        {
            string activation = i == Sizes.Length - 1 ? "softmax" : Activation;
            areas.Append(CultureInfo.InvariantCulture, $", \"{names[i]}\": {{ \"units\": {Sizes[i]}, \"activation\": \"{activation}\" }}");
            projections.Append(i > 1 ? ", " : "").Append(CultureInfo.InvariantCulture, $"\"{names[i - 1]} -> {names[i]}\": {{}}");
        }
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "format": 1,
              "name": "bench",
              "streams": { "image": { "source": "host", "shape": [{{Sizes[0]}}] }, "label": { "source": "host", "shape": [{{Sizes[^1]}}] } },
              "areas": { {{areas}} },
              "projections": { {{projections}} },
              "learning": { "rule": "{{Rule}}", "update": { "kind": "{{Update}}" }, "batch": {{Batch}}, "seed": {{Seed}} },
              "costs": "bench.costs.json"
            }
            """);
    }
}
