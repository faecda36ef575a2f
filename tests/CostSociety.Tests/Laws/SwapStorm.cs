using System.Runtime;
using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Tests.Laws;

/// <summary>
/// A thousand exchanges of costs at random moments of a training, with refused files between them. Every exchange is seen in the next step; every
/// one that is compared equals stopping, saving, building with the new costs, loading and going on.
/// </summary>
/// <param name="training">The circuit with its data.</param>
/// <param name="executor">Runs what is compared.</param>
/// <param name="compareEvery">1 compares every exchange, 20 every twentieth.</param>
internal sealed class SwapStorm(Training training, IExecutor executor, int compareEvery)
{
    public const int Swaps = 1000;
    private const int Refusals = 500;
    private const ulong Seed = 20;

    private readonly CostFile[] _files = [.. Enumerable.Range(0, StormCosts.Count).Select(i => Training.Costs(StormCosts.Of(i).Text))];
    private readonly Training _beside = new(training.Circuit);
    private readonly Dictionary<long, int[]> _seen = [];
    private long _samples;
    private int _reverts;
    private int _compared;
    private int _measured;

    /// <summary>Goes through it; throws at the first thing that is not as it should be.</summary>
    public void Run()
    {
        GCSettings.LatencyMode = GCLatencyMode.Batch; // No collection goes on beside the steps.
        using var society = training.Build();
        for (int i = 0; i < Swaps; i++)
        {
            Steps(society, Word(i, 0) % 3);
            if (i % (Swaps / Refusals) == 0)
                Refuse(society, Word(i, 1));
            Exchange(society, i);
        }
        CheckSamples(society);
        Assert.InRange(_measured, Swaps * 9 / 10, Swaps);
        Assert.InRange(_reverts, Swaps / 20, Swaps / 4);
        Assert.Equal((Swaps + compareEvery - 1) / compareEvery, _compared);
    }

    private static uint Word(int index, uint counter) => CounterRandom.Word(Seed, (uint)index, 0, counter);

    private void Exchange(Society society, int i)
    {
        byte[]? stopped = i % compareEvery == 0 ? Training.Save(society) : null;
        var before = society.Costs;
        if (Word(i, 2) % 8 == 0 && society.ReplacedCosts is not null)
            Revert(society);
        else
            society.Swap(_files[Word(i, 3) % _files.Length]);
        Assert.True(society.ReplacedCosts == before);
        StepThatShows(society, society.Costs);
        uint more = Word(i, 4) % 2;
        Steps(society, more);
        if (stopped is not null)
            Compare(society, stopped, 1 + (int)more);
    }

    private void Revert(Society society)
    {
        var expected = society.ReplacedCosts;
        society.Revert();
        Assert.Same(expected, society.Costs);
        _reverts++;
    }

    /// <summary>Stop, save, build with the new costs, load, go on. A checkpoint brings the costs it was saved with, so they are taken over anew.</summary>
    private void Compare(Society society, byte[] stopped, int steps)
    {
        using var resumed = Society.Build(training.Circuit, society.Costs, executor);
        Training.Load(resumed, stopped);
        resumed.Swap(society.Costs);
        Checkpoints.AssertEqual(society, _beside.Steps(resumed, steps));
        _compared++;
    }

    private void Refuse(Society society, uint which)
    {
        var (costs, replaced, values) = (society.Costs, society.ReplacedCosts, society.CostValues.ToArray());
        float[] before = State(society);
        byte[]? saved = which % 16 == 0 ? Training.Save(society) : null;
        Assert.Throws<CostSocietyException>(() => society.Swap(Training.Costs(StormCosts.Wrong(which))));
        Assert.True(before.AsSpan().SequenceEqual(State(society)));
        if (saved is not null)
            Assert.Equal(saved, Training.Save(society));
        Assert.Equal(values, society.CostValues.ToArray());
        Assert.True(costs == society.Costs && replaced == society.ReplacedCosts);
    }

    private static float[] State(Society society) => society.Memory.View(Region.State, 0, society.Memory.Sizes.State).ToArray();

    /// <summary>The next step has the new terms, and the value by which the file is known; it allocates nothing.</summary>
    private void StepThatShows(Society society, CostFile costs)
    {
        Note(society);
        var batch = training.Fill(society);
        AssertAllocatesNothing(() => society.Step(batch));
        Assert.Equal(costs.Costs.SelectMany(c => c.Terms.Select(t => $"{c.Area}.{t.Name}")), society.CostTerms);
        int mark = society.CostTerms.ToList().FindIndex(t => t.EndsWith(".mark", StringComparison.Ordinal));
        if (mark >= 0)
            Assert.Equal(StormCosts.Of(Array.IndexOf(_files, costs)).Mark, society.CostValues[mark]);
    }

    /// <summary>A collection during the step gives the rest of the thread's 8 KB back, which counts as allocated: such a step says nothing.</summary>
    private void AssertAllocatesNothing(Action step)
    {
        int collections = GC.CollectionCount(0);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        step();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (collections != GC.CollectionCount(0))
            return;
        Assert.Equal(0, allocated);
        _measured++;
    }

    private void Steps(Society society, uint steps)
    {
        for (uint i = 0; i < steps; i++)
        {
            Note(society);
            society.Step(training.Fill(society));
        }
    }

    /// <summary>Counts every row of the batch that the next step takes.</summary>
    private void Note(Society society)
    {
        training.Fill(society);
        if (!_seen.TryGetValue(society.Epoch, out int[]? rows))
            _seen[society.Epoch] = rows = new int[training.Batches.Rows];
        int batch = (int)(society.Age % training.Batches.Count), count = training.Batches.RowsOf(batch);
        for (int lane = 0; lane < count; lane++)
            rows[training.Batches.RowAt(batch, lane)]++;
        _samples += count;
    }

    private void CheckSamples(Society society)
    {
        Assert.Equal(_samples, society.Samples);
        Assert.InRange(society.Epoch, 20, int.MaxValue);
        foreach (var (epoch, rows) in _seen)
            Assert.All(rows, count => Assert.InRange(count, epoch < society.Epoch ? 1 : 0, 1));
    }
}

/// <summary>Law 4 and law 1 together: whatever is exchanged, nothing is lost and nothing of the fabric compiled.</summary>
[Collection(AloneCollection.Name)]
public sealed class SwapStormTests
{
    [Fact]
    public void Storm_ComparedNowAndThen_LosesAndCompilesNothing() => Check(FabricProbe.SwapStorm);

    [Fact]
    [Trait("Category", "Long")]
    public void Storm_ComparedAtEverySwap_LosesAndCompilesNothing() => Check(FabricProbe.WholeSwapStorm);

    [Fact]
    public void Files_OfTheStorm_AreMany() =>
        Assert.InRange(Enumerable.Range(0, StormCosts.Count).Select(i => StormCosts.Of(i).Text).Distinct().Count(), 30, int.MaxValue);

    private static void Check(string what)
    {
        var outcome = FabricProbe.Run(what);

        Assert.InRange(outcome.Warm, 100, int.MaxValue);
        Assert.Equal("", string.Join("\n", outcome.Compiled));
        Assert.Equal(0, outcome.KernelBuilds);
    }
}
