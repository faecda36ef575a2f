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

    /// <summary>The society as its newest checkpoint that can be read has it.</summary>
    public static Society Society(RunFolder folder)
    {
        var society = CostSociety.Society.Build(Circuit(folder, []));
        try
        {
            LoadLatest(folder, society);
            return society;
        }
        catch
        {
            society.Dispose();
            throw;
        }
    }

    /// <summary>Gives a society the state of the newest checkpoint that can be read; says which cannot.</summary>
    public static void LoadLatest(RunFolder folder, Society society)
    {
        var latest = folder.Checkpoints.LoadLatest();
        foreach (string skipped in latest.Skipped)
            Console.Error.WriteLine($"warning: {skipped}");
        using var stream = File.OpenRead(latest.File.Path);
        society.Load(stream);
    }

    private static SourceText Source(string path) => new(path, File.ReadAllText(path));
}
