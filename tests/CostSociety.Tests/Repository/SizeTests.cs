using System.Text.RegularExpressions;

namespace CostSociety.Tests.RepositoryRules;

/// <summary>Files and functions stay short enough to be read; what is longer is named here, with its limit.</summary>
public sealed partial class SizeTests
{
    private const int LongestFile = 600;
    private const int LongestFunction = 80;

    private static readonly Dictionary<string, int> _longFiles = [];

    /// <summary>Unrolled by hand: six rows of registers.</summary>
    private static readonly Dictionary<string, int> _longFunctions = new()
    {
        ["src/CostSociety.Fabric/Simd/MicroKernels.cs Rows6"] = 140,
        ["src/CostSociety.Fabric/Simd/GradientKernels.cs FormSix"] = 140,
    };

    [Fact]
    public void Files_AreAtMost600Lines() => Assert.Equal("", Lines(Sources()
        .Where(f => f.Lines.Length > _longFiles.GetValueOrDefault(f.Path, LongestFile)).Select(f => $"{f.Path}: {f.Lines.Length} lines")));

    [Fact]
    public void Functions_AreAtMost80Lines() => Assert.Equal("", Lines(Sources().SelectMany(f => Functions(f.Lines)
        .Where(g => g.Lines > _longFunctions.GetValueOrDefault($"{f.Path} {g.Name}", LongestFunction)).Select(g => $"{f.Path} {g.Name}: {g.Lines} lines"))));

    [Fact]
    public void Exceptions_AreStillNeeded() =>
        Assert.Equal([], _longFiles.Keys.Where(path => File.ReadAllLines(Repository.PathOf(path)).Length <= LongestFile));

    [Fact]
    public void Functions_OfASample_AreFoundWithTheirLengths()
    {
        string[] sample =
        [
            "internal sealed class Sample(int a)", "{", "    public int One()", "    {", "        if (a > 0)", "        {", "            a--;",
            "        }", "        return a;", "    }", "", "    private int Two(", "        int b)", "        => b;", "}",
        ];

        Assert.Equal([("One", 8)], Functions(sample));
    }

    private static string Lines(IEnumerable<string> items) => string.Join('\n', items);

    private static IEnumerable<(string Path, string[] Lines)> Sources() => SourceFiles.All("src").Concat(SourceFiles.All("tests"));

    /// <summary>Blocks that open on a line of their own after a signature: their names and lines, braces and signature line included.</summary>
    private static IEnumerable<(string Name, int Lines)> Functions(string[] lines)
    {
        for (int i = 1; i < lines.Length; i++)
            if (lines[i].Trim() == "{" && NameOf(lines, i) is { } name)
            {
                string close = lines[i].Replace('{', '}');
                int end = Array.FindIndex(lines, i, l => l.StartsWith(close, StringComparison.Ordinal));
                yield return (name, end - i + 2);
                i = Math.Max(i, end);
            }
    }

    /// <summary>The name before the first parenthesis of the declaration that a brace opens; null for types and namespaces.</summary>
    private static string? NameOf(string[] lines, int brace)
    {
        int first = brace - 1;
        while (first > 0 && lines[first - 1].Trim() is { Length: > 0 } above && !above.EndsWith('}') && !above.EndsWith(';') && !above.EndsWith('{')
            && !above.StartsWith("//", StringComparison.Ordinal) && !above.EndsWith(']'))
            first--;
        string declaration = string.Join(' ', lines[first..brace].Select(l => l.Trim()));
        return Type().IsMatch(declaration) ? null : Name().Match(declaration) is { Success: true } match ? match.Groups[1].Value : null;
    }

    [GeneratedRegex(@"^[\w\s]*\b(class|struct|record|interface|enum|namespace)\b")]
    private static partial Regex Type();

    [GeneratedRegex(@"([\w.]+)(<[^(]*>)?\(")]
    private static partial Regex Name();
}
