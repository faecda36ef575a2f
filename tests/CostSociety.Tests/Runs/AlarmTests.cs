using CostSociety.Circuits;
using CostSociety.Fabric.Simd;
using CostSociety.Runs;

namespace CostSociety.Tests.Runs;

/// <summary>A run notes every alarm of a monitor once, when it begins.</summary>
public sealed class AlarmTests
{
    /// <summary>Is an alarm when the 6th step is done, again from the 14th step on, and never after the 20th.</summary>
    private const string Saw = """costs:monitors={ "saw": { "watch": "step - 8 * floor(step / 8) - 20 * (step >= 19)", "ceiling": 1, "steps": 4 } }""";

    private const string Stopping = """costs:monitors={ "late": { "watch": "step", "ceiling": 5, "then": "stop" }, "other": { "watch": "step", "floor": 3, "ceiling": 30 } }""";

    [Fact]
    public void Run_WithAnAlarm_NotesItEachTimeItBegins()
    {
        var alarms = new List<JournalEntry>();
        var (circuit, society) = Build("run.steps=30", Saw);
        using (society)
        {
            var result = new TrainingRun(circuit, society) { OnAlarm = alarms.Add }.Run();
            Assert.Equal(alarms, result.Alarms);
            Assert.Null(result.StoppedBy);
        }
        Assert.Equal([6, 14], alarms.Select(a => a.Step));
        Assert.All(alarms, a => Assert.Equal(
            ("alarm", "saw", "step - 8 * floor(step / 8) - 20 * (step >= 19) was above 1 for 4 steps, 5 now"), (a.Kind, a.Name, a.Text)));
    }

    [Fact]
    public void Run_WithAMonitorThatStops_EndsWithItsStateSaved()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create("run", DateTimeOffset.Now, folder["run"]);
        var result = Train(run, 100, Stopping);
        Assert.Equal((7, true, "late"), (result.Steps, result.IsStopped, result.StoppedBy));
        Assert.Equal(7, run.Checkpoints.List()[^1].Step);
        Assert.Equal(
            [new(1, "alarm", "other", "step was outside of 3 to 30 for a step, 0 now"), new(7, "alarm", "late", "step was above 5 for a step, 6 now")],
            run.Journal.Read());
    }

    [Fact]
    public void Run_ThatAMonitorEnded_GoesOnWithoutRepeatingIt()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create("run", DateTimeOffset.Now, folder["run"]);
        Train(run, 100, Stopping);
        var result = Train(run, 12, Stopping);
        Assert.Equal((12, false, (string?)null), (result.Steps, result.IsStopped, result.StoppedBy));
        Assert.Equal(["other", "late"], result.Alarms.Select(a => a.Name));
        Assert.Equal(result.Alarms, run.Journal.Read());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(15)]
    public void Run_StoppedAnywhere_ResumesToTheSameJournal(int steps)
    {
        using var folder = new TemporaryFolder();
        RunFolder straight = RunFolder.Create("run", DateTimeOffset.Now, folder["straight"]), resumed = RunFolder.Create("run", DateTimeOffset.Now, folder["resumed"]);
        Train(straight, 30, Saw);
        Train(resumed, steps, Saw);
        Train(resumed, 30, Saw);
        Assert.Equal(File.ReadAllText(straight.Journal.Path), File.ReadAllText(resumed.Journal.Path));
        Assert.Equal([6L, 14], straight.Journal.Read().Where(e => e.Kind == "alarm").Select(e => e.Step));
    }

    /// <summary>Trains from the newest checkpoint of a folder on, if it has one.</summary>
    private static RunResult Train(RunFolder folder, int steps, string monitors)
    {
        var (circuit, society) = Build($"run.steps={steps}", monitors);
        using var own = society;
        if (folder.Checkpoints.List().Count > 0)
            using (var stream = File.OpenRead(folder.Checkpoints.LoadLatest().File.Path))
                society.Load(stream);
        return new TrainingRun(circuit, society) { Folder = folder }.Run();
    }

    private static (Circuit Circuit, Society Society) Build(params string[] overrides)
    {
        var circuit = Circuit.Load("circuits/digits/narrow.circuit.json", overrides);
        return (circuit, Society.Build(circuit, new SimdExecutor(1)));
    }
}
