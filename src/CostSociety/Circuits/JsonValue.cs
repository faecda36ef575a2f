using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Kinds of JSON values.</summary>
internal enum JsonKind
{
    Object,
    List,
    Text,
    Number,
    Flag,
    Null,
}

/// <summary>One key of an object with its value; the span of the key covers the text inside its quotes.</summary>
internal sealed record JsonMember(string Name, SourceSpan NameSpan, JsonValue Value);

/// <summary>A JSON value that knows where it stands. Immutable; overrides make changed copies.</summary>
internal sealed class JsonValue
{
    private JsonValue(JsonKind kind, SourceSpan span) => (Kind, Span) = (kind, span);

    public JsonKind Kind { get; }

    public SourceSpan Span { get; }

    /// <summary>The decoded text, or a number or flag as written.</summary>
    public string Text { get; private init; } = "";

    public double Number { get; private init; }

    public bool Flag { get; private init; }

    /// <summary>A text or number as an expression of the language.</summary>
    public ExpressionText? Expression { get; private init; }

    public IReadOnlyList<JsonMember> Members { get; private init; } = [];

    public IReadOnlyList<JsonValue> Items { get; private init; } = [];

    public static JsonValue OfText(ExpressionText text, SourceSpan span) =>
        new(JsonKind.Text, span) { Text = text.Text, Expression = text };

    public static JsonValue OfNumber(double number, SourceSpan span)
    {
        var expression = ExpressionText.Plain(span);
        return new(JsonKind.Number, span) { Number = number, Text = expression.Text, Expression = expression };
    }

    public static JsonValue OfFlag(bool flag, SourceSpan span) =>
        new(JsonKind.Flag, span) { Flag = flag, Text = flag ? "true" : "false" };

    public static JsonValue OfNull(SourceSpan span) => new(JsonKind.Null, span) { Text = "null" };

    public static JsonValue OfObject(IReadOnlyList<JsonMember> members, SourceSpan span) =>
        new(JsonKind.Object, span) { Members = members };

    public static JsonValue OfList(IReadOnlyList<JsonValue> items, SourceSpan span) =>
        new(JsonKind.List, span) { Items = items };

    /// <summary>The value of a key, or null.</summary>
    public JsonMember? Find(string name)
    {
        foreach (var member in Members)
            if (member.Name == name)
                return member;
        return null;
    }

    /// <summary>What a message calls this value.</summary>
    public string Describe() => Kind switch
    {
        JsonKind.Object => "an object",
        JsonKind.List => "a list",
        JsonKind.Text => $"the text '{(Text.Length > 40 ? Text[..37] + "..." : Text)}'",
        _ => Text.Length > 40 ? Text[..37] + "..." : Text,
    };
}
