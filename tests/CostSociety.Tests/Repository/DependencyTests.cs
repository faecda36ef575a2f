using System.Text.RegularExpressions;

namespace CostSociety.Tests.RepositoryRules;

/// <summary>The arrows between projects, as <c>src/README.md</c> draws them, and where dangerous code may stand.</summary>
public sealed partial class DependencyTests
{
    private static readonly string[] _tensorsOnly = ["CostSociety", "CostSociety.Fabric"];
    private static readonly string[] _mayNameExecutors = ["CostSociety.Cli", "CostSociety.Studio"];

    [Fact]
    public void References_OfEveryProject_AreThoseOfTheTable()
    {
        var table = Table(File.ReadAllLines(Repository.PathOf("src", "README.md")));

        Assert.Equal(Text(SourceFiles.Projects()), Text(table));
    }

    [Fact]
    public void Library_DependsOnTensorsOnly()
    {
        var (projects, packages) = (SourceFiles.Projects(), SourceFiles.Packages());

        foreach (string project in _tensorsOnly)
            Assert.Equal(["System.Numerics.Tensors"], packages[project]);
        Assert.Equal([], projects["CostSociety.Fabric"]);
        Assert.Equal(["CostSociety.Fabric"], projects["CostSociety"]);
    }

    [Fact]
    public void Executors_AreNamedOnlyWhereOneIsChosen()
    {
        var executors = SourceFiles.Projects().Keys.Where(p => p is "CostSociety.OpenCL" or "CostSociety.Ilgpu").ToHashSet();

        Assert.Equal([], SourceFiles.Projects().Where(p => !_mayNameExecutors.Contains(p.Key) && p.Value.Any(executors.Contains)).Select(p => p.Key));
        Assert.Equal("", Lines(ExecutorName(), path => _mayNameExecutors.Any(p => IsIn(path, p)) || executors.Any(p => IsIn(path, p))
            || IsIn(path, "CostSociety.Fabric") || path == "src/CostSociety/Society/Society.cs"));
    }

    [Fact]
    public void UnsafeCode_StandsInTheFabricAlone() =>
        Assert.Equal("", Lines(Dangerous(), path => IsIn(path, "CostSociety.Fabric")));

    private static string Lines(Regex pattern, Func<string, bool> allowed) => string.Join('\n',
        from file in SourceFiles.All("src")
        where !allowed(file.Path)
        from line in file.Lines.Select((text, i) => (Text: SourceFiles.Code(text), Number: i + 1))
        where pattern.IsMatch(line.Text)
        select $"{file.Path}:{line.Number}: {line.Text.Trim()}");

    private static bool IsIn(string path, string project) => path.StartsWith($"src/{project}/", StringComparison.Ordinal);

    /// <summary>The rows under <c>| project | references |</c>: names in backticks, separated by commas; an empty cell or "nothing" means none.</summary>
    private static SortedDictionary<string, string[]> Table(string[] lines)
    {
        int header = Array.FindIndex(lines, l => Cells(l).SequenceEqual(["project", "references"]));
        Assert.True(header >= 0, "src/README.md has no table with the header | project | references |");
        var table = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (string line in lines.Skip(header + 2).TakeWhile(l => l.StartsWith('|')))
            table[Names(Cells(line)[0]).Single()] = [.. Names(Cells(line)[1]).Order(StringComparer.Ordinal)];
        return table;
    }

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(c => c.Trim())];

    private static IEnumerable<string> Names(string cell) => cell.Split(',').Select(n => n.Trim(' ', '`')).Where(n => n is not ("" or "-" or "nothing"));

    private static string Text(SortedDictionary<string, string[]> references) =>
        string.Join("\n", references.Select(r => $"| {r.Key} | {string.Join(", ", r.Value)} |"));

    [GeneratedRegex(@"\b(Simd|OpenCl|OpenCL|Ilgpu)Executor\b")]
    private static partial Regex ExecutorName();

    [GeneratedRegex(@"\bunsafe\b|\bUnsafe\.|System\.Runtime\.Intrinsics")]
    private static partial Regex Dangerous();
}
