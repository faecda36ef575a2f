using CostSociety.Circuits;
using CostSociety.Costs;

namespace CostSociety.Tests.Laws;

/// <summary>Replica r of many is the lone society with the seed plus r, bit for bit, whatever the threads.</summary>
public sealed class ReplicaTests
{
    private const string Noise = "areas.hidden1.dynamics=v = 0.5 * v + basal + noise.normal(0, 0.1); activity = tanh(v)";
    private static readonly string[] _overrides = [Noise, "learning.seed=5", "learning.batch=8"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Replica_OfAHundred_IsTheLoneRunOfItsSeed(int threads)
    {
        var training = Training.Of(Training.Narrow, _overrides);
        using var many = Society.BuildMany(training.Circuit, 100, threads);
        for (int step = 0; step < 6; step++)
            many.Step(training.Fill(many[0]));

        Assert.Equal((100, threads), (many.Count, many.Threads));
        foreach (int replica in new[] { 0, 1, 42, 99 })
        {
            var circuit = Circuit.Load(Training.Narrow, [.. _overrides, $"learning.seed={5 + replica}"]);
            using var lone = Society.Build(circuit);
            for (int step = 0; step < 6; step++)
                lone.Step(training.Fill(lone));
            Checkpoints.AssertEqual(lone, many[replica]);
        }
        Assert.Equal(100, many.Select(s => BitConverter.SingleToInt32Bits(s.ReadWeights("retina -> hidden1")[0, 0])).Distinct().Count());
    }

    [Theory]
    [InlineData("""{ "kind": "momentum", "rate": 0.05 }""", 1)]
    [InlineData("""{ "kind": "adam", "rate": 0.002, "decay": 0.01 }""", 2)]
    [InlineData("""{ "kind": "manhattan", "rate": "0.01 / (1 + step)" }""", 2)]
    public void ReplicasOfOneSample_ShareRuns_AndAreTheLoneRunsOfTheirSeeds(string update, int threads)
    {
        string[] overrides = ["learning.batch=1", $"learning.update={update}"];
        var circuit = Circuit.Load(Training.Narrow, [.. overrides, "learning.seed=5"]);
        using var many = Society.BuildMany(circuit, 70, threads);
        Society[] lone = [.. new[] { 0, 31, 32, 69 }.Select(r => Society.Build(Circuit.Load(Training.Narrow, [.. overrides, $"learning.seed={5 + r}"])))];
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, 70 * 64).Select(_ => random.NextSingle())], y = new float[70 * 10];
        for (int i = 0; i < 70; i++)
            y[i * 10 + i % 10] = 1;

        Assert.Equal(70, many.SharingRuns);
        Steps(4);
        // One that was stepped alone, and one with other costs, make their steps apart from then on.
        many[31].Step(x.AsSpan(31 * 64, 64), y.AsSpan(310, 10));
        lone[1].Step(x.AsSpan(31 * 64, 64), y.AsSpan(310, 10));
        var other = Training.Costs("""{ "format": 1, "name": "other", "costs": { "report": { "minimize": "mse(report, label)", "teaches": "upstream" } } }""");
        many[69].Swap(other);
        lone[3].Swap(other);
        Steps(4);
        Array.ForEach(lone, l => l.Dispose());

        void Steps(int count)
        {
            for (int step = 0; step < count; step++)
            {
                many.Step(x, y);
                for (int i = 0; i < lone.Length; i++)
                    lone[i].Step(x.AsSpan(Replica(i) * 64, 64), y.AsSpan(Replica(i) * 10, 10));
            }
            for (int i = 0; i < lone.Length; i++)
            {
                Checkpoints.AssertEqual(lone[i], many[Replica(i)]);
                Assert.Equal(lone[i].CostValues.ToArray(), many[Replica(i)].CostValues.ToArray());
                Assert.Equal(lone[i].MeasureValues.ToArray(), many[Replica(i)].MeasureValues.ToArray());
            }
        }

        static int Replica(int lone) => new[] { 0, 31, 32, 69 }[lone];
    }

    /// <summary>Costs that come in runs leave groups half full: more of them than a full division would need.</summary>
    [Fact]
    public void ReplicasOfManyShortRunsOfCosts_AreTheLoneRunsOfTheirSeeds()
    {
        string[] overrides = ["learning.batch=1", "learning.seed=5"];
        var circuit = Circuit.Load(Training.Narrow, overrides);
        var other = Training.Costs("""{ "format": 1, "name": "other", "costs": { "report": { "minimize": "mse(report, label)", "teaches": "upstream" } } }""");
        CostFile[] costs = [.. Enumerable.Range(0, 95).Select(i => i % 17 == 16 ? other : circuit.Costs)];
        using var many = Society.BuildMany(circuit, costs, threads: 2);
        float[] x = [.. Enumerable.Range(0, 95 * 64).Select(i => i * 37 % 101 / 100f)], y = [.. Enumerable.Range(0, 950).Select(i => i % 10 == i / 10 % 10 ? 1f : 0)];
        for (int step = 0; step < 3; step++)
            many.Step(x, y);

        Assert.InRange(many.SharingRuns, 1, 90);
        foreach (int r in new[] { 0, 16, 17, 50, 67, 84, 94 })
        {
            using var lone = Society.Build(Circuit.Load(Training.Narrow, ["learning.batch=1", $"learning.seed={5 + r}"]), costs[r]);
            for (int step = 0; step < 3; step++)
                lone.Step(x.AsSpan(r * 64, 64), y.AsSpan(r * 10, 10));
            Checkpoints.AssertEqual(lone, many[r]);
        }
    }

    [Fact]
    public void ReplicasThatDrawNoiseOrHaveMoreSamples_RunOneByOne()
    {
        using var noise = Society.BuildMany(Circuit.Load(Training.Narrow, [Noise, "learning.batch=1"]), 4);
        using var samples = Society.BuildMany(Circuit.Load(Training.Narrow, ["learning.batch=2"]), 4);

        Assert.Equal((0, 0), (noise.SharingRuns, samples.SharingRuns));
    }

    [Fact]
    public void Spans_GiveEveryReplicaItsOwnSamples()
    {
        var circuit = Circuit.Load(Training.Narrow, _overrides);
        using var many = Society.BuildMany(circuit, 3, threads: 2);
        using var lone = Society.Build(Circuit.Load(Training.Narrow, [.. _overrides, "learning.seed=7"]));
        float[] x = new float[3 * 8 * 64], y = new float[3 * 8 * 10], output = new float[3 * 8 * 10], alone = new float[8 * 10];
        for (int i = 0; i < x.Length; i++)
            x[i] = i * 37 % 101 / 100f;
        for (int i = 0; i < y.Length; i += 10)
            y[i + i / 10 % 10] = 1;

        many.Step(x, y);
        lone.Step(x.AsSpan(2 * 512), y.AsSpan(2 * 80));
        many.Act(x, output);
        lone.Act(x.AsSpan(2 * 512), alone);
        Assert.Equal(alone, output[160..]);
        many.Predict(x, output);
        lone.Predict(x.AsSpan(2 * 512), alone);
        Assert.Equal(alone, output[160..]);
        Checkpoints.AssertEqual(lone, many[2]);
        Assert.Throws<ArgumentException>(() => many.Step(x.AsSpan(1), y));
        Assert.Throws<ArgumentException>(() => many.Predict(x, new float[3]));
    }

    [Fact]
    public void Costs_MayDifferFromReplicaToReplica_AndBeExchanged()
    {
        var training = Training.Of(Training.Narrow, _overrides);
        var circuit = training.Circuit;
        var other = Training.Costs("""{ "format": 1, "name": "other", "costs": { "report": { "minimize": "mse(report, label)", "teaches": "upstream" } } }""");
        using var many = Society.BuildMany(circuit, [circuit.Costs, other, circuit.Costs, other], threads: 2);
        using var lone = Society.Build(Circuit.Load(Training.Narrow, [.. _overrides, "learning.seed=8"]), other);
        Step();
        Checkpoints.AssertEqual(lone, many[3]);

        many[3].Swap(circuit.Costs);
        lone.Swap(circuit.Costs);
        Step();
        Checkpoints.AssertEqual(lone, many[3]);

        void Step()
        {
            var batch = training.Fill(lone);
            lone.Step(batch);
            many.Step(batch);
        }
    }

    [Fact]
    public void Replica_ThatFails_IsToldAndTheOthersGoOn()
    {
        var training = Training.Of(Training.Narrow, _overrides);
        using var many = Society.BuildMany(training.Circuit, 4, threads: 2);
        float[] bad = new float[many[2].ReadWeights("retina -> hidden1").ToArray().Length];
        bad.AsSpan().Fill(float.NaN);
        many[2].WriteWeights("retina -> hidden1", bad);

        Assert.Throws<NonFiniteException>(() => many.Step(training.Fill(many[0])));

        Assert.Equal([1L, 1L, 0L, 1L], many.Select(s => s.Age));
        Assert.Throws<ArgumentOutOfRangeException>(() => Society.BuildMany(training.Circuit, 0));
    }
}
