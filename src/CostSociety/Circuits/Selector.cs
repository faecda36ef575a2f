namespace CostSociety.Circuits;

/// <summary>What a block of <c>defaults</c> is for: areas or projections, all of them, those of a class, or one.</summary>
/// <param name="OfProjections">Whether it selects projections rather than areas.</param>
/// <param name="Class">The class, or null.</param>
/// <param name="Name">The canonical name of the one it selects, or null.</param>
internal sealed record Selector(bool OfProjections, string? Class, string? Name)
{
    /// <summary>Patterns of selectors of areas and of projections, for the schema.</summary>
    public static (string Areas, string Projections) Patterns { get; } =
        (@"^(area(\.[A-Za-z_][A-Za-z0-9_]*)?|#[A-Za-z_][A-Za-z0-9_]*)$", @"^(projection(\.[A-Za-z_][A-Za-z0-9_]*)?|#.*->.*)$");

    /// <summary>Narrower selectors win: 0 for all, 1 for a class, 2 for one.</summary>
    public int Narrowness => Name is not null ? 2 : Class is not null ? 1 : 0;

    /// <summary>The keys it may give.</summary>
    public KeyTable Table => OfProjections ? CircuitFormat.ProjectionDefaults : CircuitFormat.AreaDefaults;

    /// <summary>Takes a selector apart; null when it is none.</summary>
    public static Selector? Parse(string text)
    {
        if (text.StartsWith('#'))
            return ProjectionName.Parse(text[1..]) is { } projection ? new Selector(true, null, projection.Canonical)
                : Names.IsName(text.AsSpan(1)) ? new Selector(false, null, text[1..]) : null;
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        string kind = dot < 0 ? text : text[..dot];
        if (kind is not ("area" or "projection") || (dot >= 0 && !Names.IsName(text.AsSpan(dot + 1))))
            return null;
        return new Selector(kind == "projection", dot < 0 ? null : text[(dot + 1)..], null);
    }

    /// <summary>Whether it selects an area or projection.</summary>
    public bool Selects(bool isProjection, string name, string? itsClass) =>
        isProjection == OfProjections && (Name is null || Name == name) && (Class is null || Class == itsClass);
}

/// <summary>Blocks of keys by selector.</summary>
internal sealed record DefaultsForm : Form
{
    public override string Expected => "an object of defaults by selector";

    public override bool Takes(JsonKind kind) => kind == JsonKind.Object;

    public override void Check(JsonValue value, string what, FormCheck check)
    {
        foreach (var member in value.Members)
            if (Inside(member.Name) is { } form)
                check.Value(member.Value, form, $"the defaults '{member.Name}'");
            else
                check.Diagnostics.Error(FileErrors.Selector, member.NameSpan, $"'{member.Name}' selects nothing",
                    "write area, area.CLASS, projection, projection.CLASS, #AREA or '#from -> to'");
    }

    public override Form? Inside(string part) => Selector.Parse(part) is { } selector ? new ObjectForm(selector.Table) : null;
}
