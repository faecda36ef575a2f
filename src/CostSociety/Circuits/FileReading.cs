using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>From a text to checked values: JSON, overrides, number of the format, tables.</summary>
internal static class FileReading
{
    /// <summary>What messages call the outermost object.</summary>
    public const string Root = "the file";

    /// <summary>The checked file, or null when nothing of it can be read.</summary>
    public static JsonValue? Open(SourceText source, KeyTable table, int newest, IEnumerable<Override> overrides, FormCheck check)
    {
        var root = JsonParser.Parse(source, check.Diagnostics);
        if (root is null)
            return null;
        if (root.Kind == JsonKind.Object)
            foreach (var change in overrides)
                root = new Overriding(check.Diagnostics).Apply(root, table, change);
        if (!FormatIsKnown(root, newest, check))
            return null;
        check.Value(root, new ObjectForm(table), Root);
        return root.Kind == JsonKind.Object ? root : null;
    }

    /// <summary>A file of another format is not looked at any further.</summary>
    private static bool FormatIsKnown(JsonValue root, int newest, FormCheck check)
    {
        var format = root.Find("format")?.Value;
        if (format is not { Kind: JsonKind.Number } || format.Number == newest)
            return true;
        if (format.Number > newest && format.Number == Math.Floor(format.Number))
            check.Bad(format, FileErrors.Format, $"format {format.Text} is newer than format {newest}, the newest this program reads",
                $"update CostSociety, or save the file as format {newest}");
        else
            check.Bad(format, FileErrors.Format, $"format {format.Text} does not exist; this program reads format {newest}",
                $"write \"format\": {newest}");
        return false;
    }
}
