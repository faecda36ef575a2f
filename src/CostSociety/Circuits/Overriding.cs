using System.Globalization;
using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>
/// Puts overrides into the values of a file. Missing objects on the way are created; a text that stands for an object
/// becomes that object; keys that exclude the new one go. The reader then checks the result like any file.
/// </summary>
internal sealed class Overriding(Diagnostics diagnostics)
{
    /// <summary>The file with the override applied; the file unchanged after reporting why not.</summary>
    public JsonValue Apply(JsonValue root, KeyTable table, Override change) => Set(root, new ObjectForm(table), change, 0);

    private JsonValue Set(JsonValue? node, Form? form, Override change, int depth)
    {
        if (depth == change.Path.Count)
            return change.Value;
        var part = change.Path[depth];
        if (node is null)
            node = JsonValue.OfObject([], change.Path[Math.Max(0, depth - 1)].Span);
        else if (node.Kind == JsonKind.Text && form?.Shorthand is { } key)
            node = JsonValue.OfObject([new JsonMember(key, node.Span, node)], node.Span);
        return node.Kind switch
        {
            JsonKind.Object => SetMember(node, form, change, depth),
            JsonKind.List => SetItem(node, form, change, depth),
            _ => Refuse(node, part, $"there is no '{part.Name}' inside {node.Describe()}"),
        };
    }

    private JsonValue SetMember(JsonValue node, Form? form, Override change, int depth)
    {
        var part = change.Path[depth];
        string name = NameIn(node, form, part.Name);
        var old = node.Find(name);
        var value = Set(old?.Value, form?.Inside(name), change, depth + 1);
        var members = WithoutRivals(node, form, name).ToList();
        int at = members.FindIndex(m => m.Name == name);
        if (at >= 0)
            members[at] = members[at] with { Value = value };
        else
            members.Add(new JsonMember(name, part.Span, value));
        return JsonValue.OfObject(members, node.Span);
    }

    private JsonValue SetItem(JsonValue node, Form? form, Override change, int depth)
    {
        var part = change.Path[depth];
        if (!int.TryParse(part.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= node.Items.Count)
            return Refuse(node, part, $"'{part.Name}' is not an entry of a list of {node.Items.Count}, which count from 0");
        var items = node.Items.ToList();
        items[index] = Set(items[index], form?.Inside(part.Name), change, depth + 1);
        return JsonValue.OfList(items, node.Span);
    }

    /// <summary>Projections may be spelled with other blanks than in the file.</summary>
    private static string NameIn(JsonValue node, Form? form, string name)
    {
        if (form is not MapForm { Keys: MapKeys.Projections })
            return name;
        string canonical = ProjectionName.Normalize(name);
        return node.Members.FirstOrDefault(m => ProjectionName.Normalize(m.Name) == canonical)?.Name ?? name;
    }

    private static IEnumerable<JsonMember> WithoutRivals(JsonValue node, Form? form, string name)
    {
        var rivals = form?.Table?.Rivals(name).ToHashSet(StringComparer.Ordinal) ?? [];
        return node.Members.Where(m => !rivals.Contains(m.Name));
    }

    private JsonValue Refuse(JsonValue node, PathPart part, string message)
    {
        diagnostics.Error(FileErrors.Override, part.Span, $"cannot apply this override: {message}");
        return node;
    }
}
