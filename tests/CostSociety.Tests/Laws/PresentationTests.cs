using CostSociety.Circuits;
using CostSociety.Data;
using CostSociety.Runs;

namespace CostSociety.Tests.Laws;

/// <summary>A step of several presentations is as many steps of one, but for what the host counts.</summary>
public sealed class PresentationTests
{
    private const string Moving = "areas.hidden1.dynamics=v = 0.5 * v + basal + noise.normal(0, 0.1); activity = max(v, 0)";
    private const string Normal = "areas.hidden2={ \"units\": 12, \"activation\": \"batch_norm_relu\" }";

    private static readonly string[] _hostCounts = ["cursor", "lagged.costs", "lagged.measures"];

    [Theory]
    [InlineData(1, 32, 96)]
    [InlineData(4, 8, 96)]
    [InlineData(1, 32, 81)]
    [InlineData(4, 8, 83)]
    [InlineData(16, 2, 71)]
    [InlineData(5, 3, 40)]
    public void Step_OfSeveralPresentations_IsAsManySteps(int batch, int presentations, int samples)
    {
        string[] overrides = batch == 1 ? [Moving] : [Moving, Normal];
        using var many = Build(batch, presentations, overrides);
        using var single = Build(batch, 1, overrides);
        var (x, y) = Rows(samples);
        int steps = 0, size = batch * presentations;
        for (int first = 0; first < samples; first += size, steps++)
        {
            int count = Math.Min(size, samples - first);
            many.Step(x.AsSpan(64 * first, 64 * count), y.AsSpan(10 * first, 10 * count));
            var (cost, accuracy) = Singles(single, x.AsSpan(64 * first, 64 * count), y.AsSpan(10 * first, 10 * count));
            Assert.Equal(cost, many.CostValues[0], 1e-12);
            Assert.Equal(accuracy, many.MeasureValues[0], 1e-12);
        }

        Checkpoints.AssertSameState(Training.Save(single), Training.Save(many), _hostCounts);
        Assert.Equal((steps, samples, single.Age), (many.Age, many.Samples, many.Clock));
    }

    [Fact]
    public void Step_OfOneMorePresentation_IsAnother()
    {
        using var many = Build(1, 32, [Moving]);
        using var single = Build(1, 1, [Moving]);
        var (x, y) = Rows(32);
        many.Step(x.AsSpan(0, 64 * 32), y.AsSpan(0, 320));
        Singles(single, x.AsSpan(0, 64 * 31), y.AsSpan(0, 310));
        Assert.ThrowsAny<Exception>(() => Checkpoints.AssertSameState(Training.Save(single), Training.Save(many), _hostCounts));
    }

    [Fact]
    public void HostNumbers_CountStepsAndNotPresentations()
    {
        string[] rate = ["learning.update.rate=0.1 * 0.5^step", "areas.hidden1.dynamics=tanh(basal + bias)", "areas.hidden1.variables={ \"bias\": 0 }"];
        using var many = Build(1, 4, rate);
        using var single = Build(1, 1, [.. rate, "learning.update.rate=0.1 * 0.5^floor(step / 4)"]);
        var (x, y) = Rows(12);
        for (int i = 0; i < 12; i += 4)
            many.Step(x.AsSpan(64 * i, 256), y.AsSpan(10 * i, 40));
        Singles(single, x, y);
        Checkpoints.AssertSameState(Training.Save(single), Training.Save(many), _hostCounts);
    }

    [Fact]
    public void Predict_OfAWholeStep_IsThatOfItsParts()
    {
        using var many = Build(4, 3, []);
        using var single = Build(4, 1, []);
        var (x, _) = Rows(11);
        float[] all = new float[110], parts = new float[110];
        many.Predict(x, all);
        for (int i = 0; i < 11; i += 4)
            single.Predict(x.AsSpan(64 * i, 64 * Math.Min(4, 11 - i)), parts.AsSpan(10 * i, 10 * Math.Min(4, 11 - i)));
        Assert.Equal(parts, all);
        Assert.Equal((0, 0, 12), (many.Clock, many.Age, many.StepSize));
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(4, 50)]
    [InlineData(7, 3)]
    public void Epoch_HasEverySampleOnce(int batch, int presentations)
    {
        var circuit = Load(batch, presentations, ["learning.seed=4"]);
        var batches = CircuitStreams.Open(circuit).TrainingBatches();
        Assert.Equal((batch * presentations, (1297 + batch * presentations - 1) / (batch * presentations)), (batches.BatchSize, batches.Count));
        for (int epoch = 0; epoch < 2; epoch++)
        {
            batches.Begin(epoch);
            Assert.Equal(Enumerable.Range(0, 1297), Enumerable.Range(0, batches.Count)
                .SelectMany(b => Enumerable.Range(0, batches.RowsOf(b)).Select(lane => batches.RowAt(b, lane))).Order());
        }
        Assert.Equal(2 * 1297, circuit.OpenStreams(epochs: 2).Sum(b => b.Count));
    }

    [Fact]
    public void Run_WithPresentations_CountsStepsEpochsAndSamples()
    {
        var circuit = Load(4, 8, ["run.epochs=2"]);
        using var society = Society.Build(circuit);

        var run = new TrainingRun(circuit, society);
        var result = run.Run();

        Assert.Equal((82, 82, 2 * 1297), (run.Steps, result.Steps, result.Samples));
        Assert.Equal((1, 2 * 325), (society.Epoch, society.Clock));
        Assert.True(result.Costs[0].Last < result.Costs[0].First);
        Assert.InRange(result.Measures[0].Test, 0.5, 1);
    }

    [Fact]
    public void HeldOut_WithPresentations_IsThatOfSmallBatches()
    {
        double[] Measure(int batch, int presentations)
        {
            var circuit = Load(batch, presentations, []);
            using var society = Society.Build(circuit);
            return new HeldOut(circuit, CircuitStreams.Open(circuit)).Measure(society);
        }

        Assert.All(Measure(8, 1).Zip(Measure(8, 7)), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(4, 3)]
    public void Society_SavedAndLoaded_GoesOnBitForBit(int batch, int presentations)
    {
        var training = new Training(Load(batch, presentations, [Moving]));
        using var straight = training.Steps(training.Build(), 30);
        using var first = training.Steps(training.Build(), 13);
        using var second = training.Build();
        training.Steps(second, 3);
        Training.Load(second, Training.Save(first));

        Checkpoints.AssertEqual(straight, training.Steps(second, 17));
        Assert.Equal(30 * presentations, straight.Clock);
    }

    [Fact]
    public void Swap_BetweenSettingAndStepping_KeepsTheSamples()
    {
        using var swapped = Build(2, 3, []);
        using var plain = Build(2, 3, []);
        var (x, y) = Rows(6);
        foreach (var society in new[] { swapped, plain })
        {
            society.Set("image", x);
            society.Set("label", y);
        }
        swapped.Swap(swapped.Costs);
        swapped.Step(6);
        plain.Step(6);
        Assert.Equal(plain.CostValues.ToArray(), swapped.CostValues.ToArray());
    }

    [Fact]
    public void Step_OfTooManySamples_IsRefusedWithoutAnything()
    {
        using var society = Build(2, 3, []);
        var (x, y) = Rows(7);
        Assert.Contains("takes 1 to 6 samples", Assert.Throws<ArgumentException>(() => society.Step(x, y)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => society.Step(7));
        Assert.Equal((0, 0), (society.Age, society.Clock));
    }

    [Fact]
    public void Circuit_OfTooLargeSteps_IsRefused()
    {
        var refused = Assert.Throws<CostSociety.Language.CostSocietyException>(() => Load(65536, 17, []));
        Assert.Contains("a step takes at most 1048576", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Steps of one presentation over the same samples; gives the means over them.</summary>
    private static (double Cost, double Accuracy) Singles(Society society, ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double cost = 0, accuracy = 0;
        int samples = x.Length / 64;
        for (int first = 0; first < samples; first += society.BatchSize)
        {
            int count = Math.Min(society.BatchSize, samples - first);
            society.Step(x.Slice(64 * first, 64 * count), y.Slice(10 * first, 10 * count));
            (cost, accuracy) = (cost + society.CostValues[0] * count, accuracy + society.MeasureValues[0] * count);
        }
        return (cost / samples, accuracy / samples);
    }

    private static (float[] X, float[] Y) Rows(int count)
    {
        var streams = CircuitStreams.Open(Circuit.Load(Training.Narrow));
        return (streams.Values("image", DataSplit.Train)[..(64 * count)].ToArray(), streams.Values("label", DataSplit.Train)[..(10 * count)].ToArray());
    }

    private static Society Build(int batch, int presentations, string[] overrides) => Society.Build(Load(batch, presentations, overrides));

    private static Circuit Load(int batch, int presentations, string[] overrides) => Circuit.Load(
        Training.Narrow, [$"learning.batch={batch}", $"learning.presentations={presentations}", .. overrides]);
}
