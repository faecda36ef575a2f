using CostSociety.Conformance.Tests.Gradients;
using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests;

/// <summary>What wirings have in common: equal weights at all places are shared weights, a pool of means is a sum, a copy is a copy.</summary>
public sealed class WiringIdentityTests
{
    private const int Batch = 3;

    [Theory]
    [InlineData(3, 1, 0, 3, 4)]
    [InlineData(3, 2, 1, 20, 3)]
    [InlineData(2, 2, 0, 1, 3)]
    public void UnsharedPatch_WithEqualWeightsAtAllPlaces_IsTheSharedOne(int size, int stride, int padding, int maps, int extent)
    {
        using var shared = Net(size, stride, padding, maps, extent, "true");
        using var local = Net(size, stride, padding, maps, extent, "false");
        int sites = extent * extent;
        foreach (string name in new[] { "retina -> v1", "v1.bias" })
            local.WriteWeights(name, Repeated(Weights(shared, name), maps, sites));
        local.WriteWeights("v1 -> top", Weights(shared, "v1 -> top"));
        float[] before = Weights(local, "retina -> v1");
        Step(shared);
        Step(local);
        AssertNear(Values(shared, "v1"), Values(local, "v1"), 1e-6f);
        AssertNear(Weights(shared, "v1 -> top"), Weights(local, "v1 -> top"), 1e-6f);
        // The step of the shared weights is the sum of the steps of all places.
        float[] change = [.. Weights(local, "retina -> v1").Zip(before, (after, was) => after - was)];
        float[] first = [.. before.Where((_, i) => i / (change.Length / (maps * sites)) % sites == 0)];
        float[] sum = [.. Weights(shared, "retina -> v1").Zip(first, (after, was) => after - was)];
        AssertNear(sum, SumOverSites(change, maps, sites), 2e-5f);
        Assert.Contains(sum, c => Math.Abs(c) > 1e-3f);
    }

    [Fact]
    public void UnsharedPatch_OfOneUnit_ChangesThatUnitAlone()
    {
        using var society = Net(3, 1, 0, 2, 4, "false");
        society.Set("image", Image(Batch * 72));
        society.Step(Batch);
        society.Predict(Batch);
        float[] before = Values(society, "v1"), weights = Weights(society, "retina -> v1");
        const int Unit = 1 * 16 + 2 * 4 + 3;
        int inputs = weights.Length / 32;
        weights.AsSpan(Unit * inputs, inputs).Clear();
        society.WriteWeights("retina -> v1", weights);
        society.Predict(Batch);
        Assert.Equal(weights, Weights(society, "retina -> v1"));
        float[] after = Values(society, "v1");
        float bias = Weights(society, "v1.bias")[Unit];
        for (int i = 0; i < after.Length; i++)
            Assert.Equal(i % 32 == Unit ? (float)Math.Tanh(bias) : before[i], after[i], 1e-6f);
        Assert.NotEqual(before, after);
        Assert.Equal([32L, inputs], society.ReadWeights("retina -> v1").Lengths.ToArray().Select(l => (long)l));
    }

    [Fact]
    public void Checkpoint_OfUnsharedPatchesWithMomentum_GoesOnBitForBit()
    {
        using var society = Net(3, 1, 0, 2, 4, "false", "momentum");
        using var again = Net(3, 1, 0, 2, 4, "false", "momentum");
        Step(society);
        using var stream = new MemoryStream();
        society.Save(stream);
        stream.Position = 0;
        again.Load(stream);
        Step(society);
        Step(again);
        Assert.Equal(Weights(society, "retina -> v1"), Weights(again, "retina -> v1"));
        Assert.Equal(Values(society, "v1"), Values(again, "v1"));
    }

    [Fact]
    public void UnsharedPatch_OnSimd_IsTheOracle()
    {
        using var simd = Net(3, 1, 1, 18, 6, "false", "momentum");
        using var oracle = Net(3, 1, 1, 18, 6, "false", "momentum", new OracleExecutor());
        for (int i = 0; i < 3; i++)
        {
            Step(simd);
            Step(oracle);
        }
        AssertNear(Weights(oracle, "retina -> v1"), Weights(simd, "retina -> v1"), 2e-5f);
        AssertNear(Values(oracle, "v1"), Values(simd, "v1"), 2e-5f);
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("max")]
    public void Pool_IsWhatItsWindowsHold(string kind)
    {
        using var society = Build(
            """ "retina": { "reads": "image" }, "pooled": { "shape": [2, 2, 2], "dynamics": "basal" } """,
            $$""" "retina -> pooled": { "pool": { "size": 3, "stride": 2, "kind": "{{kind}}" } } """, "mean(square(pooled))", "pooled", "[2, 6, 5]");
        float[] image = Image(Batch * 60);
        society.Set("image", image);
        society.Predict(Batch);
        float[] pooled = Values(society, "pooled");
        for (int i = 0; i < pooled.Length; i++)
        {
            int x = i % 2, y = i / 2 % 2, map = i / 4 % 2, sample = i / 8;
            float[] window = [.. Enumerable.Range(0, 9).Select(k => image[((sample * 2 + map) * 6 + 2 * y + k / 3) * 5 + 2 * x + k % 3])];
            Assert.Equal(kind == "max" ? window.Max() : window.Average(), pooled[i], 1e-6f);
        }
    }

    [Fact]
    public void OneToOne_ThatIsFixedAtOne_Copies()
    {
        using var society = Build(
            """ "retina": { "reads": "image" }, "copy": { "shape": [2, 6, 5], "dynamics": "basal" } """,
            """ "retina -> copy": { "one-to-one": true, "plastic": false, "init": { "constant": 1 } } """, "mean(square(copy))", "copy", "[2, 6, 5]");
        float[] image = Image(Batch * 60);
        society.Set("image", image);
        society.Step(Batch);
        Assert.Equal(image, Values(society, "copy"));
        Assert.All(Weights(society, "retina -> copy"), w => Assert.Equal(1, w));
    }

    [Fact]
    public void RulesAndUpdates_OfEachProjection_AreItsOwn()
    {
        string learning(string rule, string update) => $$""" "rule": "{{rule}}", "update": {{update}} """;
        const string Sgd = """{ "kind": "sgd", "rate": 0.5 }""", Momentum = """{ "kind": "momentum", "rate": 0.5, "momentum": 0.5 }""";
        Society mixed(string low, string high) => Build(
            """ "retina": { "reads": "image" }, "low": { "units": 5, "activation": "tanh" }, "high": { "units": 4, "activation": "tanh" }, "top": { "units": 2, "activation": "tanh" } """,
            $$""" "retina -> low": { {{low}} }, "low -> high": { {{high}} }, "high -> top": { {{learning("backprop", Sgd)}} } """, "mean(square(top - 0.5))", "top", "[6]");
        using var society = mixed(learning("backprop", Momentum), learning("feedback-alignment", Sgd));
        using var plain = mixed(learning("backprop", Sgd), learning("backprop", Sgd));
        var parameters = society.Synthesized.Parameters;
        Assert.Equal(["m"], parameters.Find("retina -> low")!.Moments.Select(m => m.Name.Split('.')[^1]));
        Assert.Empty(parameters.Find("low -> high")!.Moments);
        Assert.NotNull(parameters.Find("low -> high")!.Feedback);
        Assert.Null(parameters.Find("high -> top")!.Feedback);
        Step(society);
        Step(plain);
        Assert.Equal(Weights(plain, "low -> high"), Weights(society, "low -> high"));
        Assert.NotEqual(Weights(plain, "retina -> low"), Weights(society, "retina -> low"));
    }

    private static void Step(Society society)
    {
        society.Set("image", Image(Batch * society.Circuit.Streams[0].Width));
        society.Step(Batch);
    }

    private static Society Net(int size, int stride, int padding, int maps, int extent, string shared, string update = "sgd", IExecutor? executor = null) => Build(
        $$""" "retina": { "reads": "image" }, "v1": { "shape": [{{maps}}, {{extent}}, {{extent}}], "activation": "tanh" }, "top": { "units": 3, "activation": "tanh" } """,
        $$""" "retina -> v1": { "patch": { "size": {{size}}, "stride": {{stride}}, "padding": {{padding}}, "shared": {{shared}} } }, "v1 -> top": {} """,
        "mean(square(top - 0.5))", "top", "[2, 6, 6]", update, executor);

    private static Society Build(
        string areas, string projections, string cost, string area, string image, string update = "sgd", IExecutor? executor = null) => Society.Build(
            GradientLab.ParseCircuit(
                Texts.Circuit($$""" "image": { "source": "host", "shape": {{image}} } """, areas, projections,
                    $$""" "learning": { "update": { "kind": "{{update}}", "rate": 0.5 }, "batch": {{Batch}} } """),
                Texts.Cost(cost, area)), executor ?? new SimdExecutor(2));

    private static float[] Image(int length) => [.. Enumerable.Range(0, length).Select(i => (float)Math.Sin(i * 1.7 + 0.3 * i * i))];

    /// <summary>The row of each map for each of its sites.</summary>
    private static float[] Repeated(float[] weights, int maps, int sites)
    {
        int inputs = weights.Length / maps;
        return [.. Enumerable.Range(0, weights.Length * sites).Select(i => weights[i / inputs / sites * inputs + i % inputs])];
    }

    private static float[] SumOverSites(float[] change, int maps, int sites)
    {
        int inputs = change.Length / maps / sites;
        var sum = new float[maps * inputs];
        for (int i = 0; i < change.Length; i++)
            sum[i / inputs / sites * inputs + i % inputs] += change[i];
        return sum;
    }

    private static float[] Weights(Society society, string name)
    {
        var tensor = society.ReadWeights(name);
        var values = new float[(int)tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }

    private static float[] Values(Society society, string name)
    {
        var signal = society.Signal(name);
        var values = new float[(int)signal.FlattenedLength];
        signal.FlattenTo(values);
        return values;
    }

    private static void AssertNear(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])), $"[{i}]: {actual[i]:R}, expected {expected[i]:R}");
    }
}
