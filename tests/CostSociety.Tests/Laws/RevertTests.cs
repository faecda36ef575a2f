namespace CostSociety.Tests.Laws;

/// <summary>Taking back an exchange of costs: exact where no step came between, else an exchange like any other.</summary>
public sealed class RevertTests
{
    private const string Read = """{ "format": 1, "costs": { "report": { "minimize": "cross_entropy(report, label)", "teaches": "upstream" } } }""";

    private const string Slow = """
        { "format": 1, "costs": { "v1": { "minimize": { "reconstruct": "mean(square(retina.apical - retina))", "slow": "mean(square(v1 - previous(v1, LAG)))" } },
                                  "it": { "minimize": "mean(square(it - trace(it, 4)))" } } }
        """;

    private const string Staged = """
        { "format": 1, "costs": { "v1": { "minimize": { "reconstruct": "mean(square(retina.apical - retina))", "slow": "0.1 * mean(square(v1 - previous(v1, 2)))" }, "weight": "where(cost.v1.slow < 1e9, 1, 0.5)" },
                                  "report": { "minimize": "cross_entropy(report, label)", "weight": "where(since_swap >= 20, 1, 0)", "teaches": "upstream" } },
          "development": [ { "stage": "cradle", "until": "since_swap >= 70" }, { "stage": "school", "plastic": ["report"] } ] }
        """;

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (string first in new[] { Read, Of(2), Staged })
                foreach (string second in new[] { Read, Of(9), Staged, Of(1) })
                    pairs.Add(first, second);
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Revert_WithoutAStep_EqualsNeverHavingSwapped(string text, string other)
    {
        var (training, costs) = (Training.Of(Training.Digits), Training.Costs(text));
        using var never = training.Steps(training.Build(costs), 60);
        using var there = training.Steps(training.Build(costs), 60);
        double[] values = there.CostValues.ToArray();

        there.Swap(Training.Costs(other));
        there.Revert();

        Assert.Same(costs, there.Costs);
        Assert.Equal(values, there.CostValues.ToArray());
        Checkpoints.AssertSameState(Training.Save(never), Training.Save(there));
        Assert.Equal((never.Stage, never.SwapStep), (there.Stage, there.SwapStep));
        Checkpoints.AssertSameState(Training.Save(training.Steps(never, 50)), Training.Save(training.Steps(there, 50)));
        Assert.Equal(never.Stage, there.Stage);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Revert_AfterSteps_EqualsSwappingBack(string text, string other)
    {
        var (training, costs) = (Training.Of(Training.Digits), Training.Costs(text));
        using var reverted = training.Steps(training.Build(costs), 20);
        using var swapped = training.Steps(training.Build(costs), 20);
        foreach (var society in new[] { reverted, swapped })
        {
            society.Swap(Training.Costs(other));
            training.Steps(society, 15);
        }

        reverted.Revert();
        swapped.Swap(costs);

        Checkpoints.AssertEqual(swapped, reverted);
        Assert.Equal(35, reverted.SwapStep);
        Checkpoints.AssertEqual(training.Steps(swapped, 15), training.Steps(reverted, 15));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Revert_InARow_GoesThereAndBack(int steps)
    {
        var (training, costs, other) = (Training.Of(Training.Digits), Training.Costs(Of(3)), Training.Costs(Staged));
        using var reverted = training.Steps(training.Build(costs), 10);
        using var swapped = training.Steps(training.Build(costs), 10);
        reverted.Swap(other);
        swapped.Swap(other);
        for (int i = 0; i < 5; i++)
        {
            training.Steps(reverted, steps).Revert();
            training.Steps(swapped, steps).Swap(i % 2 == 0 ? costs : other);
            Assert.Same(i % 2 == 0 ? other : costs, reverted.ReplacedCosts);
            Checkpoints.AssertEqual(swapped, reverted);
        }
        Checkpoints.AssertEqual(training.Steps(swapped, 10), training.Steps(reverted, 10));
    }

    [Fact]
    public void Revert_WithNothingToRevertTo_Throws()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Build();
        AssertNothing(society);
        society.Swap(Training.Costs(Read));
        using var fork = society.Fork();
        AssertNothing(fork);
        Training.Load(society, Training.Save(society));
        AssertNothing(society);
        Assert.Equal("test", society.Costs.Name);
    }

    [Fact]
    public void Revert_AfterARefusedSwap_TakesBackTheOneBefore()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Build();
        society.Swap(Training.Costs(Read));
        Assert.ThrowsAny<Exception>(() => society.Swap(Training.Costs(Read.Replace("label", "nobody", StringComparison.Ordinal))));

        society.Revert();

        Assert.Same(training.Circuit.Costs, society.Costs);
    }

    [Fact]
    public void Commit_OfCostsPreparedBeforeReverts_EqualsASwap()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Steps(training.Build(Training.Costs(Of(1))), 10);
        using var expected = training.Steps(training.Build(Training.Costs(Of(1))), 10);
        using var large = society.Prepare(Training.Costs(Of(6)));
        using var early = society.Prepare(Training.Costs(Staged));
        society.Swap(Training.Costs(Of(12)));
        society.Revert();
        society.Commit(large);
        society.Commit(early);
        society.Revert();
        expected.Swap(Training.Costs(Of(12)));
        expected.Swap(Training.Costs(Of(6)));

        Checkpoints.AssertSameState(Training.Save(training.Steps(expected, 10)), Training.Save(training.Steps(society, 10)), "cursor");
    }

    [Fact]
    public void Streams_SetBefore_StayThroughSwapsAndReverts()
    {
        var training = Training.Of(Training.Digits);
        using var once = training.Build();
        using var always = training.Build();
        var batch = training.Fill(once);
        once.Step(batch);
        always.Step(batch);
        foreach (string text in new[] { Of(2), Read, Of(11), Staged })
        {
            once.Swap(Training.Costs(text));
            always.Swap(Training.Costs(text));
            Both();
            once.Revert();
            always.Revert();
            Both();
        }
        Checkpoints.AssertEqual(always, once);

        void Both()
        {
            once.Step(batch.Count);
            always.Step(batch);
        }
    }

    [Fact]
    public void Probe_OpenedBeforeMemoryGrew_IsRefusedAfterTheRevert()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Build(Training.Costs(Read));
        using var probe = society.OpenProbe();
        var batch = training.Fill(society);
        probe.Run(batch);
        society.Swap(Training.Costs(Of(40)));
        society.Revert();

        Assert.Contains("open another", Assert.Throws<InvalidOperationException>(() => probe.Run(batch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Replica_ThatReverted_EqualsALoneSociety()
    {
        const string Grown = """{ "format": 1, "costs": { "report": { "minimize": { "cost": "cross_entropy(report, label)", "slow": "mean(square(report - previous(report, 300)))" }, "teaches": "upstream" } } }""";
        var training = Training.Of(Training.Narrow, "learning.batch=1");
        using var many = Society.BuildMany(training.Circuit, 6);
        Assert.Equal(6, many.SharingRuns);
        for (int i = 0; i < 30; i++)
        {
            if (i is 10 or 15)
                many[0].Swap(Training.Costs(i == 10 ? Grown : Read));
            if (i is 12 or 15)
                many[0].Revert();
            many.Step(training.Fill(many[0]));
        }
        var alone = Training.Of(Training.Narrow, "learning.batch=1");
        using var lone = alone.Steps(alone.Build(), 10);
        lone.Swap(Training.Costs(Grown));
        alone.Steps(lone, 2).Swap(alone.Circuit.Costs);
        alone.Steps(lone, 18);

        Checkpoints.AssertSameState(Training.Save(lone), Training.Save(many[0]));
    }

    internal static string Of(int lag) => Slow.Replace("LAG", $"{lag}", StringComparison.Ordinal);

    private static void AssertNothing(Society society)
    {
        Assert.Null(society.ReplacedCosts);
        var refused = Assert.Throws<InvalidOperationException>(society.Revert);
        Assert.Equal("there is nothing to revert to: no costs were exchanged since the society was built, loaded or forked; call Swap first", refused.Message);
    }
}
