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

    /// <summary>A projection with a text of its own learns by it and needs no rule besides.</summary>
    public static RuleSpec? Rule(Fields fields, RuleSpec? own) =>
        own is null && fields.Value("dw") is { } change ? new RuleSpec(Learning.Local.RuleName, null, change.Span) : own;
}
