using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Tests.Circuits;

/// <summary>
/// Every file under <c>wrong/</c> is refused with exactly the messages of its <c>.expected</c> file. A new case is a file;
/// COSTSOCIETY_UPDATE_GOLDEN=1 writes what it should say, for review.
/// </summary>
public class WrongFileTests
{
    private static readonly string _folder = Repository.PathOf("tests", "CostSociety.Tests", "Circuits", "wrong");

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(_folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Load_WrongFile_SaysWhatIsWrong(string file)
    {
        var diagnostics = Load(Path.Combine(_folder, file));

        string text = string.Join("\n\n", diagnostics.Items.Select(DiagnosticText.Render)) + "\n";

        Repository.AssertGolden(Path.Combine(_folder, file + ".expected"), text.Replace(_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
        Assert.True(diagnostics.HasErrors);
    }

    [Fact]
    public void Catalogue_EveryError_HasAWrongFile()
    {
        string all = string.Concat(Directory.EnumerateFiles(_folder, "*.expected").Select(File.ReadAllText));

        string[] elsewhere = ["COST3010", "COST3023"];
        Assert.Empty(FileErrors.All.Select(e => e.Id).Where(id => !all.Contains(id, StringComparison.Ordinal)).Except(elsewhere));
    }

    private static Diagnostics Load(string path)
    {
        var diagnostics = new Diagnostics();
        if (path.EndsWith(".costs.json", StringComparison.Ordinal))
            _ = CostFile.TryLoad(path, null, diagnostics);
        else
            _ = Circuit.TryLoad(path, null, diagnostics);
        return diagnostics;
    }
}
