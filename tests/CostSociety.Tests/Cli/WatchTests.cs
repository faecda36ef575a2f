using CostSociety.Runs;
using CostSociety.Tests.Laws;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Cli;

/// <summary><c>train --watch</c>, from the editor's save to the step that has the costs.</summary>
public class WatchTests
{
    private const string Wrong = """{ "format": 1, "costs": { "v1": { "minimize": "mean(square(v1 - nobody))" } } }""";
    private const string Right = """{ "format": 1, "name": "right", "costs": { "v1": { "minimize": { "slow": "mean(square(v1 - previous(v1, 2)))" } } } }""";

    [Fact]
    public void Saved_costs_are_taken_over_and_kept()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        Copy(folder);
        var result = CliProcess.Run(folder, line => Edit(folder["mine.costs.json"], line), "train", "mine.circuit.json", "--watch", "--steps", "100000000", "--out", "run", "--set", "costs:parameters.sparsity=0.5");

        Assert.Equal(0, result.ExitCode);
        string checkedText = CliProcess.Run(folder, "check", "wrong.circuit.json", "--set", "costs:parameters.sparsity=0.5").Errors.Replace("wrong.costs", "mine.costs");
        Assert.Contains($"\n{checkedText}\nmine.costs.json is refused; the society goes on with 'sparse-then-read' after step ", result.Errors);
        var run = RunFolder.Open(folder["run"]);
        var exchanges = run.Journal.Read().Where(e => e.Kind != "stage").ToList();
        Assert.Equal(["refused", "swap"], exchanges.Select(e => e.Kind));
        Assert.Equal(("mine.costs.json", "unknown name 'nobody' in the cost of area 'v1'"), (exchanges[0].Name, exchanges[0].Text));
        Assert.Equal(("right", "mine.costs.json"), (exchanges[1].Name, exchanges[1].Text));
        Assert.Contains("\"sparsity\": 0.5", File.ReadAllText(run.Costs.List()[^1].Path));
        Assert.Contains("cost.v1.slow", File.ReadLines(run.MetricsPath).First());
        Assert.Contains("Costs exchanged", File.ReadAllText(run.ReportPath));
        Resume(folder, run, exchanges[1].Step);
    }

    [Fact]
    public void Run_that_is_watched_ends_as_usual()
    {
        using var folder = new TemporaryFolder();
        Copy(folder);
        var watched = CliProcess.Run(folder, "train", "mine.circuit.json", "--watch", "--steps", "50", "--out", "watched");
        CliProcess.Run(folder, "train", "mine.circuit.json", "--steps", "50", "--out", "plain");

        Assert.Equal(0, watched.ExitCode);
        Assert.Equal(Newest(folder["plain"]), Newest(folder["watched"]));
    }

    [Fact]
    public void Costs_that_ship_inside_cannot_be_watched()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "train", "--watch", "--steps", "5");
        Assert.Equal(
            (1, "error: --watch needs a cost file on the disk, but 'circuits/digits/sparse-then-read.costs.json' ships inside the program; name a circuit that has its costs beside it"),
            (result.ExitCode, result.Errors));
        Assert.Empty(folder.Names());
        Assert.Equal(2, CliProcess.Run(folder, "train", "--watch", "--controls").ExitCode);
    }

    /// <summary>Goes on with the costs it had; then those of its folder are edited and taken over too.</summary>
    private static void Resume(TemporaryFolder folder, RunFolder run, long swapStep)
    {
        var resumed = CliProcess.Run(folder, line => Rename(run.CostsPath, line), "train", "--resume", "run", "--watch");
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("watching run/costs.json", resumed.Errors);
        var swaps = run.Journal.Read().Where(e => e.Kind == "swap").ToList();
        Assert.Equal(["right", "again"], swaps.Select(e => e.Name));
        Assert.Equal([0, swapStep, swaps[1].Step], run.Costs.List().Select(f => f.Step));
        var file = Checkpoints.Read(Newest(run.Path));
        Assert.Contains("again", file.Text("costs"), StringComparison.Ordinal);
    }

    private static void Copy(TemporaryFolder folder)
    {
        string circuit = File.ReadAllText(Repository.PathOf(Training.Digits));
        File.WriteAllText(folder["mine.circuit.json"], circuit.Replace("sparse-then-read.costs.json", "mine.costs.json"));
        File.WriteAllText(folder["wrong.circuit.json"], circuit.Replace("sparse-then-read.costs.json", "wrong.costs.json"));
        File.WriteAllText(folder["wrong.costs.json"], Wrong);
        File.Copy(Repository.PathOf("circuits/digits/sparse-then-read.costs.json"), folder["mine.costs.json"]);
    }

    /// <summary>An editor that answers what the program says: first a mistake, then what is right; once that holds, the run is asked to end.</summary>
    private static bool Edit(string path, string line)
    {
        if (line.StartsWith("watching ", StringComparison.Ordinal))
            File.WriteAllText(path, Wrong);
        else if (line.Contains("is refused; the society goes on", StringComparison.Ordinal))
            File.WriteAllText(path, Right);
        return line.StartsWith("costs 'right' from", StringComparison.Ordinal);
    }

    private static bool Rename(string path, string line)
    {
        if (line.StartsWith("watching ", StringComparison.Ordinal))
            File.WriteAllText(path, File.ReadAllText(path).Replace("\"right\"", "\"again\""));
        return line.StartsWith("costs 'again' from", StringComparison.Ordinal);
    }

    private static byte[] Newest(string run) => File.ReadAllBytes(new CheckpointFolder(Path.Combine(run, "checkpoints")).List()[^1].Path);
}
