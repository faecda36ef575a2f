using CostSociety.Costs;
using CostSociety.Language;
using CostSociety.Runs;

namespace CostSociety.Tests.Laws;

/// <summary>Law 4: a swap never loses state, and an invalid file changes nothing.</summary>
public sealed class SwapTests
{
    private const string Read = """{ "format": 1, "costs": { "report": { "minimize": "cross_entropy(report, label)", "teaches": "upstream" } } }""";

    private const string Slow = """
        { "format": 1, "costs": { "v1": { "minimize": { "reconstruct": "mean(square(retina.apical - retina))", "slow": "mean(square(v1 - previous(v1, LAG)))" } } } }
        """;

    private const string Staged = """
        { "format": 1, "parameters": { "k": "where(cost.v1.reconstruct < 1e9, 1, 0.25)" },
          "costs": { "v1": { "minimize": { "reconstruct": "k * mean(square(retina.apical - retina))" } },
                     "report": { "minimize": "cross_entropy(report, label)", "weight": "where(since_swap >= 20, 1, 0)", "teaches": "upstream" } },
          "development": [ { "stage": "cradle", "until": "since_swap >= 20" }, { "stage": "eyes", "until": "step >= 150" }, { "stage": "school", "plastic": ["report"] } ] }
        """;

    public static TheoryData<string> NewCosts => [Read, SlowBy(2), Staged];

    [Theory]
    [MemberData(nameof(NewCosts))]
    public void Swap_Directly_EqualsStopSaveLoadSwap(string text)
    {
        var (training, costs) = (Training.Of(Training.Digits), Training.Costs(text));
        using var direct = training.Steps(training.Build(), 100);
        byte[] stopped = Training.Save(direct);
        direct.Swap(costs);
        training.Steps(direct, 100);

        using var resumed = training.Build();
        Training.Load(resumed, stopped);
        resumed.Swap(costs);
        training.Steps(resumed, 100);

        Checkpoints.AssertEqual(direct, resumed);
        Assert.Equal(100, direct.SwapStep);
    }

    [Theory]
    [MemberData(nameof(NewCosts))]
    public void Checkpoint_AfterASwap_LoadsIntoASocietyOfEitherCosts(string text)
    {
        var (training, costs) = (Training.Of(Training.Digits), Training.Costs(text));
        using var direct = training.Steps(training.Build(), 100);
        direct.Swap(costs);
        training.Steps(direct, 30);
        byte[] stopped = Training.Save(direct);
        training.Steps(direct, 70);

        using var ofNew = training.Build(costs);
        using var ofOld = training.Build();
        Training.Load(ofNew, stopped);
        Training.Load(ofOld, stopped);
        Assert.Equal(costs.ResolvedJson, ofOld.Costs.ResolvedJson);

        Checkpoints.AssertEqual(direct, training.Steps(ofNew, 70));
        Checkpoints.AssertEqual(direct, training.Steps(ofOld, 70));
    }

    [Fact]
    public void Swap_ToAnotherParameter_EqualsStopSaveLoadSwap_AndMatters()
    {
        var training = Training.Of(Training.Digits);
        var costs = CostFile.Load("circuits/digits/sparse-then-read.costs.json", ["parameters.sparsity=0.5"]);
        using var direct = training.Steps(training.Build(), 40);
        byte[] stopped = Training.Save(direct);
        direct.Swap(costs);
        training.Steps(direct, 40);
        using var resumed = training.Build();
        Training.Load(resumed, stopped);
        using var unchanged = training.Build();
        Training.Load(unchanged, stopped);
        resumed.Swap(costs);

        Checkpoints.AssertEqual(direct, training.Steps(resumed, 40));
        training.Steps(unchanged, 40);
        Assert.NotEqual(unchanged.ReadWeights("retina -> v1").ToArray(), direct.ReadWeights("retina -> v1").ToArray());
    }

    [Fact]
    public void Swap_Itself_MovesNoStateAndNoCursor()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Steps(training.Build(), 50);
        byte[] before = Training.Save(society);

        society.Swap(Training.Costs(SlowBy(3)));

        Checkpoints.AssertSameState(before, Training.Save(society), "cursor", "lagged.costs");
        Assert.Equal((50, 50), (society.Age, society.SwapStep));
    }

    [Theory]
    [InlineData("""{ "format": 1, "costs": { "v1": { "minimize": "mean(square(v1 - nobody))" } } }""", "unknown name 'nobody'")]
    [InlineData("""{ "format": 1, "costs": { "v2": { "minimize": "mean(v1)" } } }""", "there is no area 'v2'")]
    [InlineData("""{ "format": 1, "costs": { "v1": { "minimize": "v1" } } }""", "one number per sample")]
    [InlineData("""{ "format": 1, "costs": { "v1": { "minimize": "mean(v1)", "teaches": ["it -> nowhere"] } } }""", "there is no area or projection 'it -> nowhere'")]
    public void Swap_ToInvalidCosts_ThrowsAndChangesNothing(string text, string message)
    {
        var training = Training.Of(Training.Digits);
        using var never = training.Steps(training.Build(), 40);
        using var tried = training.Steps(training.Build(), 20);

        var refused = Assert.Throws<CostSocietyException>(() => tried.Swap(Training.Costs(text)));
        Assert.Throws<CostSocietyException>(() => tried.Prepare(Training.Costs(text)));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Checkpoints.AssertEqual(never, training.Steps(tried, 20));
    }

    [Fact]
    public void Swap_ToPrevious_AddsStateThatBeginsAtZero()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Steps(training.Build(), 30);

        society.Swap(Training.Costs(SlowBy(1)));

        var added = Checkpoints.Read(Training.Save(society)).Tensors.Where(t => t.Name.StartsWith("cost.", StringComparison.Ordinal)).ToList();
        Assert.Equal("cost.v1.slow.previous0[1]", Assert.Single(added).Name);
        Assert.All(added[0].Floats(), value => Assert.Equal(0, value));
        training.Steps(society, 1);
        Assert.Contains(Checkpoints.Read(Training.Save(society))[added[0].Name].Floats(), value => value != 0);
    }

    [Fact]
    public void Swap_AwayAndBack_WakesTheStateThatSlept()
    {
        var (training, slow, slower) = (Training.Of(Training.Digits), Training.Costs(SlowBy(1)), Training.Costs(SlowBy(4)));
        using var society = training.Build(slow);
        training.Steps(society, 10);
        byte[] before = Training.Save(society);

        society.Swap(Training.Costs(Read));
        training.Steps(society, 5);
        society.Swap(slower);
        training.Steps(society, 5);
        byte[] asleep = Training.Save(society);
        society.Swap(slow);

        using var loaded = training.Build();
        Training.Load(loaded, asleep);
        loaded.Swap(slow);
        var ring = Checkpoints.Read(before)["cost.v1.slow.previous0[1]"].Floats();
        Assert.Equal(ring, Checkpoints.Read(Training.Save(society))["cost.v1.slow.previous0[1]"].Floats());
        Checkpoints.AssertEqual(training.Steps(society, 5), training.Steps(loaded, 5));
    }

    [Fact]
    public void Swap_BackWithoutAStep_EqualsNeverHavingSwapped()
    {
        var (training, slow) = (Training.Of(Training.Digits), Training.Costs(SlowBy(2)));
        var staged = Training.Costs(Staged);
        foreach (var costs in new[] { training.Circuit.Costs, slow, staged })
        {
            using var never = training.Steps(training.Build(costs), 60);
            using var there = training.Steps(training.Build(costs), 60);
            foreach (string other in new[] { Read, SlowBy(5), Staged })
                there.Swap(Training.Costs(other));
            there.Swap(costs);

            Checkpoints.AssertSameState(Training.Save(never), Training.Save(there));
            Assert.Equal((never.Stage, never.SwapStep), (there.Stage, there.SwapStep));
            Checkpoints.AssertSameState(Training.Save(training.Steps(never, 100)), Training.Save(training.Steps(there, 100)));
            Assert.Equal(never.Stage, there.Stage);
        }
    }

    [Fact]
    public void Stage_OfTheSameName_GoesOn_ElseTheFirstBegins()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Steps(training.Build(), 30);
        Assert.Equal("eyes", society.Stage);

        society.Swap(Training.Costs(Staged));
        Assert.Equal("eyes", society.Stage);

        society.Swap(Training.Costs(Staged.Replace("eyes", "ears", StringComparison.Ordinal)));
        Assert.Equal("cradle", society.Stage);

        training.Steps(society, 20);
        Assert.Equal("cradle", society.Stage);
        training.Steps(society, 1);
        Assert.Equal("ears", society.Stage);
    }

    [Fact]
    public void LaggedCosts_OfTheSameTerm_AreInherited()
    {
        string guarded = """
            { "format": 1, "costs": { "v1": { "minimize": { "reconstruct": "mean(square(retina.apical - retina))", "fresh": "mean(v1)" },
              "weight": "where(cost.v1.TERM < 1e9, 1, 0)" } } }
            """;
        Assert.True(Learns(guarded.Replace("TERM", "reconstruct", StringComparison.Ordinal)));
        Assert.False(Learns(guarded.Replace("TERM", "fresh", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Prepare_BesideSteps_ChangesNothing()
    {
        var (training, costs) = (Training.Of(Training.Digits), Training.Costs(SlowBy(2)));
        using var alone = training.Steps(training.Build(), 40);
        using var busy = training.Build();
        var preparing = Task.Run(() => busy.Prepare(costs));
        training.Steps(busy, 40);
        using var prepared = await preparing;

        Checkpoints.AssertEqual(alone, busy);
        Assert.True(prepared.CopiesState);
        busy.Commit(prepared);
        alone.Swap(costs);
        Checkpoints.AssertEqual(training.Steps(alone, 10), training.Steps(busy, 10));
    }

    [Fact]
    public void Commit_AfterAnotherSwapChangedTheMemory_StillFits()
    {
        var (training, read) = (Training.Of(Training.Digits), Training.Costs(Read));
        using var society = training.Steps(training.Build(), 10);
        using var expected = training.Steps(training.Build(), 10);
        using var early = society.Prepare(read);
        society.Swap(Training.Costs(SlowBy(2)));
        society.Commit(early);
        expected.Swap(read);

        Checkpoints.AssertSameState(Training.Save(training.Steps(expected, 10)), Training.Save(training.Steps(society, 10)));
    }

    [Fact]
    public void Commit_Misused_Throws()
    {
        var (training, read) = (Training.Of(Training.Digits), Training.Costs(Read));
        using var society = training.Build();
        using var other = training.Build();
        using var prepared = society.Prepare(read);
        var dropped = society.Prepare(read);
        dropped.Dispose();

        Assert.Throws<ArgumentException>(() => other.Commit(prepared));
        Assert.Throws<ObjectDisposedException>(() => society.Commit(dropped));
        society.Commit(prepared);
        Assert.Throws<InvalidOperationException>(() => society.Commit(prepared));
        training.Steps(society, 2);
        training.Steps(other, 2);
    }

    [Fact]
    public void Load_OfADamagedCheckpointWithOtherCosts_ChangesNothing()
    {
        var training = Training.Of(Training.Digits);
        using var source = training.Steps(training.Build(Training.Costs(SlowBy(2))), 5);
        var file = Checkpoints.Read(Training.Save(source));
        using var damaged = new MemoryStream();
        Safetensors.Write(damaged, file.Tensors.Where(t => t.Name != "it -> report.weight"), new Dictionary<string, string>(file.Metadata));
        damaged.Position = 0;
        using var society = training.Steps(training.Build(), 5);
        byte[] before = Training.Save(society);

        var refused = Assert.Throws<CheckpointException>(() => society.Load(damaged));

        Assert.Contains("it -> report.weight", refused.Message, StringComparison.Ordinal);
        Checkpoints.AssertEqual(before, Training.Save(society));
        Assert.Same(training.Circuit.Costs, society.Costs);
    }

    private static string SlowBy(int lag) => Slow.Replace("LAG", $"{lag}", StringComparison.Ordinal);

    /// <summary>Whether the first step after a swap changes weights.</summary>
    private static bool Learns(string text)
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Steps(training.Build(), 20);
        society.Swap(Training.Costs(text));
        float[] before = [.. Checkpoints.Read(Training.Save(society))["v1 -> retina.apical.m"].Floats()];
        training.Steps(society, 1);
        float[] after = Checkpoints.Read(Training.Save(society))["v1 -> retina.apical.m"].Floats();
        return !after.Zip(before, (a, b) => Math.Abs(a - 0.9f * b) < 1e-7f).All(same => same);
    }
}
