using System.Numerics.Tensors;
using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Fabric.Simd;
using CostSociety.Runs;

namespace CostSociety.PublicApi.Tests;

/// <summary>What an embedding program does: load, build, step, look, swap, save, go on.</summary>
public sealed class LibraryExampleTests
{
    [Fact]
    public void Digits_AsInTheReadme_LearnSwapAndComeBack()
    {
        var circuit = Circuit.Load("circuits/digits/society.circuit.json", ["run.epochs=2"]);
        using var society = Society.Build(circuit);
        foreach (var batch in circuit.OpenStreams())
            society.Step(batch);
        society.Swap(CostFile.Load("circuits/digits/narrow.costs.json"));
        foreach (var batch in circuit.OpenStreams(epochs: 2))
            society.Step(batch);

        ReadOnlyTensorSpan<float> v1 = society.Signal("v1");
        Assert.Equal(new nint[] { 32, 8, 6, 6 }, v1.Lengths.ToArray());
        Tensor<float> weights = society.ReadWeights("retina -> v1");
        Assert.Equal(new nint[] { 8, 9 }, weights.Lengths.ToArray());

        using var checkpoint = new MemoryStream();
        society.Save(checkpoint);
        checkpoint.Position = 0;
        using var again = Society.Build(circuit);
        again.Load(checkpoint);

        Assert.Equal(society.Age, again.Age);
        Assert.Equal("read", again.Costs.Name);
        Assert.InRange(society.MeasureValues[0], 0.5, 1);
    }

    [Fact]
    public void HostStreams_SteppedOnSpans_LearnAndPredict()
    {
        using var society = Society.Build(Host.Circuit(), new SimdExecutor(threads: 1));
        var (x, y) = Host.Samples(12345);
        var before = new float[8];
        society.Predict(x, before);

        Host.Train(society, 500);

        var after = new float[8];
        society.Predict(x, after);
        Assert.InRange(Miss(after, y), 0, Miss(before, y) / 10);
        Assert.Equal(["out.miss"], society.CostTerms);
        Assert.Equal(["near"], society.Measures);
        Assert.Equal((500, 4000), (society.Age, society.Samples));
    }

    [Fact]
    public void Streams_SetByName_EqualTheTwoSpans()
    {
        using var a = Society.Build(Host.Circuit());
        using var b = Society.Build(Host.Circuit());
        var (x, y) = Host.Samples(1, count: 5);

        a.Step(x, y);
        b.Set("y", y);
        b.Set("x", x);
        b.Step(samples: 5);

        Assert.Equal(Saved(a), Saved(b));
        Assert.Equal(a.CostValues.ToArray(), b.CostValues.ToArray());
    }

    [Fact]
    public void Prediction_OfFewerSamples_EqualsThoseOfTheWholeBatch()
    {
        using var society = Society.Build(Host.Circuit());
        Host.Train(society, 5);
        var (x, _) = Host.Samples(9);
        float[] all = new float[8], three = new float[3];
        byte[] before = Saved(society);

        society.Predict(x, all);
        society.Predict(x.AsSpan(0, 9), three);

        Assert.Equal(all[..3], three);
        Assert.Equal(before, Saved(society));
    }

    [Fact]
    public void Signals_OfEveryName_HaveTheShapeOfTheirArea()
    {
        var circuit = Circuit.Load("circuits/digits/society.circuit.json");
        using var society = Society.Build(circuit);
        society.Step(circuit.OpenStreams(epochs: 1).First());
        CheckShapes(society, circuit);
        society.Predict(circuit.OpenStreams(epochs: 1).First());
        CheckShapes(society, circuit);
    }

    [Fact]
    public void Signal_OfAnArea_HoldsItsActivity()
    {
        using var society = Society.Build(Host.Circuit());
        var (x, _) = Host.Samples(4);
        var output = new float[8];
        society.Predict(x, output);

        var eye = society.Signal("eye");
        var shown = society.Signal("out");
        for (int i = 0; i < 8; i++)
            Assert.Equal((output[i], x[3 * i + 2]), (shown[i, 0], eye[i, 2]));
    }

    [Fact]
    public void ImageSignal_OfTheRetina_HoldsTheStream()
    {
        var circuit = Circuit.Load("circuits/digits/society.circuit.json");
        using var society = Society.Build(circuit);
        var batch = circuit.OpenStreams(epochs: 1).First();
        society.Predict(batch);

        var retina = society.Signal("retina");

        Assert.Equal(batch.Values(0)[2 * 64 + 8 * 3 + 4], retina[2, 0, 3, 4]);
    }

    [Theory]
    [InlineData("eye -> inner")]
    [InlineData("inner.bias")]
    public void Weights_WrittenAndRead_AreTheSame(string name)
    {
        using var society = Society.Build(Host.Circuit());
        float[] values = [.. Enumerable.Range(0, (int)society.ReadWeights(name).FlattenedLength).Select(i => i * 0.25f - 1)];

        society.WriteWeights(name, values);

        Assert.Equal(values, society.ReadWeights(name).ToArray());
        Assert.Equal(20, society.ReadWeights(name).Lengths[0]);
    }

    [Fact]
    public void WrittenWeights_DecideTheOutput()
    {
        using var society = Society.Build(Host.Circuit());
        society.WriteWeights("inner -> out", new float[20]);
        society.WriteWeights("out.bias", [0.5f]);
        var output = new float[8];

        society.Predict(Host.Samples(1).X, output);

        Assert.All(output, value => Assert.Equal(0.5f, value));
    }

    [Fact]
    public void Swap_OnTheFly_ChangesWhatIsMinimized()
    {
        using var society = Society.Build(Host.Circuit());
        Host.Train(society, 20);
        using (var prepared = society.Prepare(Host.Costs("""{ "format": 1, "costs": { "out": { "minimize": { "far": "square(mean(out) - 3)" }, "teaches": "upstream" } } }""")))
            society.Commit(prepared);
        Host.Train(society, 300);

        var output = new float[8];
        society.Predict(Host.Samples(7).X, output);
        Assert.Equal(["out.far"], society.CostTerms);
        Assert.Equal((320, 20), (society.Age, society.SwapStep));
        Assert.All(output, value => Assert.InRange(value, 2.5f, 3.5f));
    }

    [Fact]
    public void Threads_AreTheCallersAlone_UnlessAskedFor()
    {
        using var society = Society.Build(Host.Circuit());
        using var two = Society.Build(Host.Circuit(), threads: 2);
        using var all = Society.Build(Host.Circuit(), Host.Circuit().Costs, threads: 0);
        Assert.Equal(
            (1, 2, Environment.ProcessorCount),
            (((SimdExecutor)society.Executor).Threads, ((SimdExecutor)two.Executor).Threads, ((SimdExecutor)all.Executor).Threads));
        Host.Train(society, 3);
        Host.Train(two, 3);
        Assert.Equal(Saved(society), Saved(two));
    }

    [Fact]
    public void Executor_PassedIn_IsNotDisposedWithTheSociety()
    {
        using var executor = new SimdExecutor(threads: 2);
        Society.Build(Host.Circuit(), executor).Dispose();
        using var society = Society.Build(Host.Circuit(), executor);
        Host.Train(society, 2);
        Assert.Same(executor, society.Executor);
        Assert.Throws<ArgumentNullException>(() => Society.Build(Host.Circuit(), null!));
    }

    [Fact]
    public void Run_InMemory_GivesCostsAndMeasures()
    {
        var circuit = Circuit.Load("circuits/digits/narrow.circuit.json", ["run.epochs=2"]);
        using var society = Society.Build(circuit);

        var result = new TrainingRun(circuit, society).Run();

        Assert.Equal(("report", "cost"), (result.Costs[0].Area, result.Costs[0].Term));
        Assert.True(result.Costs[0].Last < result.Costs[0].First);
        Assert.Equal(society.Age, result.Steps);
        Assert.False(result.IsStopped);
    }

    private static void CheckShapes(Society society, Circuit circuit)
    {
        Assert.Contains("retina.apical", society.Signals);
        foreach (string name in society.Signals)
        {
            var area = circuit.Areas.First(a => a.Name == name.Split('.')[0]);
            nint[] expected = [32, .. area.Shape.Count == 3 ? area.Shape.Select(s => (nint)s) : [area.Units]];
            Assert.Equal(expected, society.Signal(name).Lengths.ToArray());
        }
    }

    private static double Miss(float[] output, float[] target) => output.Zip(target, (o, t) => (double)(o - t) * (o - t)).Sum();

    private static byte[] Saved(Society society)
    {
        using var stream = new MemoryStream();
        society.Save(stream);
        return stream.ToArray();
    }
}
