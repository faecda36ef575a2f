using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>The circuits, costs and libraries that ship inside this assembly, by paths such as <c>circuits/library.costs</c>.</summary>
public static class ShippedFiles
{
    private static readonly Dictionary<string, string> _resources = typeof(ShippedFiles).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith("circuits/", StringComparison.Ordinal))
        .ToDictionary(n => n.Replace('\\', '/'), n => n, StringComparer.Ordinal);

    /// <summary>Paths of all shipped files, sorted.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. _resources.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The shipped file at a path, or null when none ships there.</summary>
    public static SourceText? Find(string path)
    {
        if (!_resources.TryGetValue(Normalize(path), out string? resource))
            return null;
        using var reader = new StreamReader(typeof(ShippedFiles).Assembly.GetManifestResourceStream(resource)!);
        return new SourceText(path, reader.ReadToEnd());
    }

    /// <summary>Names of the shipped files in a folder; none when nothing ships there.</summary>
    public static IEnumerable<string> In(string folder)
    {
        string prefix = Normalize(folder).TrimEnd('/') + "/";
        return Paths.Where(p => p.StartsWith(prefix, StringComparison.Ordinal) && !p.AsSpan(prefix.Length).Contains('/')).Select(p => p[prefix.Length..]);
    }

    /// <summary>Takes <c>.</c> and <c>..</c> out of a path and turns it to forward slashes.</summary>
    private static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Replace('\\', '/').Split('/'))
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part != ".")
                parts.Add(part);
        return string.Join('/', parts);
    }
}
