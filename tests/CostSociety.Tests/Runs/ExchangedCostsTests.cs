using CostSociety.Costs;
using CostSociety.Report;
using CostSociety.Runs;
using CostSociety.Tests.Laws;

namespace CostSociety.Tests.Runs;

/// <summary>A run goes on when its costs are exchanged: metrics, means, journal, report and resuming follow.</summary>
public sealed class ExchangedCostsTests
{
    private const string Other = """
        { "format": 1, "name": "other", "costs": { "v1": { "minimize": { "reconstruct": "mean(square(retina.apical - retina))", "slow": "0.1 * mean(square(v1 - previous(v1, 2)))" } } },
          "development": [ { "stage": "late", "until": "since_swap >= 10", "plastic": ["v1"] }, { "stage": "later" } ] }
        """;

    private static readonly CostFile _other = Training.Costs(Other);
    private static readonly CostFile _first = Training.Of(Training.Digits).Circuit.Costs;

    [Fact]
    public void Run_WhoseCostsAreExchanged_WritesWhatBothHave()
    {
        using var root = new TemporaryFolder();
        var (training, folder) = Start(root, "run", 100);
        using var society = training.Build();
        var result = new TrainingRun(training.Circuit, society) { Folder = folder, OnStep = Exchange }.Run();

        var metrics = MetricsTable.Read(folder.MetricsPath);
        Assert.Equal(
            ["cost.v1.reconstruct", "cost.v1.sparse", "cost.report.cost", "measure.accuracy.train", "measure.accuracy.test", "cost.v1.slow"], metrics.Columns);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (double)i), metrics.Series("cost.v1.reconstruct").Steps);
        Assert.Equal(Enumerable.Range(31, 40).Select(i => (double)i), metrics.Series("cost.v1.slow").Steps);
        Assert.Equal([.. Enumerable.Range(1, 30), .. Enumerable.Range(71, 30)], metrics.Series("cost.v1.sparse").Steps.Select(s => (int)s));
        Assert.Equal(
            ["stage eyes 0", "swap other 30", "stage late 30", "stage later 40", "revert sparse-then-read 70", "stage eyes 70"],
            folder.Journal.Read().Select(e => $"{e.Kind} {e.Name} {e.Step}"));
        Assert.Equal([0L, 30L, 70L], folder.Costs.List().Select(f => f.Step));
        Assert.Equal(_other.ResolvedJson, File.ReadAllText(folder.Costs.List()[1].Path));
        Assert.Equal(["v1.reconstruct", "v1.sparse", "report.cost"], result.Costs.Select(c => $"{c.Area}.{c.Term}"));
        Assert.All(result.Costs, cost => Assert.True(double.IsFinite(cost.First) && double.IsFinite(cost.Last)));
    }

    [Fact]
    public void Report_OfSuchARun_ShowsEveryTermStageAndExchange()
    {
        using var root = new TemporaryFolder();
        var (training, folder) = Start(root, "run", 100);
        using var society = training.Build();
        var result = new TrainingRun(training.Circuit, society) { Folder = folder, OnStep = Exchange }.Run();

        var report = RunReport.Collect(folder, training.Circuit, society, result, [], []);

        Assert.Contains(report.Series, s => (s.Area, s.Term, s.Steps.Count) == ("v1", "slow", 40));
        Assert.Equal(["eyes 0 29", "late 30 39", "later 40 69", "eyes 70 99"], report.Stages.Select(s => $"{s.Name} {s.FirstStep} {s.LastStep}"));
        Assert.Equal(["v1"], report.Stages[1].Plastic);
        Assert.Equal(["", "since_swap >= 10", "", ""], report.Stages.Select(s => s.EndedBy)); // Exchanges end what no condition did.
        Assert.Equal(["swap 30", "revert 70"], report.Exchanges.Select(e => $"{e.Kind} {e.Step}"));
        Assert.Equal(["circuit.json", "costs.json", "costs after step 30", "costs after step 70", "run.json"], report.Texts.Select(t => t.Title));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(50)]
    [InlineData(90)]
    public void Resumed_RunWhoseCostsWereExchanged_EqualsTheStraightOne(int stopAt)
    {
        using var root = new TemporaryFolder();
        var straight = Run(root, "straight", 100);
        var stopped = Run(root, "stopped", stopAt);
        var training = Training.Of(Training.Digits, Overrides(100));
        using (var society = training.Build())
        {
            using (var checkpoint = File.OpenRead(stopped.Checkpoints.LoadLatest().File.Path))
                society.Load(checkpoint);
            stopped.Journal.Truncate(society.Age);
            stopped.Costs.Truncate(society.Age);
            new TrainingRun(training.Circuit, society) { Folder = stopped, OnStep = Swap }.Run();
        }

        Checkpoints.AssertSameState(Newest(straight), Newest(stopped));
        Assert.Equal(Metrics(straight), Metrics(stopped));
        Assert.Equal(straight.Journal.Read(), stopped.Journal.Read());
        Assert.Equal(straight.Costs.List().Select(f => f.Step), stopped.Costs.List().Select(f => f.Step));
    }

    [Fact]
    public void Checkpoint_OfTheStepAfterWhichCostsAreExchanged_KeepsTheMeansOfBoth()
    {
        using var root = new TemporaryFolder();
        var training = Training.Of(Training.Digits, "run.steps=60", "run.checkpoint=every 30 steps");
        var (_, folder) = Start(root, "run", 60);
        using var society = training.Build();
        new TrainingRun(training.Circuit, society) { Folder = folder, OnStep = Swap }.Run();
        using var resumed = training.Build();
        using (var checkpoint = File.OpenRead(folder.Checkpoints.PathOf(30)))
            resumed.Load(checkpoint);
        folder.Journal.Truncate(30);

        new TrainingRun(training.Circuit, resumed) { Folder = folder, OnStep = Swap }.Run();

        Checkpoints.AssertEqual(society, resumed); // The means are among the cursors.
    }

    [Fact]
    public void Means_OfATermThatComes_AreOverItsOwnSamples()
    {
        var means = new EpochMeans(["a", "b"]);
        means.Add([1, 10], [], 2);
        means.Follow(["b", "c"]);
        means.Add([20, 5], [], 2);
        means.EndEpoch();
        Assert.Equal([15, 5], means.Last);
        Assert.Equal([15, 5], means.First);
        means.Follow(["c", "a"]);
        means.Add([7, 3], [], 1);
        var copy = new EpochMeans(["c", "a"]);
        copy.Load(means.Save());
        copy.EndPartialEpoch();
        Assert.Equal([7, 3], copy.Last);
        Assert.Equal([5, 3], copy.First);
    }

    private static void Exchange(RunProgress progress)
    {
        if (progress.Step == 30)
            progress.Society.Swap(_other);
        if (progress.Step == 70)
            progress.Society.Revert();
    }

    private static void Swap(RunProgress progress)
    {
        if (progress.Step is 30 or 70)
            progress.Society.Swap(progress.Step == 30 ? _other : _first);
    }

    private static string[] Overrides(int steps) => [$"run.steps={steps}"];

    private static (Training Training, RunFolder Folder) Start(TemporaryFolder root, string name, int steps)
    {
        var training = Training.Of(Training.Digits, Overrides(steps));
        var folder = RunFolder.Create("digits", DateTimeOffset.UnixEpoch, root[name]);
        folder.WriteStart(new RunFacts("digits", 1, "backprop", "simd", DateTimeOffset.UnixEpoch, new Dictionary<string, string>()), training.Circuit.ResolvedJson, training.Circuit.Costs.ResolvedJson);
        return (training, folder);
    }

    private static RunFolder Run(TemporaryFolder root, string name, int steps)
    {
        var (training, folder) = Start(root, name, steps);
        using var society = training.Build();
        new TrainingRun(training.Circuit, society) { Folder = folder, OnStep = Swap }.Run();
        return folder;
    }

    private static byte[] Newest(RunFolder folder) => File.ReadAllBytes(folder.Checkpoints.List()[^1].Path);

    /// <summary>All cells but the speed.</summary>
    private static string[] Metrics(RunFolder folder) =>
        [.. File.ReadAllLines(folder.MetricsPath).Select(l => string.Join(',', l.Split(',').Where((_, i) => i != 3)))];
}
