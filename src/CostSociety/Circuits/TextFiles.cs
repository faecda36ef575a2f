using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Reads the files that a user names: from the disk, else from the files that ship inside.</summary>
internal static class TextFiles
{
    /// <summary>Reads a file; null after reporting why not at <paramref name="blame"/>.</summary>
    public static SourceText? Read(string path, SourceSpan? blame, Diagnostics diagnostics)
    {
        var place = blame ?? new SourceSpan(new SourceText(path, ""), 0, 0);
        try
        {
            if (File.Exists(path))
                return ReadDisk(path, place, diagnostics);
            if (ShippedFiles.Find(path) is { } shipped)
                return shipped;
            ReportMissing(path, place, diagnostics);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            diagnostics.Error(FileErrors.Unreadable, place, $"cannot read '{path}': {problem.Message}");
        }
        return null;
    }

    /// <summary>A path that stands in a file, relative to that file's folder.</summary>
    public static string Beside(SourceText source, string path) =>
        Path.IsPathRooted(path) ? path : Path.Combine(Path.GetDirectoryName(source.Path) ?? "", path);

    /// <summary>Name of a file without folder and extensions.</summary>
    public static string Stem(string path)
    {
        string name = Path.GetFileName(path);
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? name[..dot] : name;
    }

    private static SourceText? ReadDisk(string path, SourceSpan place, Diagnostics diagnostics)
    {
        long length = new FileInfo(path).Length;
        if (length <= JsonParser.LargestFile)
            return new SourceText(path, File.ReadAllText(path));
        diagnostics.Error(FileErrors.Unreadable, place, $"'{path}' has {length} bytes; at most {JsonParser.LargestFile} are read");
        return null;
    }

    private static void ReportMissing(string path, SourceSpan place, Diagnostics diagnostics)
    {
        if (Directory.Exists(path))
        {
            diagnostics.Error(FileErrors.MissingFile, place, $"'{path}' is a folder", "name a file in it");
            return;
        }
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        string[] shipped = [.. ShippedFiles.In(folder).Where(f => f.EndsWith(Kind(path), StringComparison.Ordinal))];
        string hint = shipped.Length > 0 || Directory.Exists(folder)
            ? Suggestions.Hint(Path.GetFileName(path), [.. Neighbours(folder, path), .. shipped])
            : $"the folder '{folder}' does not exist either";
        diagnostics.Error(FileErrors.MissingFile, place, $"there is no file '{path}'", hint);
    }

    private static IEnumerable<string> Neighbours(string folder, string path) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*" + Kind(path)).Select(f => Path.GetFileName(f))
        : [];

    private static string Kind(string path) => path.EndsWith(".costs.json", StringComparison.Ordinal) ? ".costs.json"
        : path.EndsWith(".circuit.json", StringComparison.Ordinal) ? ".circuit.json" : ".json";
}
