using CostSociety.Circuits;
using CostSociety.Runs;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Laws;

/// <summary>A cost that is no number stops a society with a message that names it, and the run keeps its last good state.</summary>
public sealed class NonFiniteTests
{
    private const string HugeRate = "learning.update.rate=1e30";

    [Fact]
    public void Step_WithAHugeRate_NamesTermAndStep()
    {
        var training = Training.Of(Training.Narrow, "learning.update={ \"kind\": \"sgd\", \"rate\": 1e38 }", "areas.report={ \"units\": 10, \"activation\": \"linear\" }");
        var costs = Training.Costs("""{ "format": 1, "costs": { "report": { "minimize": { "miss": "mse(report, label)" }, "teaches": "upstream" } } }""");
        using var society = training.Build(costs);

        var stopped = Assert.Throws<NonFiniteException>(() => training.Steps(society, 10));

        Assert.Equal("report.miss", stopped.Term);
        Assert.Equal(society.Age, stopped.Step);
        Assert.InRange(stopped.Step, 1, 5);
        Assert.StartsWith($"the cost term report.miss became ", stopped.Message, StringComparison.Ordinal);
        Assert.Contains($" at step {stopped.Step}; lower the rate", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAHugeRate_LeavesALoadableCheckpoint()
    {
        using var temporary = new TemporaryFolder();
        var circuit = Circuit.Load(Training.Digits, ["run.steps=50", "run.checkpoint=every 1 steps", "areas.v1.activation=linear", HugeRate]);
        var folder = RunFolder.Create("digits", DateTimeOffset.UnixEpoch, temporary["run"]);
        using (var society = Society.Build(circuit))
            Assert.Throws<NonFiniteException>(() => new TrainingRun(circuit, society) { Folder = folder }.Run());

        var last = folder.Checkpoints.LoadLatest();
        using var again = Society.Build(circuit);
        using (var stream = File.OpenRead(last.File.Path))
            again.Load(stream);

        Assert.Empty(last.Skipped);
        Assert.Equal(last.File.Step, again.Age);
        Assert.InRange(again.Age, 0, 49);
    }
}
