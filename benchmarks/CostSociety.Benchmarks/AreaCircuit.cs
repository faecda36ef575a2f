using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Benchmarks;

/// <summary>
/// A chain of hidden areas of one width and a readout. Either every area draws its input again and minimizes how the drawing
/// differs, passing nothing back, or nothing is drawn and one cost of the readout reaches through all.
/// </summary>
internal sealed record AreaCircuit(int Areas, int Units, int Batch, bool Local)
{
    private const int Classes = 10;

    private string[] Names => ["input", .. Enumerable.Range(1, Areas).Select(i => $"h{i}")];

    /// <summary>Reads the text.</summary>
    public Circuit Read()
    {
        var diagnostics = new Language.Diagnostics();
        var circuit = Circuit.Parse(
            new SourceText("areas.circuit.json", Text()), new SourceText("areas.costs.json", Costs()), overrides: null, diagnostics);
        diagnostics.ThrowIfErrors();
        return circuit!;
    }

    /// <summary>Inputs and one-hot labels for one step.</summary>
    public (float[] Inputs, float[] Labels) Samples() => new ChainCircuit([Units, Classes], Batch).Samples();

    private string Costs()
    {
        var own = Names.Zip(Names.Skip(1), (from, to) => $$"""
            "{{from}}": { "minimize": "mean(square({{from}}.apical - stop({{from}})))", "teaches": ["{{to}}", "{{to}} -> {{from}}.apical"] },
            """);
        return $$"""
            {
              "format": 1,
              "name": "areas",
              "costs": {
                {{(Local ? string.Join('\n', own) : "")}}
                "out": { "minimize": "cross_entropy(out, label)", "teaches": {{(Local ? "\"out\"" : "\"upstream\"")}} }
              }
            }
            """;
    }

    private string Text()
    {
        var areas = Names.Skip(1).Select(name => $$"""
            "{{name}}": { "units": {{Units}}, "activation": "relu" },
            """);
        var projections = Names.Zip(Names.Skip(1), (from, to) => $$"""
            "{{from}} -> {{to}}": {},{{(Local ? $"\"{to} -> {from}.apical\": {{}}," : "")}}
            """);
        return $$"""
            {
              "format": 1,
              "name": "areas",
              "streams": { "image": { "source": "host", "shape": [{{Units}}] }, "label": { "source": "host", "shape": [{{Classes}}] } },
              "areas": { "input": { "reads": "image" }, {{string.Join('\n', areas)}} "out": { "units": {{Classes}}, "activation": "softmax" } },
              "projections": { {{string.Join('\n', projections)}} "{{Names[^1]}} -> out": {} },
              "learning": { "update": { "kind": "momentum", "rate": 0.0001 }, "batch": {{Batch}}, "seed": 1 },
              "costs": "areas.costs.json"
            }
            """;
    }
}
