using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CostSociety.Tests.RepositoryRules;

/// <summary>The sources of the repository, and what its projects reference.</summary>
internal static partial class SourceFiles
{
    /// <summary>Every C# file below a folder of the repository, by its path from the root, build outputs left out.</summary>
    public static IEnumerable<(string Path, string[] Lines)> All(string folder) =>
        from file in Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        orderby path
        select (path, File.ReadAllLines(file));

    /// <summary>A line without its comment and the content of its strings.</summary>
    public static string Code(string line) => Comment().Replace(String().Replace(line, "\"\""), "");

    /// <summary>Projects below src, and the names of the projects each references.</summary>
    public static SortedDictionary<string, string[]> Projects() =>
        References("ProjectReference", include => Path.GetFileNameWithoutExtension(include.Replace('\\', '/')));

    /// <summary>Projects below src, and the names of the packages each references.</summary>
    public static SortedDictionary<string, string[]> Packages() => References("PackageReference", include => include);

    private static SortedDictionary<string, string[]> References(string element, Func<string, string> name)
    {
        var all = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories))
            all[Path.GetFileNameWithoutExtension(file)] =
                [.. XDocument.Load(file).Descendants(element).Select(r => name(r.Attribute("Include")!.Value)).Order(StringComparer.Ordinal)];
        return all;
    }

    [GeneratedRegex("\"(\\\\.|[^\"\\\\])*\"")]
    private static partial Regex String();

    [GeneratedRegex("//.*$")]
    private static partial Regex Comment();
}
