using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Runs;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Laws;

/// <summary>Law 5: same seed, same bits, whatever the threads, stopping and resuming, watching.</summary>
public sealed class SameSeedTests
{
    private const string Noise = "areas.it.dynamics=tanh(basal + bias + noise.normal(0, 0.1))";

    // One entry for each parameter: another area has more of them.
    private const string PerParameter = "updates";

    private static readonly Lazy<byte[]> _oneThread = new(() => Train(threads: 1, steps: 1000));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Steps_OnSeveralThreads_GiveTheBitsOfOne(int threads) =>
        Checkpoints.AssertEqual(_oneThread.Value, Train(threads, steps: 1000));

    [Fact]
    public void Steps_WithAnotherSeed_GiveOtherBits() => Assert.ThrowsAny<Exception>(
        () => Checkpoints.AssertSameState(Train(1, 20), Train(1, 20, "learning.seed=2"), "cursor", "lagged.costs", "lagged.measures"));

    [Theory]
    [InlineData("learning.rule=backprop")]
    [InlineData("learning.rule=feedback-alignment", "learning.update={ \"kind\": \"adam\", \"rate\": 0.002 }")]
    [InlineData("learning.rule=sign-symmetric", Noise)]
    public void Society_SavedAndLoadedAnywhere_GoesOnBitForBit(params string[] overrides)
    {
        // 17 is in the middle of an epoch and of the first stage, 299 to 301 are around its end, 315 ends an epoch.
        var training = Training.Of(Training.Digits, overrides);
        using var straight = training.Build();
        var society = training.Build();
        foreach (int stop in new[] { 1, 17, 299, 300, 301, 315, 340 })
        {
            training.Steps(straight, stop - (int)straight.Age);
            training.Steps(society, stop - (int)society.Age);
            var next = training.Build();
            training.Steps(next, 2);
            Training.Load(next, Training.Save(society));
            society.Dispose();
            society = next;
            Checkpoints.AssertEqual(straight, society);
        }
        society.Dispose();
    }

    [Theory]
    [InlineData(20)]
    [InlineData(150)]
    [InlineData(200)]
    [InlineData(302)]
    public void Run_StoppedAndResumed_EndsAsTheStraightRun(int stop)
    {
        using var folder = new TemporaryFolder();
        var straight = RunAll(folder["straight"], []);

        var resumed = RunAll(folder["resumed"], [stop, stop + 7]);

        Checkpoints.AssertEqual(straight.Checkpoint, resumed.Checkpoint);
        Assert.Equal(straight.Result with { Seconds = 0, SamplesPerSecond = 0, Costs = [], HeldOutCosts = [], Measures = [], Alarms = [] },
            resumed.Result with { Seconds = 0, SamplesPerSecond = 0, Costs = [], HeldOutCosts = [], Measures = [], Alarms = [] });
        Assert.Equal(straight.Result.Costs, resumed.Result.Costs);
        Assert.Equal(straight.Result.HeldOutCosts, resumed.Result.HeldOutCosts);
        Assert.Equal(straight.Result.Measures, resumed.Result.Measures);
        Assert.Equal(straight.Result.Alarms, resumed.Result.Alarms);
        Assert.Equal(straight.Metrics, resumed.Metrics);
        Assert.Equal(straight.Journal, resumed.Journal);
    }

    [Fact]
    public void Steps_Watched_GiveTheSameBits()
    {
        var training = Training.Of(Training.Digits, Noise);
        using var alone = training.Steps(training.Build(), 60);
        using var watched = training.Build();
        for (int i = 0; i < 60; i++)
        {
            Watch(watched, training);
            watched.Step(training.Fill(watched));
            Watch(watched, training);
        }

        Checkpoints.AssertEqual(alone, watched);
    }

    [Theory]
    [InlineData("\"retina\": {", "\"extra\": { \"units\": 5, \"activation\": \"tanh\" },\n    \"retina\": {", "v1 -> extra")]
    [InlineData("\"report\": {", "\"extra\": { \"units\": 40, \"dynamics\": \"tanh(basal + noise.normal(0, 1))\" },\n    \"report\": {", "it -> extra")]
    public void Area_ThatNoCostReads_MovesNobodysWeightsOrNoise(string before, string area, string projection)
    {
        string text = ShippedFiles.Find(Training.Digits)!.Text;
        string wider = text.Replace(before, area, StringComparison.Ordinal)
            .Replace("\"retina -> v1\": {", $"\"{projection}\": {{}},\n    \"retina -> v1\": {{", StringComparison.Ordinal);
        var (small, large) = (Parse(text), Parse(wider));
        Assert.Equal(small.Circuit.Areas.Count + 1, large.Circuit.Areas.Count);
        using var a = small.Build();
        using var b = large.Build();

        Checkpoints.AssertSameState(Training.Save(a), Training.Save(b), PerParameter);
        Checkpoints.AssertSameState(Training.Save(small.Steps(a, 50)), Training.Save(large.Steps(b, 50)), PerParameter);
    }

    [Fact]
    public void Projection_ThatNoCostReads_MovesNobodysWeightsOrNoise()
    {
        var small = Parse(ShippedFiles.Find(Training.Digits)!.Text);
        var large = Training.Of(Training.Digits, Noise, "projections.\"it -> it.lateral\".delay=1",
            "projections.\"it -> it.lateral\".across=steps", "areas.it.dynamics=tanh(basal + bias + noise.normal(0, 0.1) + 0 * lateral)");
        using var a = small.Build();
        using var b = large.Build();

        Checkpoints.AssertSameState(Training.Save(a), Training.Save(b), PerParameter);
        Checkpoints.AssertSameState(Training.Save(small.Steps(a, 50)), Training.Save(large.Steps(b, 50)), PerParameter);
    }

    private static Training Parse(string text)
    {
        var diagnostics = new Diagnostics();
        var circuit = Circuit.Parse(new SourceText(Training.Digits, text), null, [Noise], diagnostics);
        diagnostics.ThrowIfErrors();
        return new Training(circuit!);
    }

    private static byte[] Train(int threads, int steps, params string[] overrides)
    {
        var training = Training.Of(Training.Digits, overrides);
        using var society = training.Steps(training.Build(threads), steps);
        return Training.Save(society);
    }

    private static void Watch(Society society, Training training)
    {
        society.Predict(training.Fill(society));
        foreach (string name in society.Signals.ToList())
            Assert.True(society.Signal(name).FlattenedLength > 0);
        foreach (var projection in training.Circuit.Projections)
            Assert.True(society.ReadWeights(projection.Name).FlattenedLength > 0);
        Assert.NotEmpty(Training.Save(society));
    }

    private sealed record Outcome(byte[] Checkpoint, RunResult Result, string[] Metrics, IReadOnlyList<JournalEntry> Journal);

    /// <summary>Runs to the end; stops at the steps given and goes on with a new society from the last checkpoint.</summary>
    private static Outcome RunAll(string path, int[] stops)
    {
        var circuit = Circuit.Load(Training.Digits, ["run.steps=350", Noise]);
        var folder = RunFolder.Create("digits", DateTimeOffset.UnixEpoch, path);
        RunResult? result = null;
        foreach (int stop in stops.Append(int.MaxValue))
        {
            using var society = Society.Build(circuit, new Fabric.Simd.SimdExecutor(1));
            if (folder.Checkpoints.List() is [.., { } last])
                Training.Load(society, File.ReadAllBytes(last.Path));
            using var cancellation = new CancellationTokenSource();
            result = new TrainingRun(circuit, society)
            {
                Folder = folder,
                OnStep = progress => CancelAt(stop, progress.Step, cancellation),
            }.Run(cancellation.Token);
        }
        string[] metrics = [.. File.ReadAllLines(folder.MetricsPath).Select(WithoutSpeed)];
        return new Outcome(File.ReadAllBytes(folder.Checkpoints.List()[^1].Path), result!, metrics, folder.Journal.Read());
    }

    private static void CancelAt(int stop, long step, CancellationTokenSource cancellation)
    {
        if (step == stop)
            cancellation.Cancel();
    }

    /// <summary>A row without the samples per second, the one number that depends on the clock.</summary>
    private static string WithoutSpeed(string row) => string.Join(',', row.Split(',').Where((_, i) => i != 3));
}
