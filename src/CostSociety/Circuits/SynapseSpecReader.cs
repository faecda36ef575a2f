using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Reads what limits the synapses of a projection, and how they change.</summary>
internal static class SynapseSpecReader
{
    private static readonly string[] _keys = ["density", "mask", "sign", "bounds", "dw"];

    public static SynapseSpec Read(Fields fields)
    {
        var mask = fields.Value("mask");
        var bounds = fields.Items("bounds").ToList();
        return new SynapseSpec
        {
            Density = fields.Number("density"),
            Mask = mask?.Expression,
            MaskFile = fields.Object("mask", CircuitFormat.Mask).Value("file")?.Text,
            MaskSpan = fields.SpanOf("mask"),
            Sign = fields.Text("sign") switch { "excitatory" => 1, "inhibitory" => -1, _ => 0 },
            Low = bounds.Count == 2 ? bounds[0].Number : double.NegativeInfinity,
            High = bounds.Count == 2 ? bounds[1].Number : double.PositiveInfinity,
            BoundsSpan = fields.SpanOf("bounds"),
            Change = fields.Expression("dw"),
            Keys = Given(fields),
        };
    }

    private static List<(string, SourceSpan)> Given(Fields fields)
    {
        var given = new List<(string, SourceSpan)>();
        foreach (string key in _keys)
            if (fields.Has(key))
                given.Add((key, fields.KeyOf(key)));
        return given;
    }

    /// <summary>The file with the paths of its masks written out, so that it means the same in another folder.</summary>
    public static JsonValue Rooted(JsonValue root, SourceText circuit) => Rooted(Rooted(root, "projections", circuit), "defaults", circuit);

    private static JsonValue Rooted(JsonValue root, string map, SourceText circuit) => In(root, map, all => In(all, null, each => In(each, "mask", mask =>
        In(mask, "file", path => path.Kind == JsonKind.Text
            ? JsonValue.OfText(ExpressionText.Made(Path.GetFullPath(TextFiles.Beside(circuit, path.Text)), path.Span), path.Span)
            : path))));

    /// <summary>An object with one member, or all of them, changed.</summary>
    private static JsonValue In(JsonValue map, string? key, Func<JsonValue, JsonValue> change) => map.Kind == JsonKind.Object
        ? JsonValue.OfObject([.. map.Members.Select(m => key is null || m.Name == key ? m with { Value = change(m.Value) } : m)], map.Span)
        : map;

    /// <summary>A projection with a text of its own learns by it and needs no rule besides.</summary>
    public static RuleSpec? Rule(Fields fields, RuleSpec? own) =>
        own is null && fields.Value("dw") is { } change ? new RuleSpec(Learning.Local.RuleName, null, change.Span) : own;
}
