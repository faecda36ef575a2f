using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>
/// Puts <c>defaults</c> under the areas and projections of a circuit file. Narrower selectors win, then later ones; what an
/// area or projection says itself wins over all. Objects are filled up key by key, except those that name their own kind.
/// </summary>
internal sealed class Defaults
{
    private static readonly string[] _ofNothing = ["why", "notes", "class"];

    /// <summary>Keys that an area takes from its stream, and so from no defaults.</summary>
    private static readonly string[] _ofStreams = ["units", "shape", "variables"];

    private readonly FormCheck _check;
    private readonly List<(Selector Selector, JsonMember Block)> _blocks;
    private readonly HashSet<JsonMember> _used = new(ReferenceEqualityComparer.Instance);

    private Defaults(JsonValue defaults, FormCheck check)
    {
        _check = check;
        var blocks = defaults.Members.Where(m => m.Value.Kind == JsonKind.Object)
            .Select(m => (Selector: Selector.Parse(m.Name), Block: m)).Where(b => b.Selector is not null);
        _blocks = [.. blocks.Select(b => (b.Selector!, b.Block with { Value = Good(b.Block.Value, b.Selector!.Table) })).OrderBy(b => b.Item1.Narrowness)];
    }

    /// <summary>The file with its defaults in every area and projection; wrong defaults are reported where they stand and left out.</summary>
    public static JsonValue Apply(JsonValue root, FormCheck check)
    {
        if (root.Kind != JsonKind.Object || root.Find("defaults")?.Value is not { Kind: JsonKind.Object } defaults)
            return root;
        check.Value(defaults, new DefaultsForm(), "'defaults'");
        var filling = new Defaults(defaults, check);
        var filled = root.Members.Select(m => m.Name switch
        {
            "areas" => m with { Value = filling.Fill(m.Value, CircuitFormat.Area, isProjection: false) },
            "projections" => m with { Value = filling.Fill(m.Value, CircuitFormat.Projection, isProjection: true) },
            _ => m,
        }).ToList();
        filling.ReportUnused(root);
        return JsonValue.OfObject(filled, root.Span);
    }

    private JsonValue Fill(JsonValue map, KeyTable table, bool isProjection) => map.Kind != JsonKind.Object
        ? map
        : JsonValue.OfObject([.. map.Members.Select(m => m with { Value = Filled(m, table, isProjection) })], map.Span);

    private JsonValue Filled(JsonMember member, KeyTable table, bool isProjection)
    {
        string name = isProjection ? ProjectionName.Normalize(member.Name) : member.Name;
        string? itsClass = member.Value.Find("class")?.Value.Text;
        JsonValue? below = null;
        foreach (var (selector, block) in _blocks)
        {
            if (!selector.Selects(isProjection, name, itsClass))
                continue;
            _used.Add(block);
            below = below is null ? block.Value : Over(below, block.Value, new ObjectForm(table));
        }
        return below is null || member.Value.Kind != JsonKind.Object ? member.Value : Over(For(below, member.Value), member.Value, new ObjectForm(table));
    }

    private static JsonValue For(JsonValue below, JsonValue area) => area.Find("reads") is null
        ? below
        : JsonValue.OfObject([.. below.Members.Where(m => !_ofStreams.Contains(m.Name))], below.Span);

    /// <summary>The keys of a block that the table knows and whose values are right.</summary>
    private static JsonValue Good(JsonValue block, KeyTable table) => JsonValue.OfObject(
        [.. block.Members.Where(m => !_ofNothing.Contains(m.Name) && table.Find(m.Name)?.Form is { } form && IsGood(m.Value, form))], block.Span);

    private static bool IsGood(JsonValue value, Form form)
    {
        var check = new FormCheck(new Diagnostics());
        check.Value(value, form, "");
        return form is not RefusedForm && !check.Diagnostics.HasErrors;
    }

    private static JsonValue Over(JsonValue below, JsonValue above, Form? form)
    {
        var table = form?.Table;
        if (below.Kind == JsonKind.Text && form?.Shorthand is { } key)
            below = JsonValue.OfObject([new JsonMember(key, below.Span, below)], below.Span);
        bool namesItsKind = table?.Shorthand is { } kind && above.Find(kind) is not null;
        if (below.Kind != JsonKind.Object || above.Kind != JsonKind.Object || namesItsKind)
            return above;
        var taken = above.Members.SelectMany(m => (table?.Rivals(m.Name) ?? []).Append(m.Name)).ToHashSet(StringComparer.Ordinal);
        var own = above.Members.Select(m => below.Find(m.Name) is { } other ? m with { Value = Over(other.Value, m.Value, form?.Inside(m.Name)) } : m);
        return JsonValue.OfObject([.. below.Members.Where(m => !taken.Contains(m.Name)), .. own], above.Span);
    }

    /// <summary>A class or name that nothing has is most likely misspelled.</summary>
    private void ReportUnused(JsonValue root)
    {
        foreach (var (selector, block) in _blocks.Where(b => b.Selector.Narrowness > 0 && !_used.Contains(b.Block)))
        {
            var things = root.Find(selector.OfProjections ? "projections" : "areas")?.Value.Members ?? [];
            string what = selector.OfProjections ? "projection" : "area";
            if (selector.Name is { } name)
                _check.Diagnostics.Error(FileErrors.UnknownName, block.NameSpan, $"there is no {what} '{name}'", Suggestions.Hint(name, things.Select(t => t.Name)));
            else
                _check.Diagnostics.Error(FileErrors.UnknownName, block.NameSpan, $"no {what} has the class '{selector.Class}'",
                    Suggestions.Hint(selector.Class!, things.Select(t => t.Value.Find("class")?.Value.Text).OfType<string>().Distinct()));
        }
    }
}
