namespace CostSociety.Tests;

/// <summary>
/// Texts kept in the source tree: <c>Golden.Verify("Language/numbers", text)</c> compares with
/// <c>Language/golden/numbers.txt</c>. With COSTSOCIETY_UPDATE_GOLDEN=1 the files are written instead, to be read in the diff.
/// </summary>
internal static class Golden
{
    private const string Switch = "COSTSOCIETY_UPDATE_GOLDEN";

    public static void Verify(string name, string actual)
    {
        string path = Path.Combine(Root(), "tests", "CostSociety.Tests",
            Path.GetDirectoryName(name) ?? "", "golden", Path.GetFileName(name) + ".txt");
        string text = Normal(actual);
        if (Environment.GetEnvironmentVariable(Switch) == "1")
            Write(path, text);
        else
            Compare(path, File.Exists(path) ? Normal(File.ReadAllText(path)) : "", text);
    }

    /// <summary>The folder of the solution.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CostSociety.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("no CostSociety.sln above the tests");
    }

    private static string Normal(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static void Compare(string path, string expected, string actual)
    {
        if (expected == actual)
            return;
        string[] old = expected.Split('\n'), now = actual.Split('\n');
        int line = 0;
        while (line < old.Length && line < now.Length && old[line] == now[line])
            line++;
        Assert.Fail($"{path}:{line + 1}: the golden text differs\n  file: {old.ElementAtOrDefault(line)}\n"
            + $"  now:  {now.ElementAtOrDefault(line)}\nIf this is meant, run the test with {Switch}=1 and read the diff.");
    }
}
