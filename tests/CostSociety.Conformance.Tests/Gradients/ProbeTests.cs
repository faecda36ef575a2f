using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Fabric.Simd;
using CostSociety.Language;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>A probe shows the gradient that a step would apply, and changes nothing.</summary>
public sealed class ProbeTests
{
    private const string Miss = "mean(square(report - target)) + 0.1 * mean(square(hidden))";
    private const string Recurrent = "\"dynamics\": \"v = 0.5 * v + basal + bias; activity = tanh(v)\", \"variables\": { \"bias\": 0.125 }";

    [Theory]
    [InlineData("\"backprop\"", 4)]
    [InlineData("\"backprop\"", 3)]
    [InlineData("\"feedback-alignment\"", 4)]
    [InlineData("\"sign-symmetric\"", 2)]
    public void Gradient_IsThatOfTheNextStep(string rule, int samples)
    {
        using var lab = new GradientLab(Texts.Layers(rule: rule, hidden: Recurrent), Texts.Cost(Miss));
        for (int step = 0; step < 3; step++)
        {
            lab.SetRandomStreams();
            lab.Samples = samples;
            var probe = lab.RunProbe();
            var seen = lab.Parameters.ToDictionary(p => p.Name, p => probe.Gradient(p.Name).ToArray());
            foreach (var (name, gradient) in lab.Gradients())
                for (int i = 0; i < gradient.Length; i++)
                    Assert.Equal(gradient[i], seen[name][i], 1e-6 * Math.Max(1, Math.Abs(gradient[i])));
        }
    }

    [Fact]
    public void Gradient_IsTheSlopeOfTheCosts()
    {
        using var lab = new GradientLab(Texts.Layers(), Texts.Cost(Miss));
        float[] gradient = [.. lab.RunProbe().Gradient("retina -> hidden").ToArray()];
        double before = lab.AllCosts();
        float[] weights = [.. lab.Society.ReadWeights("retina -> hidden").ToArray()];
        const float Distance = 1e-3f;
        for (int i = 0; i < weights.Length; i++)
        {
            float[] moved = [.. weights];
            moved[i] += Distance;
            lab.Society.WriteWeights("retina -> hidden", moved);
            Assert.Equal((lab.AllCosts() - before) / Distance, gradient[i], 2e-3);
        }
    }

    [Theory]
    [InlineData("0.3 * mean(square(weights('retina -> hidden'))) + mean(square(report - target))")]
    [InlineData("norm(weights('hidden -> report')) + mean(square(weights('retina -> hidden')))")]
    public void Gradient_OfWeights_IsThatOfTheNextStep(string cost)
    {
        using var lab = new GradientLab(Texts.Layers(), Texts.Cost(cost));
        var seen = lab.Parameters.ToDictionary(p => p.Name, p => lab.RunProbe().Gradient(p.Name).ToArray());
        Assert.NotEqual(0, seen["retina -> hidden"].Max(Math.Abs));
        foreach (var (name, gradient) in lab.Gradients())
            Assert.All(gradient.Zip(seen[name]), g => Assert.Equal(g.First, g.Second, 1e-6));
    }

    [Fact]
    public void Gradient_OfWeightsOfEachSite_IsThatOfTheNextStep()
    {
        using var lab = new GradientLab(
            Texts.Circuit(
                """ "image": { "source": "host", "shape": [1, 3, 3] } """,
                """ "retina": { "reads": "image" }, "v1": { "shape": [2, 2, 2], "activation": "tanh" } """,
                """ "retina -> v1": { "patch": { "size": 2, "shared": false } } """),
            Texts.Cost("mean(square(v1 - 0.3))", area: "v1"));
        var probe = lab.RunProbe();
        Assert.Equal(new nint[] { 8, 4 }, probe.Gradient("retina -> v1").Lengths.ToArray());
        float[] seen = probe.Gradient("retina -> v1").ToArray(), before = lab.Society.ReadWeights("retina -> v1").ToArray();
        lab.Society.Step(lab.Samples);
        float[] after = lab.Society.ReadWeights("retina -> v1").ToArray();
        for (int i = 0; i < seen.Length; i++)
            Assert.Equal(before[i] - after[i], seen[i], 1e-6f);
    }

    [Fact]
    public void Gradient_OnTheVectorExecutor_IsWhatSgdTakesOff()
    {
        using var society = Society.Build(Parse(Texts.Layers(hidden: Recurrent)));
        using var probe = society.OpenProbe();
        for (int step = 0; step < 3; step++)
        {
            Fill(step, society.Set, probe.Set);
            probe.Run(4);
            var names = new[] { "retina -> hidden", "hidden -> report", "hidden.bias", "report.bias" };
            float[][] before = [.. names.Select(n => society.ReadWeights(n).ToArray())];
            society.Step(4);
            foreach (var (name, old) in names.Zip(before))
                Assert.Equal(old.Zip(probe.Gradient(name).ToArray(), (w, g) => w - g), society.ReadWeights(name).ToArray());
            Assert.Equal(society.CostValues.ToArray(), probe.CostValues.ToArray());
        }
    }

    [Fact]
    public void Run_ChangesNeitherStateNorSignals()
    {
        using var society = Society.Build(Parse(Texts.Layers(hidden: Recurrent)));
        using var probe = society.OpenProbe();
        Fill(1, society.Set, (_, _) => { });
        society.Step(4);
        byte[] before = Saved(society);
        float[] signal = Flat(society.Signal("hidden"));

        Fill(2, (_, _) => { }, probe.Set);
        probe.Run(3);

        Assert.Equal(before, Saved(society));
        Assert.Equal(signal, Flat(society.Signal("hidden")));
    }

    [Fact]
    public void Bitstream_HasOneEntryPoint_WhichMayNotWriteState()
    {
        using var society = Society.Build(Parse(Texts.Layers(hidden: Recurrent)));
        using var probe = society.OpenProbe();
        var bitstream = probe.Synthesized.Bitstream;

        var entry = Assert.Single(bitstream.EntryPoints);
        Assert.Equal(("probe", false), (entry.Name, entry.WritesState));
        Verifier.Verify(bitstream);
        Assert.DoesNotContain(Enumerable.Range(0, bitstream.Instructions.Length), i => Barriers.Accesses(bitstream, i).Exists(a => a.Writes && a.Region == Region.State));
    }

    [Fact]
    public void Gradient_OfSeveralPresentations_IsTheMeanAtThePresentWeights()
    {
        string text = Texts.Layers();
        using var wide = Society.Build(Parse(text));
        using var narrow = Society.Build(Parse(text.Replace("\"batch\": 4", "\"batch\": 1, \"presentations\": 4", StringComparison.Ordinal)));
        using var a = wide.OpenProbe();
        using var b = narrow.OpenProbe();
        Fill(3, a.Set, b.Set);
        a.Run(3);
        b.Run(3);
        foreach (string name in new[] { "retina -> hidden", "hidden -> report", "hidden.bias" })
            Assert.All(a.Gradient(name).ToArray().Zip(b.Gradient(name).ToArray()), g => Assert.Equal(g.First, g.Second, 1e-6f));
        Assert.Equal(a.CostValues[0], b.CostValues[0], 1e-6);
    }

    [Fact]
    public void Gradient_OfWhatIsFixed_IsShown_AndOfWhatNothingTeachesIsZero()
    {
        string text = Texts.Layers().Replace("\"retina -> hidden\": {}", "\"retina -> hidden\": { \"plastic\": false }", StringComparison.Ordinal);
        using var all = Society.Build(Parse(text));
        using var some = Society.Build(Parse(text, Texts.Cost(Miss, teaches: "[\"hidden -> report\"]")));
        using var a = all.OpenProbe();
        using var b = some.OpenProbe();
        Fill(4, a.Set, b.Set);
        a.Run(4);
        b.Run(4);
        Assert.NotEqual(0, a.Gradient("retina -> hidden").ToArray().Max(Math.Abs));
        Assert.Equal(0, b.Gradient("retina -> hidden").ToArray().Max(Math.Abs));
        Assert.NotEqual(0, b.Gradient("hidden -> report").ToArray().Max(Math.Abs));
    }

    [Fact]
    public void Probe_OfExchangedCosts_IsRefused()
    {
        using var society = Society.Build(Parse(Texts.Layers()));
        using var probe = society.OpenProbe();
        Assert.Throws<InvalidOperationException>(() => probe.Gradient("retina -> hidden"));
        Assert.Throws<ArgumentOutOfRangeException>(() => probe.Run(5));
        var diagnostics = new Diagnostics();
        society.Swap(CostFile.Parse(new SourceText("<new>", Texts.Cost("mean(square(report))")), diagnostics)!);
        Assert.Contains("open another", Assert.Throws<InvalidOperationException>(() => probe.Run(1)).Message, StringComparison.Ordinal);
        using var other = society.OpenProbe();
        Fill(1, other.Set, other.Set);
        other.Run(4);
        Assert.Throws<ArgumentException>(() => other.Gradient("retina -> report"));
        Assert.Throws<ArgumentException>(() => other.Gradient("retina -> hidden", new float[3]));
    }

    private static Circuit Parse(string circuit, string? costs = null) => GradientLab.ParseCircuit(circuit, costs ?? Texts.Cost(Miss));

    private static void Fill(int seed, Setter first, Setter second)
    {
        var random = new Random(seed);
        foreach (var (name, width) in new[] { ("image", 4), ("target", 3), ("amount", 1) })
        {
            float[] values = [.. Enumerable.Range(0, 4 * width).Select(_ => random.NextSingle() - 0.5f)];
            first(name, values);
            second(name, values);
        }
    }

    private static float[] Flat(System.Numerics.Tensors.ReadOnlyTensorSpan<float> signal)
    {
        var values = new float[signal.FlattenedLength];
        signal.FlattenTo(values);
        return values;
    }

    private static byte[] Saved(Society society)
    {
        using var stream = new MemoryStream();
        society.Save(stream);
        return stream.ToArray();
    }

    private delegate void Setter(string stream, ReadOnlySpan<float> values);
}
