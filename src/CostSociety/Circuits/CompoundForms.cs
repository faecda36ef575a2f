namespace CostSociety.Circuits;

/// <summary>A list of values of one form.</summary>
internal sealed record ListForm(Form Item, string Meaning, int Least, int Most) : Form
{
    public override string Expected => Meaning;

    public override bool Takes(JsonKind kind) => kind == JsonKind.List;

    public override void Check(JsonValue value, string what, FormCheck check)
    {
        int count = value.Items.Count;
        if (count < Least || count > Most)
            check.Bad(value, FileErrors.Range, $"{what} has {count} entries; expected {Least} to {Most}");
        for (int i = 0; i < count; i++)
            check.Value(value.Items[i], Item, $"entry {i} of {what}");
    }

    public override Form? Inside(string part) => Item;
}

/// <summary>What the keys of a map are.</summary>
internal enum MapKeys
{
    /// <summary>New names.</summary>
    Names,

    /// <summary>Projections, <c>a -> b.compartment</c>.</summary>
    Projections,

    /// <summary>Names of something else, checked against it later.</summary>
    References,
}

/// <summary>An object whose keys the user chooses.</summary>
internal sealed record MapForm(MapKeys Keys, Form Item, string KeyWord, string Meaning) : Form
{
    /// <summary>The key that a plain text in place of the object stands for, or null.</summary>
    public string? ShortKey { get; init; }

    /// <summary>Fewest keys.</summary>
    public int Least { get; init; }

    public override string? Shorthand => ShortKey;

    public override string Expected => Meaning;

    public override bool Takes(JsonKind kind) => kind == JsonKind.Object;

    public override void Check(JsonValue value, string what, FormCheck check)
    {
        if (value.Members.Count < Least)
            check.Bad(value, FileErrors.Range, $"{what} is empty; expected at least {Least} {KeyWord}");
        foreach (var member in value.Members)
        {
            if (member.Name != ShortKey)
                check.Key(member, Keys);
            check.Value(member.Value, Item, $"{KeyWord} '{member.Name}'");
        }
    }

    public override Form? Inside(string part) => Item;
}

/// <summary>An object with the keys of a table.</summary>
internal sealed record ObjectForm(KeyTable Keys) : Form
{
    public override KeyTable Table => Keys;

    public override string Expected => $"an object ({Table.Name})";

    public override string? Shorthand => Table.Shorthand;

    public override bool Takes(JsonKind kind) => kind == JsonKind.Object;

    public override void Check(JsonValue value, string what, FormCheck check) => check.Object(value, Table, what);

    public override Form? Inside(string part) => Table.Find(part)?.Form ?? Table.Rest;
}

/// <summary>One of several forms, told apart by the kind of the value.</summary>
internal sealed record EitherForm(IReadOnlyList<Form> Forms) : Form
{
    public override string Expected => string.Join(", or ", Forms.Select(f => f.Expected));

    public override string? Shorthand => Forms.Select(f => f.Shorthand).FirstOrDefault(s => s is not null);

    public override KeyTable? Table => Forms.Select(f => f.Table).FirstOrDefault(t => t is not null);

    public override bool Takes(JsonKind kind) => Forms.Any(f => f.Takes(kind));

    public override void Check(JsonValue value, string what, FormCheck check) =>
        Forms.First(f => f.Takes(value.Kind)).Check(value, what, check);

    public override Form? Inside(string part) => Forms.Select(f => f.Inside(part)).FirstOrDefault(f => f is not null);
}
