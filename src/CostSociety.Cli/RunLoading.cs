using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>Reads a run back from its folder.</summary>
internal static class RunLoading
{
    /// <summary>The circuit that the run was made of.</summary>
    public static Circuit Circuit(RunFolder folder, IReadOnlyList<string> overrides)
    {
        folder.ReadFacts();
        var diagnostics = new Diagnostics();
        var circuit = Circuits.Circuit.Parse(Source(folder.CircuitPath), Source(folder.CostsPath), overrides, diagnostics);
        diagnostics.ThrowIfErrors();
        return circuit!;
    }

    private static SourceText Source(string path) => new(path, File.ReadAllText(path));
}
