using System.Text.Json.Nodes;
using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Cli;

/// <summary>The simplest reader there is: the one input of a circuit, dense to a softmax over its one label.</summary>
internal static class LinearReader
{
    private const string Costs = """{ "format": 1, "name": "read", "costs": { "linear_reader": { "minimize": "cross_entropy(linear_reader, LABEL)" } } }""";

    /// <summary>The reader, or null when the circuit has not exactly one input and one label.</summary>
    public static Circuit? TryMake(Circuit circuit)
    {
        var labels = circuit.Streams.Where(s => s.OneHot).ToList();
        var inputs = circuit.Areas.Select(a => a.Reads).OfType<string>().Distinct().ToList();
        if (labels.Count != 1 || inputs.Count != 1 || circuit.Measures.Count == 0 || labels[0].Name == inputs[0])
            return null;
        var source = new SourceText("<linear reader>", Write(circuit, inputs[0], labels[0]));
        return Circuit.Parse(source, new SourceText("<linear reader costs>", Costs.Replace("LABEL", labels[0].Name)), null, new Diagnostics());
    }

    private static string Write(Circuit circuit, string input, StreamSpec label)
    {
        var old = JsonNode.Parse(circuit.ResolvedJson)!.AsObject();
        var made = new JsonObject
        {
            ["format"] = 1,
            ["name"] = "linear-reader",
            ["streams"] = old["streams"]!.DeepClone(),
            ["areas"] = new JsonObject
            {
                ["linear_input"] = new JsonObject { ["reads"] = input },
                ["linear_reader"] = new JsonObject { ["units"] = label.Width, ["activation"] = "softmax" },
            },
            ["projections"] = new JsonObject { ["linear_input -> linear_reader"] = new JsonObject() },
            ["learning"] = old["learning"]?.DeepClone(),
            ["measures"] = new JsonObject { ["accuracy"] = $"batch_mean(argmax(linear_reader) == argmax({label.Name}))" },
            ["costs"] = "none",
        };
        if (old["sources"] is { } sources)
            made["sources"] = sources.DeepClone();
        if (old["run"] is { } run)
            made["run"] = run.DeepClone();
        return made.ToJsonString();
    }
}
