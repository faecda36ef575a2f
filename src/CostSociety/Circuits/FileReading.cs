using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>From a text to checked values: JSON, overrides, number of the format, tables.</summary>
internal static class FileReading
{
    /// <summary>What messages call the outermost object.</summary>
    public const string Root = "the file";

    /// <summary>The checked file, or null when nothing of it can be read.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="table">Its keys.</param>
    /// <param name="newest">The newest format that is known.</param>
    /// <param name="overrides">Overrides of its values.</param>
    /// <param name="check">Checks values, and remembers the bad ones.</param>
    /// <param name="complete">Fills in what the file leaves out, before the check; or null.</param>
    public static JsonValue? Open(SourceText source, KeyTable table, int newest, IEnumerable<Override> overrides, FormCheck check, Func<JsonValue, JsonValue>? complete = null)
    {
        var root = JsonParser.Parse(source, check.Diagnostics);
        if (root is null)
            return null;
        if (root.Kind == JsonKind.Object)
            foreach (var change in overrides)
                root = new Overriding(check.Diagnostics).Apply(root, table, change);
        if (!FormatIsKnown(root, newest, check))
            return null;
        root = complete is null ? root : complete(root);
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
