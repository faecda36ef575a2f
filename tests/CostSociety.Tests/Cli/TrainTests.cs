using System.Text.Json;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Cli;

public class TrainTests
{
    private const string ShortStages = "costs:development.0.until=step >= 20";

    [Fact]
    public void Json_has_every_key()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "train", "--json", "--steps", "5", "--seed", "3", "--out", "run");
        Assert.Equal(0, result.ExitCode);
        var json = result.Json();
        Assert.Equal(
            "circuit executor rule seed steps samples seconds samplesPerSecond stopped stoppedBy costs measures kernelBuilds run stages alarms",
            string.Join(' ', json.EnumerateObject().Select(p => p.Name)));
        Assert.Equal(("digits-society", 3, 5, 160), (Text(json, "circuit"), Whole(json, "seed"), Whole(json, "steps"), Whole(json, "samples")));
        CheckCosts(json.GetProperty("costs"));
        Assert.InRange(json.GetProperty("measures").GetProperty("accuracy").GetProperty("test").GetDouble(), 0, 1);
        Assert.Equal(0, Whole(json, "kernelBuilds"));
        Assert.Equal("eyes", Text(json.GetProperty("stages")[0], "name"));
    }

    [Fact]
    public void Run_folder_is_complete()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "train", "--steps", "5", "--out", "run");
        Assert.StartsWith("run: run", result.Errors);
        string[] names = [.. Directory.EnumerateFileSystemEntries(folder["run"]).Select(p => Path.GetFileName(p)!).Order()];
        Assert.Equal(["checkpoints", "circuit.json", "costs.json", "journal.jsonl", "metrics.csv", "report.html", "run.json"], names);
        Assert.Contains("reconstruct", File.ReadAllText(folder["run/report.html"]));
        Assert.Contains("accuracy", result.Output);
    }

    private const string LivingCosts = """
        { "format": 1,
          "parameters": { "opening": "ramp(since_stage, 0, 30) * stage.school", "swell": "rise(step, 25, 8)", "dark": "window(step, 20, 35)" },
          "modulators": { "drive": "mean(abs(hidden1))", "open": "opening" },
          "gains": { "image": "1 - 0.5 * dark", "hidden1": "0.5 + 0.5 * opening" },
          "plasticity": { "hidden2": "drive" },
          "rates": { "report": "0.1 + swell" },
          "monitors": { "width": { "watch": "spread(hidden1)", "ceiling": 0.01, "steps": 12 } },
          "costs": { "report": { "minimize": "cross_entropy(report, label)", "weight": "0.2 + swell", "teaches": "upstream" } },
          "development": [ { "stage": "cradle", "until": "modulator.drive > 0 for 12 steps", "plastic": ["hidden1", "report"] }, { "stage": "school" } ] }
        """;

    [Fact]
    public void Controls_are_compared()
    {
        using var folder = new TemporaryFolder();
        var controls = CliProcess.Run(folder, "train", "--json", "--steps", "5", "--controls", "--no-folder").Json().GetProperty("controls");
        Assert.Equal(["hidden areas frozen", "without the cost of v1", "linear reader"], controls.EnumerateArray().Select(c => Text(c, "name")));
        foreach (var control in controls.EnumerateArray())
            Assert.True(control.GetProperty("measures").GetProperty("accuracy").TryGetProperty("difference", out _));
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void Longer_run_equals_straight_run()
    {
        using var folder = new TemporaryFolder();
        CliProcess.Run(folder, "train", "--steps", "60", "--out", "straight", "--set", ShortStages, "--threads", "2");
        CliProcess.Run(folder, "train", "--steps", "20", "--out", "longer", "--set", ShortStages, "--threads", "1");
        var resumed = CliProcess.Run(folder, "train", "--resume", "longer", "--steps", "60");
        Assert.Equal(0, resumed.ExitCode);
        AssertEqualRuns(folder, "straight", "longer", 60);
    }

    [Fact]
    public void Stopped_run_equals_straight_run()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        var stopped = CliProcess.Run(folder, line => line.StartsWith("step 1/"), "train", "--steps", "1000000", "--out", "stopped", "--set", ShortStages);
        Assert.Equal(0, stopped.ExitCode);
        Assert.Contains("go on with: costsociety train --resume stopped", stopped.Errors);
        int step = LastStep(folder["stopped"]);
        string steps = $"{step + 50}";
        Assert.Equal(0, CliProcess.Run(folder, "train", "--resume", "stopped", "--steps", steps).ExitCode);
        CliProcess.Run(folder, "train", "--steps", steps, "--out", "straight", "--set", ShortStages);
        Assert.Equal(Checkpoint(folder["straight"], step + 50), Checkpoint(folder["stopped"], step + 50));
    }

    /// <summary>Stopped while a stage counts its steps, in the middle of a ramp and inside of a window: every number of the run goes on.</summary>
    [Theory]
    [InlineData("9", "cradle")]
    [InlineData("27", "school")]
    public void Run_stopped_while_its_costs_change_equals_straight_run(string steps, string stage)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["living.costs.json"], LivingCosts);
        string[] run = ["train", "circuits/digits/narrow.circuit.json", "--set", $"costs={folder["living.costs.json"]}", "--set", "run.measure=every 10 steps"];
        Assert.Equal(0, CliProcess.Run(folder, [.. run, "--steps", "50", "--out", "straight"]).ExitCode);
        CliProcess.Run(folder, [.. run, "--steps", steps, "--out", "stopped"]);
        Assert.Contains(stage, File.ReadLines(folder["stopped/journal.jsonl"]).Last());
        var resumed = CliProcess.Run(folder, "train", "--resume", "stopped", "--steps", "50");
        Assert.True(resumed.ExitCode == 0, resumed.Errors);
        AssertEqualRuns(folder, "straight", "stopped", 50);
    }

    [Fact]
    public void Complete_run_says_so()
    {
        using var folder = new TemporaryFolder();
        CliProcess.Run(folder, "train", "--steps", "5", "--out", "run");
        var again = CliProcess.Run(folder, "train", "--resume", "run", "--json");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("this run is complete: 5 steps; --epochs or --steps make it longer", again.Errors);
        Assert.Equal(5, Whole(again.Json(), "steps"));
    }

    [Fact]
    public void Cost_that_is_no_number_ends_the_run()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "train", "--out", "run", "--set", "costs:costs.v1.minimize.sparse=log(-1 - mean(abs(v1)))");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error: the cost term v1.sparse became NaN at step 0", result.Errors);
        Assert.Contains("last good checkpoint: run/checkpoints/step-000000000.safetensors (step 0)", result.Errors);
    }

    [Fact]
    public void Alarm_that_stops_the_run_is_a_finding()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "train", "circuits/inside/views.circuit.json", "--out", "run", "--json",
            "--set", "costs=agree.costs.json", "--set", "costs:monitors.collapse.then=stop");
        Assert.Equal(1, result.ExitCode);
        var json = result.Json();
        Assert.Equal(("collapse", true), (Text(json, "stoppedBy"), json.GetProperty("stopped").GetBoolean()));
        var alarm = Assert.Single(json.GetProperty("alarms").EnumerateArray().ToList());
        Assert.Equal(Whole(json, "steps"), Whole(alarm, "step"));
        Assert.Contains("<td>collapse</td><td>spread(left) was below 0.05 for 100 steps", File.ReadAllText(folder["run/report.html"]));
        Golden.Verify("Cli/alarm", string.Join('\n', result.Errors.Split('\n').Where(l => !l.StartsWith("step "))));
    }

    [Fact]
    public void Folder_that_is_not_empty_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mine.txt"], "");
        var result = CliProcess.Run(folder, "train", "--steps", "1", "--out", ".");
        Assert.Equal((1, "error: '.' is not empty; choose another folder with --out, or resume the run in it"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public void Folder_where_nothing_can_be_made_is_refused()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "train", "--steps", "1", "--out", "/proc/x");
        Assert.Equal((1, "error: cannot write '/proc/x': the system makes nothing new in '/proc'; choose another folder"), (result.ExitCode, result.Errors));
    }

    private static void CheckCosts(JsonElement costs)
    {
        foreach (var area in costs.EnumerateObject())
            foreach (string key in new[] { "first", "last", "heldOut" })
                Assert.Equal(
                    area.Value.GetProperty("terms").EnumerateObject().Sum(t => t.Value.GetProperty(key).GetDouble()),
                    area.Value.GetProperty(key).GetDouble(), 1e-9);
        Assert.Equal(["reconstruct", "sparse"], costs.GetProperty("v1").GetProperty("terms").EnumerateObject().Select(t => t.Name));
    }

    private static void AssertEqualRuns(TemporaryFolder folder, string a, string b, int step)
    {
        Assert.Equal(Checkpoint(folder[a], step), Checkpoint(folder[b], step));
        Assert.Equal(File.ReadAllText(folder[a + "/journal.jsonl"]), File.ReadAllText(folder[b + "/journal.jsonl"]));
        Assert.Equal(Metrics(folder[a]), Metrics(folder[b]));
    }

    private static byte[] Checkpoint(string run, int step) => File.ReadAllBytes(Path.Combine(run, "checkpoints", $"step-{step:D9}.safetensors"));

    private static int LastStep(string run) =>
        Directory.EnumerateFiles(Path.Combine(run, "checkpoints")).Max(f => int.Parse(Path.GetFileName(f)[5..14]));

    /// <summary>All cells but the speed.</summary>
    private static string[] Metrics(string run) =>
        [.. File.ReadAllLines(Path.Combine(run, "metrics.csv")).Select(l => string.Join(',', l.Split(',').Where((_, i) => i != 3)))];

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static int Whole(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
