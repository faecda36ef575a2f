using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Checks the values of a file against the tables, and remembers the bad ones so that nothing reads them.</summary>
internal sealed class FormCheck(Diagnostics diagnostics)
{
    private readonly HashSet<object> _bad = new(ReferenceEqualityComparer.Instance);

    public Diagnostics Diagnostics => diagnostics;

    /// <summary>Whether a value or member was refused.</summary>
    public bool IsBad(object part) => _bad.Contains(part);

    /// <summary>Checks one value.</summary>
    public void Value(JsonValue value, Form form, string what)
    {
        if (form.Takes(value.Kind))
            form.Check(value, what, this);
        else
            Bad(value, FileErrors.WrongKind, $"{what} is {value.Describe()}; expected {form.Expected}");
    }

    /// <summary>Reports a bad value.</summary>
    public void Bad(JsonValue value, string id, string message, string? hint = null)
    {
        _bad.Add(value);
        diagnostics.Error(id, value.Span, message, hint);
    }

    /// <summary>Checks an object against its table.</summary>
    public void Object(JsonValue value, KeyTable table, string what)
    {
        foreach (var member in value.Members)
            Member(member, table, what);
        var misspelled = Misspelled(value, table);
        foreach (var key in table.Keys)
            if (key.Required && value.Find(key.Name) is null && !misspelled.Contains(key.Name))
                Missing(value, $"{what} has no '{key.Name}'", $"add \"{key.Name}\": {key.Form.Expected}");
        foreach (var choice in table.Choices)
            Exclusive(value, choice, what, misspelled);
    }

    /// <summary>Checks the key of a map.</summary>
    public void Key(JsonMember member, MapKeys keys)
    {
        if (keys == MapKeys.Names && !Names.Check(member.Name, member.NameSpan, diagnostics))
            _bad.Add(member);
        if (keys != MapKeys.Projections || ProjectionName.Parse(member.Name) is not null)
            return;
        _bad.Add(member);
        diagnostics.Error(FileErrors.ProjectionName, member.NameSpan, $"'{member.Name}' is not the name of a projection",
            "write 'from -> to' or 'from -> to.compartment', with names of areas");
    }

    /// <summary>Checks a text that is a new name.</summary>
    public void Name(JsonValue value)
    {
        if (!Names.Check(value.Text, value.Span, diagnostics))
            _bad.Add(value);
    }

    private void Member(JsonMember member, KeyTable table, string what)
    {
        var form = table.Find(member.Name)?.Form ?? table.Rest;
        if (form is null)
            diagnostics.Error(FileErrors.UnknownKey, member.NameSpan, $"unknown key '{member.Name}' in {what}",
                Suggestions.Hint(member.Name, table.Names));
        else if (form is RefusedForm refused)
            diagnostics.Error(FileErrors.NotSupported, member.NameSpan, refused.Reason, refused.Hint);
        else
            Value(member.Value, form, what == FileReading.Root ? $"'{member.Name}'" : $"'{member.Name}' of {what}");
    }

    /// <summary>Keys that an unknown key of the object probably means; they are not missing besides.</summary>
    private static HashSet<string?> Misspelled(JsonValue value, KeyTable table) =>
        [.. value.Members.Where(m => table.Rest is null && table.Find(m.Name) is null).Select(m => Suggestions.Nearest(m.Name, table.Names))];

    private void Missing(JsonValue value, string message, string hint) =>
        diagnostics.Error(FileErrors.MissingKey, value.Span with { Length = Math.Min(1, value.Span.Length) }, message, hint);

    private void Exclusive(JsonValue value, Choice choice, string what, HashSet<string?> misspelled)
    {
        var present = value.Members.Where(m => choice.Names.Contains(m.Name)).ToList();
        string list = string.Join(", ", choice.Names.Select(n => $"'{n}'"));
        if (present.Count == 0 && choice.OneRequired && !choice.Names.Any(misspelled.Contains))
            Missing(value, $"{what} needs one of {list}", "exactly one of them");
        foreach (var member in present.Skip(1))
            diagnostics.Error(FileErrors.Exclusive, member.NameSpan,
                $"{what} has '{member.Name}' beside '{present[0].Name}'", $"at most one of {list}");
        if (choice.BothMeanNeither && present.Count > 1)
            _bad.UnionWith(present.Select(m => m.Value));
    }
}
