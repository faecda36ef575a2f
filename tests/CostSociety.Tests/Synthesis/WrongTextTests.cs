using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Tests.Synthesis;

/// <summary>
/// Circuits and cost files whose form is right and whose texts are wrong: each is refused with exactly the messages of
/// its <c>.expected</c> file. A new case is a file under <c>wrong/</c>: a circuit, or costs for <c>good.circuit.json</c>.
/// COSTSOCIETY_UPDATE_GOLDEN=1 writes what it should say, for review.
/// </summary>
public sealed class WrongTextTests
{
    private static readonly string _folder = Repository.PathOf("tests", "CostSociety.Tests", "Synthesis", "wrong");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(_folder, "*.json").Select(f => Path.GetFileName(f))
        .Where(f => !f.StartsWith("good.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Build_WrongText_SaysWhatIsWrong(string file)
    {
        string path = Path.Combine(_folder, file);

        var refused = Assert.Throws<CostSocietyException>(() => Build(path));

        string text = string.Join("\n\n", refused.Diagnostics.Select(DiagnosticText.Render)) + "\n";
        Repository.AssertGolden(path + ".expected", text.Replace(_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Swap_WrongCosts_SaysTheSame(string file)
    {
        if (!file.EndsWith(".costs.json", StringComparison.Ordinal))
            return;
        string path = Path.Combine(_folder, file);
        using var society = Society.Build(Good());

        var refused = Assert.Throws<CostSocietyException>(() => society.Swap(CostFile.Load(path)));

        Assert.Equal(Assert.Throws<CostSocietyException>(() => Build(path)).Message, refused.Message);
    }

    [Fact]
    public void Build_GoodCircuit_Works()
    {
        using var society = Society.Build(Good());

        Assert.Equal(["v1.draw", "report.cost"], society.CostTerms);
    }

    private static Circuit Good() => Circuit.Load(Path.Combine(_folder, "good.circuit.json"));

    private static void Build(string path)
    {
        bool isCosts = path.EndsWith(".costs.json", StringComparison.Ordinal);
        var circuit = isCosts ? Good() : Circuit.Load(path);
        Society.Build(circuit, isCosts ? CostFile.Load(path) : circuit.Costs).Dispose();
    }
}
