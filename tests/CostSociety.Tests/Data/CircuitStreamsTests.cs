using CostSociety.Circuits;
using CostSociety.Data;

namespace CostSociety.Tests.Data;

public class CircuitStreamsTests
{
    private static readonly CircuitStreams _streams = CircuitStreams.Open(Circuit.Load("circuits/digits/society.circuit.json"));

    [Fact]
    public void Digits_Open_HasTheKnownSplit()
    {
        var data = new DigitsSource().Open();

        Assert.Equal((1797, 1297, 500), (data.Rows, data.TrainRows.Count, data.TestRows.Count));
        Assert.Equal((0, 3, 1497), (data.TestRows[0], data.TestRows[1], data.TestRows[^1]));
        Assert.Equal(new float[] { 0, 0, 5, 13, 9, 1, 0, 0 }, data.Values("image")[..8].ToArray());
        Assert.Equal(new float[] { 0, 1, 2 }, data.Values("label")[..3].ToArray());
        Assert.Equal(new DigitsSource().Rows, data.Rows);
    }

    [Fact]
    public void Values_Image_AreScaledAndCentred()
    {
        var train = _streams.Values("image", DataSplit.Train).ToArray();
        var test = _streams.Values("image", DataSplit.Test).ToArray();
        double mean = new DigitsSource().Open() is var data ? data.TrainRows.Average(r => (double)data.Values("image")[r * 64 + 3]) / 16 : 0;

        Assert.Equal((1297 * 64, 500 * 64), (train.Length, test.Length));
        Assert.All(Enumerable.Range(0, 64), p => Assert.True(Math.Abs(Enumerable.Range(0, 1297).Average(r => train[r * 64 + p])) < 1e-6));
        Assert.Equal(13 / 16.0 - mean, test[3], 1e-6);
    }

    [Fact]
    public void Values_Label_AreOneHot()
    {
        var labels = _streams.Values("label", DataSplit.Train).ToArray();

        Assert.Equal(1297, labels.Sum());
        Assert.Equal(new float[] { 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 }, labels[..10]);
    }

    [Fact]
    public void Values_Normalized_HaveUnitVarianceOnTheTrainingRows()
    {
        var streams = CircuitStreams.Open(Circuit.Load("circuits/digits/society.circuit.json", ["streams.image.normalize=unit-variance"]));
        var train = streams.Values("image", DataSplit.Train).ToArray();

        Assert.Equal(1, Enumerable.Range(0, 1297).Average(r => (double)train[r * 64 + 3] * train[r * 64 + 3]), 1e-5);
        Assert.All(Enumerable.Range(0, 1297), r => Assert.Equal(0, train[r * 64]));
    }

    [Theory]
    [InlineData(DataSplit.Train)]
    [InlineData(DataSplit.Test)]
    public void Values_RankInClass_CountTheRowsOfEachClassInTheOrderOfTheSeed(DataSplit part)
    {
        var (labels, one, two) = (Values("class", 1), Values("rank", 1), Values("rank", 2));

        foreach (var ranks in labels.Zip(one).GroupBy(row => row.First))
            Assert.Equal(Enumerable.Range(0, ranks.Count()).Select(i => (float)i), ranks.Select(row => row.Second).Order());
        Assert.Equal(one, Values("rank", 1));
        Assert.True(one.Zip(two).Count(pair => pair.First < 5 && pair.Second < 5) < 20);

        float[] Values(string stream, int seed) => CircuitStreams.Open(Circuit.Load("circuits/digits/society.circuit.json",
            [$"learning.seed={seed}", "streams.rank={ \"source\": \"digits\", \"field\": \"label\", \"encode\": \"rank-in-class\" }", "streams.class={ \"source\": \"digits\", \"field\": \"label\" }"]))
            .Values(stream, part).ToArray();
    }

    [Fact]
    public void Values_UnknownStream_Throws() =>
        Assert.Throws<ArgumentException>(() => _streams.Values("sound", DataSplit.Train).Length);

    [Fact]
    public void Batches_Epoch_HoldsEveryRowOnceAndKeepsThePartialBatch()
    {
        var batches = _streams.Batches(DataSplit.Train);
        batches.Begin(3);

        var rows = Enumerable.Range(0, batches.Count).SelectMany(b => Enumerable.Range(0, batches.RowsOf(b)).Select(l => batches.RowAt(b, l)));

        Assert.Equal((41, 32, 17), (batches.Count, batches.BatchSize, batches.RowsOf(40)));
        Assert.Equal(Enumerable.Range(0, 1297), rows.Order());
    }

    [Fact]
    public void Batches_SameSeedAndEpoch_GiveTheSameOrder()
    {
        var one = Rows(seed: 5, epochs: [0, 1, 7]);

        Assert.Equal(one, Rows(seed: 5, epochs: [7]));
        Assert.NotEqual(one, Rows(seed: 5, epochs: [8]));
        Assert.NotEqual(one, Rows(seed: 6, epochs: [7]));
        Assert.NotEqual(Enumerable.Range(0, 1297), one);
    }

    [Fact]
    public void Batches_Test_KeepTheOrderOfTheSource()
    {
        var batches = _streams.Batches(DataSplit.Test, 500, 1);

        Assert.Equal(Enumerable.Range(0, 500), Enumerable.Range(0, 500).Select(l => batches.RowAt(0, l)));
    }

    [Fact]
    public void Fill_PartialBatch_KeepsStreamsTogetherAndClearsTheRest()
    {
        var batches = _streams.Batches(DataSplit.Train);
        int last = batches.Count - 1, label = _streams.IndexOf("label");
        var images = Filled(batches, last, _streams.IndexOf("image"), 80);
        var labels = Filled(batches, last, label, 16);
        var valid = new float[32];
        batches.FillValid(last, valid);

        int row = batches.RowAt(last, 5);
        Assert.Equal(row, batches.RowAt(last, 5, label));
        Assert.Equal(_streams.Values("image", DataSplit.Train).Slice(row * 64, 64).ToArray(), images[(5 * 80)..(5 * 80 + 64)]);
        Assert.Equal(_streams.Values("label", DataSplit.Train).Slice(row * 10, 10).ToArray(), labels[(5 * 16)..(5 * 16 + 10)]);
        Assert.All(images[(5 * 80 + 64)..(6 * 80)], v => Assert.Equal(0, v));
        Assert.All(images[(17 * 80)..], v => Assert.Equal(0, v));
        Assert.Equal(17, valid.Sum());
    }

    [Fact]
    public void Fill_WarmEpoch_AllocatesNothing()
    {
        var batches = _streams.Batches(DataSplit.Train);
        float[] image = new float[32 * 64], valid = new float[32];
        Pass(batches, image, valid, 0);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Pass(batches, image, valid, 1);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Split_OfAStream_OverridesTheSources()
    {
        var circuit = Circuit.Load("circuits/digits/narrow.circuit.json", ["streams.image.split=0:1000", "streams.label.split=0:1000"]);

        var streams = CircuitStreams.Open(circuit);

        Assert.Equal((1000, 797), (streams.Rows(DataSplit.Train), streams.Rows(DataSplit.Test)));
    }

    private static List<int> Rows(ulong seed, int[] epochs)
    {
        var batches = _streams.Batches(DataSplit.Train, 1297, seed);
        foreach (int epoch in epochs)
            batches.Begin(epoch);
        return [.. Enumerable.Range(0, 1297).Select(l => batches.RowAt(0, l))];
    }

    private static float[] Filled(Batches batches, int batch, int stream, int stride)
    {
        var destination = new float[32 * stride];
        Array.Fill(destination, 7f);
        batches.Fill(batch, stream, destination, stride);
        return destination;
    }

    private static void Pass(Batches batches, float[] image, float[] valid, int epoch)
    {
        batches.Begin(epoch);
        for (int b = 0; b < batches.Count; b++)
        {
            batches.Fill(b, 0, image, 64);
            batches.FillValid(b, valid);
        }
    }
}
