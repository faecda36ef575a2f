using CostSociety.Conformance.Tests.Gradients;
using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests.Plasticity;

/// <summary>Local projections inside a society: patches, shaped areas, costs, stages.</summary>
public class LocalSocietyTests
{
    private const int Batch = 4;

    private static readonly float[] _image = [.. Enumerable.Range(0, Batch * 16).Select(i => (float)Math.Sin(i * i + 1.0))];

    [Theory]
    [InlineData("pre * post - 0.5 * w * post", "separable")]
    [InlineData("max(pre * post - 0.5 * w * post, -1000)", "synapse")]
    [InlineData("amount * pre * (input + 1) * post - 0.5 * w * mean(post)", "separable")]
    [InlineData("max(amount * pre * (input + 1) * post - 0.5 * w * mean(post), -1000)", "synapse")]
    public void Patches_WithOneBank_ChangeByTheMeanOverSamplesAndPositions(string dw, string form)
    {
        using var society = Shaped($"\"eye -> m\": {{ \"patch\": {{ \"size\": 2, \"stride\": 2 }}, \"dw\": \"{dw}\" }}");
        Assert.Equal(form, society.Synthesized.Changes[0].Form);
        double[] before = LocalLab.Weights(society, "eye -> m");

        society.Step(Batch - 1);

        double[] expected = [.. before];
        for (int sample = 0; sample < Batch - 1; sample++)
            for (int site = 0; site < 4; site++)
                for (int i = 0; i < before.Length; i++)
                    expected[i] += PatchChange(society, dw.Contains("amount", StringComparison.Ordinal), before[i], sample, site, i) / ((Batch - 1) * 4);
        LocalLab.AssertNear(expected, LocalLab.Weights(society, "eye -> m"), 1e-5);
    }

    [Theory]
    [InlineData("pre * post")]
    [InlineData("max(pre * post, -1000)")]
    public void ShapedArea_UnderADenseProjection_CountsItsUnitsAsReadersDo(string dw)
    {
        using var society = Shaped($"\"eye -> m\": {{ \"patch\": {{ \"size\": 2, \"stride\": 2 }} }}, \"eye -> m.apical\": {{ \"dw\": \"{dw}\" }}");
        double[] before = LocalLab.Weights(society, "eye -> m.apical");

        society.Step(Batch);

        double[] expected = [.. before.Select((w, i) => w + Enumerable.Range(0, Batch).Average(s => _image[s * 16 + i % 16] * Unit(society, s, i / 16)))];
        LocalLab.AssertNear(expected, LocalLab.Weights(society, "eye -> m.apical"), 1e-5);
    }

    [Fact]
    public void Gradient_ThroughALocalProjection_ReachesWhatIsBelow()
    {
        using var lab = new GradientLab(Chain("\"dw\": \"0 * w\""), Texts.Cost("mse(c, t)", "c"));

        lab.Check(lab.AllCosts, "eye -> a", "a.bias", "b.bias", "b -> c");
        Assert.All(lab.Gradients()["a -> b"], g => Assert.Equal(0, g));
    }

    [Fact]
    public void Plastic_False_HoldsALocalProjection()
    {
        using var society = Society.Build(GradientLab.ParseCircuit(Chain("\"dw\": \"pre * post\", \"plastic\": false"), Texts.Cost("mse(c, t)", "c")), new OracleExecutor());

        AssertHeld(society, held: true, "a -> b");
    }

    [Theory]
    [InlineData("\"a -> b\"", false)]
    [InlineData("\"b -> c\"", true)]
    public void Stage_NamesWhatLearns_ALocalProjectionObeys(string plastic, bool held)
    {
        string costs = $$"""
            {
              "format": 1, "costs": { "c": { "minimize": "mse(c, t)", "teaches": "upstream" } },
              "development": [{ "stage": "only", "plastic": [{{plastic}}] }]
            }
            """;
        using var society = Society.Build(GradientLab.ParseCircuit(Chain("\"dw\": \"max(pre * post, -9)\""), costs), new SimdExecutor(1));

        AssertHeld(society, held, "a -> b");
    }

    [Fact]
    public void Rule_LocalOfAnArea_LetsItsVariablesRest()
    {
        string circuit = Chain("\"dw\": \"pre * post\"").Replace("\"b\": { ", "\"b\": { \"rule\": \"local\", ", StringComparison.Ordinal);
        using var society = Society.Build(GradientLab.ParseCircuit(circuit, Texts.Cost("mse(c, t)", "c")), new OracleExecutor());

        AssertHeld(society, held: true, "b.bias");
        AssertHeld(society, held: false, "a -> b");
    }

    [Fact]
    public void SameSeed_OnOneAndTwoThreads_GivesTheSameBits()
    {
        float[][] weights = [.. new[] { 1, 2 }.Select(threads =>
        {
            using var society = LocalLab.Build("max(pre * post, amount) - 0.1 * w + noise.normal(0, 0.01)", executor: new SimdExecutor(threads));
            for (int i = 0; i < 5; i++)
            {
                LocalLab.Fill(society, i);
                society.Step(LocalLab.Batch);
            }
            return (float[])[.. society.ReadWeights("eye -> y")];
        })];

        Assert.Equal(weights[0], weights[1]);
    }

    /// <summary>dw of one position by hand: unit = map, input = row * 2 + column of the patch.</summary>
    private static double PatchChange(Society society, bool gated, double w, int sample, int site, int index)
    {
        int unit = index / 4, input = index % 4, y = site / 2, x = site % 2;
        double pre = _image[sample * 16 + (y * 2 + input / 2) * 4 + x * 2 + input % 2];
        var m = society.Signal("m");
        double post = m[sample, unit, y, x], mean = (m[sample, 0, y, x] + m[sample, 1, y, x]) / 2.0;
        return gated ? Amount(sample) * pre * (input + 1) * post - 0.5 * w * mean : pre * post - 0.5 * w * post;
    }

    private static double Unit(Society society, int sample, int unit) => society.Signal("m")[sample, unit / 4, unit / 2 % 2, unit % 2];

    private static float Amount(int sample) => 0.5f * sample - 0.25f;

    private static Society Shaped(string projections)
    {
        bool readsApical = projections.Contains("apical", StringComparison.Ordinal);
        var society = Society.Build(
            GradientLab.ParseCircuit(
                Texts.Circuit(
                    "\"image\": { \"source\": \"host\", \"shape\": [1, 4, 4] }, \"amount\": { \"source\": \"host\", \"shape\": [1] }",
                    $"\"eye\": {{ \"reads\": \"image\" }}, \"m\": {{ \"shape\": [2, 2, 2], \"dynamics\": \"tanh(basal{(readsApical ? " + apical" : "")})\" }}",
                    projections,
                    Texts.Learning(Batch)),
                Texts.Cost("mean(m) * amount", "m", "[\"m\"]")),
            new SimdExecutor(1));
        society.Set("image", _image);
        society.Set("amount", [.. Enumerable.Range(0, Batch).Select(Amount)]);
        return society;
    }

    private static string Chain(string options) => Texts.Circuit(
        "\"x\": { \"source\": \"host\", \"shape\": [5] }, \"t\": { \"source\": \"host\", \"shape\": [3] }",
        """
        "eye": { "reads": "x" }, "a": { "units": 4, "activation": "tanh" }, "b": { "units": 6, "activation": "tanh" }, "c": { "units": 3, "activation": "linear" }
        """,
        $"\"eye -> a\": {{}}, \"a -> b\": {{ {options} }}, \"b -> c\": {{}}");

    private static void AssertHeld(Society society, bool held, string name)
    {
        LocalLab.Fill(society, 3);
        double[] before = LocalLab.Weights(society, name);
        society.Step(society.BatchSize);
        if (held)
            Assert.Equal(before, LocalLab.Weights(society, name));
        else
            Assert.NotEqual(before, LocalLab.Weights(society, name));
    }
}
