using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Reads learning rules, updates and first weights.</summary>
internal static class LearningSpecReader
{
    private static readonly string[] _kinds = ["normal", "uniform", "orthogonal", "constant", "zero", "file"];

    public static LearningSpec Read(Fields fields)
    {
        var rule = Rule(fields, new RuleSpec("backprop", null, fields.Span))!;
        var update = Update(fields, new UpdateSpec("sgd", new Dictionary<string, ExpressionText>(), fields.Span))!;
        return new LearningSpec(rule, update, fields.Whole("batch"), fields.Whole("presentations"), (ulong)fields.Number("seed"), fields.Span);
    }

    /// <summary>The rule of an object; what it leaves out comes from the outer one. Null when it has none.</summary>
    public static RuleSpec? OwnRule(Fields fields, RuleSpec outer) => fields.Value("rule") is null ? null : Rule(fields, outer);

    /// <summary>The update of an object; what it leaves out comes from the outer one. Null when it has none.</summary>
    public static UpdateSpec? OwnUpdate(Fields fields, UpdateSpec outer) => fields.Value("update") is null ? null : Update(fields, outer);

    /// <summary>How weights begin; the default when the key is missing.</summary>
    public static InitSpec? Init(Fields fields, string key)
    {
        if (fields.Value(key) is not { } value)
            return null;
        var init = fields.Object(key, CircuitFormat.Init);
        string kind = _kinds.FirstOrDefault(k => init.Value(k) is not null) ?? "normal";
        double gain = init.Value(kind) is { Kind: JsonKind.Number } number ? number.Number : 0;
        return new InitSpec(kind, gain, init.Text("fan") == "out", kind == "file" ? init.Text("file") : null, value.Span);
    }

    private static RuleSpec Rule(Fields fields, RuleSpec outer)
    {
        var value = fields.Value("rule");
        if (value is null or { Kind: JsonKind.Text })
            return value is null ? outer : new RuleSpec(value.Text, null, value.Span);
        var rule = fields.Object("rule", CircuitFormat.Rule);
        string? name = rule.Value("name")?.Text;
        var feedback = Init(rule, "feedback") ?? (name is null ? outer.Feedback : null);
        return new RuleSpec(name ?? outer.Name, feedback, rule.SpanOf("name"));
    }

    private static UpdateSpec Update(Fields fields, UpdateSpec outer)
    {
        var value = fields.Value("update");
        if (value is null or { Kind: JsonKind.Text })
            return value is null ? outer : new UpdateSpec(value.Text, new Dictionary<string, ExpressionText>(), value.Span);
        var update = fields.Object("update", CircuitFormat.Update);
        string? kind = update.Value("kind")?.Text;
        var parameters = new Dictionary<string, ExpressionText>(kind is null ? outer.Parameters : new Dictionary<string, ExpressionText>(), StringComparer.Ordinal);
        foreach (var member in update.Rest())
            parameters[member.Name] = member.Value.Expression!;
        return new UpdateSpec(kind ?? outer.Kind, parameters, update.SpanOf("kind"));
    }
}
