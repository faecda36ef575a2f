namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Circuit and cost files of the gradient tests, made from their parts.</summary>
internal static class Texts
{
    /// <summary>The part of every circuit that makes its step show the gradient.</summary>
    public static string Learning(int batch = 4, string rule = "\"backprop\"") =>
        $$"""
        "learning": { "rule": {{rule}}, "update": { "kind": "sgd", "rate": 1 }, "batch": {{batch}}, "seed": 3 }
        """;

    /// <summary>A circuit of the given parts.</summary>
    public static string Circuit(
        string streams, string areas, string projections, string? learning = null, string measures = "", int ticks = 1) =>
        $$"""
        {
          "format": 1, "name": "gradients",
          "streams": { {{streams}} },
          "areas": { {{areas}} },
          "projections": { {{projections}} },
          {{learning ?? Learning()}},
          "schedule": [ { "phase": "see", "ticks": {{ticks}} } ],
          "measures": { {{measures}} },
          "costs": "gradients.costs.json"
        }
        """;

    /// <summary>
    /// image (4) -> hidden (5 units) -> report (3 units), with a stream of targets (3) and one number a sample.
    /// </summary>
    public static string Layers(
        string report = "\"dynamics\": \"basal + bias\", \"variables\": { \"bias\": 0 }", int batch = 4, string measures = "",
        string hidden = "\"dynamics\": \"tanh(basal + bias)\", \"variables\": { \"bias\": 0.125 }", int ticks = 1,
        string rule = "\"backprop\"") => Circuit(
            """
            "image": { "source": "host", "shape": [4] }, "target": { "source": "host", "shape": [3] },
            "amount": { "source": "host", "shape": [1] }
            """,
            $$"""
            "retina": { "reads": "image" }, "hidden": { "units": 5, {{hidden}} }, "report": { "units": 3, {{report}} }
            """,
            """
            "retina -> hidden": {}, "hidden -> report": {}
            """,
            Learning(batch, rule), measures, ticks);

    /// <summary>A cost file with one cost.</summary>
    public static string Cost(string minimize, string area = "report", string teaches = "\"upstream\"", string weight = "1", string parameters = "") =>
        $$"""
        {
          "format": 1, "parameters": { {{parameters}} },
          "costs": { "{{area}}": { "minimize": "{{minimize}}", "weight": "{{weight}}", "teaches": {{teaches}} } }
        }
        """;

    /// <summary>A cost file with the given costs.</summary>
    public static string Costs(string costs) => $$"""{ "format": 1, "costs": { {{costs}} } }""";
}
