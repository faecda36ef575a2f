using CostSociety.Fabric.Simd;
using CostSociety.Language;

namespace CostSociety.Tests.Laws;

/// <summary>A fork is what save and load into a new society give, and from then on nobody knows of the other.</summary>
public sealed class ForkTests
{
    private const string Memory = "areas.hidden1.dynamics=v = 0.5 * v + basal; activity = tanh(v) + 0.01 * noise.normal(0, 1)";

    [Theory]
    [InlineData(Training.Digits)]
    [InlineData(Training.Digits, "learning.rule=feedback-alignment", "learning.update={ \"kind\": \"adam\", \"rate\": 0.001 }")]
    [InlineData(Training.Narrow, Memory, "learning.batch=4", "learning.presentations=8")]
    public void Fork_EqualsSaveAndLoad_AndBothGoOnByThemselves(string circuit, params string[] overrides)
    {
        var training = Training.Of(circuit, overrides);
        using var society = training.Steps(training.Build(), 45);
        using var alone = training.Steps(training.Build(), 45);
        society.RunCursors["place"] = alone.RunCursors["place"] = "here";

        using var fork = society.Fork();
        using var loaded = training.Build();
        Training.Load(loaded, Training.Save(society));
        fork.RunCursors["place"] = loaded.RunCursors["place"] = "there";

        Checkpoints.AssertEqual(loaded, fork);
        Checkpoints.AssertEqual(training.Steps(loaded, 30), training.Steps(fork, 30));
        Checkpoints.AssertEqual(alone, society);
        Checkpoints.AssertEqual(training.Steps(alone, 30), training.Steps(society, 30));
    }

    [Fact]
    public void Fork_TakesSleepingStateAndTheStageAlong()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Steps(training.Build(Training.Costs(RevertTests.Of(3))), 10);
        society.Swap(training.Circuit.Costs);
        training.Steps(society, 400);
        using var fork = society.Fork();

        Assert.Equal(("school", society.SwapStep), (fork.Stage, fork.SwapStep));
        Assert.Equal(society.CostValues.ToArray(), fork.CostValues.ToArray());
        foreach (var one in new[] { society, fork })
        {
            one.Swap(Training.Costs(RevertTests.Of(3)));
            training.Steps(one, 10).Swap(training.Circuit.Costs);
        }
        Checkpoints.AssertEqual(society, fork);
    }

    [Fact]
    public void Fork_WithOtherCosts_EqualsLoadAndSwap()
    {
        var (training, costs) = (Training.Of(Training.Digits), Training.Costs(RevertTests.Of(20)));
        using var society = training.Steps(training.Build(), 30);
        using var fork = society.Fork(costs);
        using var loaded = training.Build();
        Training.Load(loaded, Training.Save(society));
        loaded.Swap(costs);

        Assert.Same(costs, fork.Costs);
        Checkpoints.AssertEqual(training.Steps(loaded, 20), training.Steps(fork, 20));
        fork.Revert();
        Assert.Same(society.Costs, fork.Costs);
        Assert.Equal(30, society.Age);
    }

    [Fact]
    public void Fork_ToRefusedCosts_ThrowsAndChangesNothing()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Steps(training.Build(), 10);
        byte[] before = Training.Save(society);
        var wrong = Training.Costs("""{ "format": 1, "costs": { "v1": { "minimize": "mean(nobody)" } } }""");

        Assert.Contains("unknown name 'nobody'", Assert.Throws<CostSocietyException>(() => society.Fork(wrong)).Message, StringComparison.Ordinal);
        Checkpoints.AssertEqual(before, Training.Save(society));
    }

    [Theory]
    [InlineData(Training.Digits)]
    [InlineData(Training.Narrow, "learning.batch=4", "learning.presentations=8")]
    public void Fork_KeepsTheStreamsThatWereSet(string circuit, params string[] overrides)
    {
        var training = Training.Of(circuit, overrides);
        using var society = training.Steps(training.Build(), 5);
        using var other = training.Steps(training.Build(), 5);
        var batch = training.Fill(society);
        society.Set(batch);
        using var fork = society.Fork();
        other.Step(batch);
        fork.Epoch = other.Epoch;
        fork.Step(batch.Count);

        Checkpoints.AssertEqual(other, fork);
    }

    [Fact]
    public void Executor_IsTheOnePassedIn_ElseOneOfItsOwn()
    {
        var circuit = Training.Of(Training.Narrow).Circuit;
        using var executor = new SimdExecutor(2);
        using var onPassed = Society.Build(circuit, executor);
        var onOwn = Society.Build(circuit, threads: 2);
        using (var a = onPassed.Fork())
            Assert.Same(executor, a.Executor);
        using var b = onOwn.Fork();
        Assert.NotSame(onOwn.Executor, b.Executor);
        Assert.Equal(2, ((SimdExecutor)b.Executor).Threads);

        onOwn.Dispose();
        Training.Of(Training.Narrow).Steps(b, 2);
        Training.Of(Training.Narrow).Steps(onPassed, 2);
        Checkpoints.AssertEqual(onPassed, b);
    }

    [Theory]
    [InlineData("learning.batch=1")]
    [InlineData("learning.batch=8")]
    public void Fork_OfAReplica_GoesOnAsThatReplica_AfterTheReplicasAreGone(string batch)
    {
        var training = Training.Of(Training.Narrow, batch);
        var alone = Training.Of(Training.Narrow, batch, $"learning.seed={training.Circuit.Learning.Seed + 2}");
        Society fork;
        using (var many = Society.BuildMany(training.Circuit, 5))
        {
            for (int i = 0; i < 12; i++)
                many.Step(training.Fill(many[0]));
            fork = many[2].Fork();
            many.Step(training.Fill(many[0]));
        }
        using var lone = alone.Build();
        for (int i = 0; i < 12; i++)
            lone.Step(training.Fill(lone));
        Checkpoints.AssertEqual(lone, fork);
        for (int i = 0; i < 5; i++)
        {
            lone.Step(training.Fill(lone));
            fork.Step(training.Fill(fork));
        }
        Checkpoints.AssertEqual(lone, fork);
        fork.Dispose();
    }
}
