using CostSociety.Circuits;
using CostSociety.Language;
using NJsonSchema;

namespace CostSociety.Tests.Circuits;

/// <summary>A file that uses every kind of wiring, phases and defaults: reader, schema and engine take it.</summary>
public class WiringCircuitTests
{
    private const string Text = """
        {
          "format": 1, "name": "wiring",
          "streams": { "image": { "source": "host", "shape": [2, 6, 6] }, "other": { "source": "host", "shape": [2, 6, 6] }, "label": { "source": "host", "shape": [3] } },
          "areas": {
            "eye": { "reads": "image" }, "eye2": { "reads": "other" },
            "v1": { "shape": [4, 6, 6] }, "v1b": { "shape": [4, 6, 6] }, "v2": { "shape": [3, 4, 4], "class": "deep" }, "small": { "shape": [3, 2, 2] },
            "copy": { "units": 12, "dynamics": "tanh(basal + lateral)" }, "report": { "units": 3, "activation": "softmax" }
          },
          "projections": {
            "eye -> v1": { "patch": { "size": 3, "padding": 1 } }, "eye2 -> v1b": { "share": "eye -> v1" }, "v1 -> v2": { "patch": { "size": 3, "shared": false } },
            "v2 -> small": { "pool": { "size": 2, "kind": "max" } }, "small -> copy": { "one-to-one": true, "init": { "constant": 1 }, "plastic": false },
            "copy -> copy.lateral": { "class": "loop" }, "copy -> report": {}, "v1b -> report": {}
          },
          "defaults": { "area": { "activation": "tanh" }, "area.deep": { "activation": "softplus" }, "projection.loop": { "delay": 1 }, "#copy -> report": { "init": { "normal": 0.5 } } },
          "learning": { "update": { "kind": "sgd", "rate": 0.1 }, "batch": 2 },
          "schedule": [{ "phase": "minus", "ticks": 3, "snapshot": true }, { "phase": "plus", "clamp": { "report": "label" }, "active": ["copy"], "plastic": ["v1", "v2", "copy -> report"] }],
          "measures": { "gap": "batch_mean(mean(square(report - minus.report)))" },
          "costs": "wiring.costs.json"
        }
        """;

    private const string Costs = """
        { "format": 1, "costs": { "report": { "minimize": "cross_entropy(minus.report, label) + 0 * sum(report.basal)", "teaches": "upstream" } } }
        """;

    [Fact]
    public async Task Schema_AcceptsTheFile()
    {
        var schema = await JsonSchema.FromFileAsync(Repository.PathOf("circuits", "schema", "circuit-1.schema.json"));

        Assert.Empty(schema.Validate(Text));
    }

    [Fact]
    public void Society_OfTheFile_LearnsFromItsPhases()
    {
        using var society = Society.Build(Parse());
        float[] image = [.. Enumerable.Range(0, 144).Select(i => MathF.Sin(i))];
        double first = 0;
        for (int step = 0; step < 60; step++)
        {
            society.Set("image", image);
            society.Set("other", image);
            society.Set("label", [1, 0, 0, 0, 0, 1]);
            society.Step(2);
            first = step == 0 ? society.CostValues[0] : first;
        }
        Assert.InRange(society.CostValues[0], 0, 0.5 * first);
        Assert.Equal(["eye -> v1", "v1 -> v2", "small -> copy", "copy -> copy.lateral", "copy -> report", "v1b -> report", "eye2 -> v1b"],
            Inspection.Of(society.Circuit).Parameters.Where(p => p.Name.Contains("->", StringComparison.Ordinal)).Select(p => p.Name));
    }

    private static Circuit Parse()
    {
        var diagnostics = new Diagnostics();
        var circuit = Circuit.Parse(new SourceText("<circuit>", Text), new SourceText("<costs>", Costs), null, diagnostics);
        diagnostics.ThrowIfErrors();
        return circuit!;
    }
}
