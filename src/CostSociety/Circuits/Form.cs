namespace CostSociety.Circuits;

/// <summary>
/// What a value may be. The tables of the formats are made of forms; the check of files, the overrides, the JSON
/// Schema and the documentation all read the same tables.
/// </summary>
internal abstract record Form
{
    /// <summary>What a message says was expected, with its article.</summary>
    public abstract string Expected { get; }

    /// <summary>The key that a plain text in place of an object stands for, or null.</summary>
    public virtual string? Shorthand => null;

    /// <summary>The keys of an object of this form, or null.</summary>
    public virtual KeyTable? Table => null;

    /// <summary>Whether values of a kind can be of this form.</summary>
    public abstract bool Takes(JsonKind kind);

    /// <summary>Reports everything wrong with a value whose kind fits.</summary>
    public abstract void Check(JsonValue value, string what, FormCheck check);

    /// <summary>The form of a part of the value, or null when there is none of that name.</summary>
    public virtual Form? Inside(string part) => null;
}

/// <summary>Any text, or a text of a named kind.</summary>
internal sealed record TextForm(string Meaning = "a text") : Form
{
    public override string Expected => Meaning;

    public override bool Takes(JsonKind kind) => kind == JsonKind.Text;

    public override void Check(JsonValue value, string what, FormCheck check)
    {
    }
}

/// <summary>A name given or used.</summary>
internal sealed record NameForm(string Meaning = "a name") : Form
{
    public override string Expected => Meaning;

    public override bool Takes(JsonKind kind) => kind == JsonKind.Text;

    public override void Check(JsonValue value, string what, FormCheck check) => check.Name(value);
}

/// <summary>One of a few texts.</summary>
internal sealed record ChoiceForm(IReadOnlyList<string> Values) : Form
{
    public override string Expected => string.Join(" or ", Values.Select(v => $"\"{v}\""));

    public override bool Takes(JsonKind kind) => kind == JsonKind.Text;

    public override void Check(JsonValue value, string what, FormCheck check)
    {
        if (!Values.Contains(value.Text))
            check.Bad(value, FileErrors.UnknownChoice, $"{what} is {value.Describe()}; expected {Expected}",
                Language.Suggestions.Hint(value.Text, Values));
    }
}

/// <summary>A text of a small pattern.</summary>
internal sealed record PatternForm(string Meaning, string Pattern, Func<string, bool> Accepts) : Form
{
    public override string Expected => Meaning;

    public override bool Takes(JsonKind kind) => kind == JsonKind.Text;

    public override void Check(JsonValue value, string what, FormCheck check)
    {
        if (!Accepts(value.Text))
            check.Bad(value, FileErrors.UnknownChoice, $"{what} is {value.Describe()}; expected {Expected}");
    }
}

/// <summary>A whole number in a range.</summary>
internal sealed record WholeForm(long Least, long Most) : Form
{
    public override string Expected => Least == Most ? $"the number {Least}" : $"a whole number from {Least} to {Most}";

    public override bool Takes(JsonKind kind) => kind == JsonKind.Number;

    public override void Check(JsonValue value, string what, FormCheck check)
    {
        if (value.Number != Math.Floor(value.Number) || value.Number < Least || value.Number > Most)
            check.Bad(value, FileErrors.Range, $"{what} is {value.Describe()}; expected {Expected}");
    }
}

/// <summary>A number in a range, limits included.</summary>
internal sealed record NumberForm(double Least, double Most) : Form
{
    public override string Expected => $"a number from {Least} to {Most}";

    public override bool Takes(JsonKind kind) => kind == JsonKind.Number;

    public override void Check(JsonValue value, string what, FormCheck check)
    {
        if (value.Number < Least || value.Number > Most)
            check.Bad(value, FileErrors.Range, $"{what} is {value.Describe()}; expected {Expected}");
    }
}

/// <summary>true or false; or only true, where false is another key.</summary>
internal sealed record FlagForm(bool OnlyTrue = false) : Form
{
    public override string Expected => OnlyTrue ? "true" : "true or false";

    public override bool Takes(JsonKind kind) => kind == JsonKind.Flag;

    public override void Check(JsonValue value, string what, FormCheck check)
    {
        if (OnlyTrue && !value.Flag)
            check.Bad(value, FileErrors.NotSupported, $"{what} is false; format {Formats.Circuit} knows only true");
    }
}

/// <summary>A number, or a text of the language.</summary>
internal sealed record ExpressionForm : Form
{
    public override string Expected => "a number or an expression as a text";

    public override bool Takes(JsonKind kind) => kind is JsonKind.Text or JsonKind.Number;

    public override void Check(JsonValue value, string what, FormCheck check)
    {
        if (!float.IsFinite((float)value.Number))
            check.Bad(value, FileErrors.Range, $"{what} is {value.Describe()}; expected a number from {float.MinValue} to {float.MaxValue}");
    }
}

/// <summary>A key that is understood and refused, with the reason.</summary>
internal sealed record RefusedForm(string Reason, string? Hint) : Form
{
    public override string Expected => "nothing";

    public override bool Takes(JsonKind kind) => true;

    public override void Check(JsonValue value, string what, FormCheck check)
    {
    }
}
