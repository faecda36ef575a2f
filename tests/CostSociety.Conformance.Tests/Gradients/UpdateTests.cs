using CostSociety.Circuits;
using CostSociety.Fabric.Simd;
using CostSociety.Synthesis;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Updates with decay and clip against closed forms, on the oracle.</summary>
public class UpdateTests
{
    private const double Rate = 0.125;

    [Theory]
    [InlineData("sgd", "fused")]
    [InlineData("momentum", "fused")]
    [InlineData("adam", "fused")]
    [InlineData("manhattan", "fused")]
    public void Update_WithoutClip_IsFused(string kind, string form) =>
        Assert.Equal(form, Inspection.Of(Circuit(kind)).Parameters[0].Form);

    [Fact]
    public void Update_WithClip_IsSplitAndSaysWhy()
    {
        var parameter = Inspection.Of(Circuit("sgd", "\"clip\": 0.5")).Parameters[0];

        Assert.Equal("split", parameter.Form);
        Assert.Equal("the update reads a number of the whole bank, sum(sum(square(g)))", parameter.FormReason);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("momentum")]
    public void Decay_OfPlainUpdates_PullsWeightsToZero(string kind)
    {
        var (before, plain) = Step(kind, "");
        var (_, decayed) = Step(kind, "\"decay\": 0.5");

        AssertNear([.. before.Zip(plain, (w, after) => after - Rate * 0.5 * w)], decayed);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("manhattan")]
    public void Decay_OfScaledUpdates_StandsBesideTheStep(string kind)
    {
        var (before, plain) = Step(kind, "");
        var (_, decayed) = Step(kind, "\"decay\": 0.25");

        AssertNear([.. before.Zip(plain, (w, after) => after - Rate * 0.25 * w)], decayed);
    }

    [Theory]
    [InlineData("sgd", 0.05)]
    [InlineData("momentum", 0.05)]
    [InlineData("sgd", 1e6)]
    [InlineData("sgd", "0.05 + 0 * step")]
    public void Clip_OfAStep_BoundsItsNorm(string kind, object clip)
    {
        var (before, plain) = Step(kind, "");
        double norm = Norm(Difference(before, plain)) / Rate;
        double limit = clip is double number ? number : 0.05;

        var (_, clipped) = Step(kind, FormattableString.Invariant($"\"clip\": {(clip is string ? $"\"{clip}\"" : clip)}"));

        double factor = Math.Min(1, limit / norm);
        AssertNear([.. before.Zip(plain, (w, after) => w + factor * (after - w))], clipped);
        Assert.True(Norm(Difference(before, clipped)) <= Rate * limit * (1 + 1e-6));
    }

    [Fact]
    public void Clip_OfAZeroGradient_ChangesNothing()
    {
        using var lab = new GradientLab(CircuitJson("sgd", "\"clip\": 0.5"), Texts.Cost("0 * mean(report)"));
        double[] before = lab.Read("retina -> hidden");

        lab.Society.Step(lab.Samples);

        Assert.Equal(before, lab.Read("retina -> hidden"));
    }

    [Fact]
    public void Manhattan_Step_IsOfTheRateExactly()
    {
        var (before, after) = Step("manhattan", "");

        AssertNear(Enumerable.Repeat(Rate, before.Length).ToArray(), [.. Difference(before, after).Select(Math.Abs)]);
    }

    [Fact]
    public void Clip_UnderAdam_ScalesTheGradientBeforeItsMeans()
    {
        var (_, small) = Step("adam", "\"epsilon\": 0.1, \"clip\": 0.001");
        var (before, plain) = Step("adam", "\"epsilon\": 0.1");

        Assert.True(Norm(Difference(before, small)) < 0.05 * Norm(Difference(before, plain)));
    }

    /// <summary>Under a gradient that never changes, every update of Adam is one rate, however the updates are spread over steps.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(8, 0)]
    [InlineData(1, 50)]
    public void Adam_OfAConstantGradient_MovesByTheRate(int presentations, int stepsAtRest)
    {
        using var society = Society.Build(GradientLab.ParseCircuit($$"""
            { "format": 1, "name": "even", "streams": { "x": { "source": "host", "shape": [1] } },
              "areas": { "eye": { "reads": "x" }, "out": { "units": 1, "dynamics": "basal" }, "other": { "units": 1, "dynamics": "basal" } },
              "projections": { "eye -> out": { "init": { "zero": true } }, "eye -> other": {} },
              "learning": { "update": { "kind": "adam", "rate": 0.125 }, "batch": 1, "presentations": {{presentations}} }, "costs": "c.json" }
            """, $$"""
            { "format": 1, "costs": { "out": { "minimize": "sum(out)" }, "other": { "minimize": "mean(square(other))" } },
              "development": [{ "stage": "rest", "until": "step >= {{Math.Max(1, stepsAtRest)}}", "plastic": ["other"] }, { "stage": "learn" }] }
            """), new OracleExecutor());
        float[] ones = [.. Enumerable.Repeat(1f, presentations)];
        double before = 0;
        for (int i = 0; i < stepsAtRest + 4; i++)
        {
            society.Set("x", ones);
            society.Step(presentations);
            double weight = society.ReadWeights("eye -> out").Single();
            int updates = i < Math.Max(1, stepsAtRest) ? 0 : presentations;
            Assert.Equal(before - 0.125 * updates, weight, 1e-4);
            before = weight;
        }
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("momentum")]
    [InlineData("adam")]
    public void Split_OnSimd_EqualsTheOracle(string kind)
    {
        var circuit = Circuit(kind, "\"clip\": 0.05, \"decay\": 0.01");
        using var reference = Society.Build(circuit, new OracleExecutor());
        using var fast = Society.Build(circuit, new SimdExecutor(2));

        foreach (var society in new[] { reference, fast })
            Train(society, 5);

        foreach (string name in new[] { "retina -> hidden", "hidden -> report", "hidden.bias" })
            AssertNear(Weights(reference, name), Weights(fast, name), 1e-5);
    }

    private static void Train(Society society, int steps)
    {
        var random = new Random(5);
        for (int i = 0; i < steps; i++)
        {
            foreach (var stream in society.Circuit.Streams)
                society.Set(stream.Name, [.. Enumerable.Range(0, society.BatchSize * stream.Width).Select(_ => random.NextSingle() - 0.5f)]);
            society.Step(society.BatchSize - 1);
        }
    }

    private static double[] Weights(Society society, string name) => [.. society.ReadWeights(name).Select(w => (double)w)];

    private static string CircuitJson(string kind, string options) => Texts.Layers()
        .Replace("\"kind\": \"sgd\", \"rate\": 1", FormattableString.Invariant($"\"kind\": \"{kind}\", \"rate\": {Rate}") + (options.Length > 0 ? ", " + options : ""), StringComparison.Ordinal);

    private static Circuit Circuit(string kind, string options = "") => GradientLab.ParseCircuit(CircuitJson(kind, options), Texts.Cost("mse(report, target)"));

    private static (double[] Before, double[] After) Step(string kind, string options)
    {
        using var lab = new GradientLab(CircuitJson(kind, options), Texts.Cost("mse(report, target)"));
        double[] before = lab.Read("retina -> hidden");
        lab.Society.Step(lab.Samples);
        return (before, lab.Read("retina -> hidden"));
    }

    private static double[] Difference(double[] a, double[] b) => [.. a.Zip(b, (x, y) => y - x)];

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(v => v * v));

    private static void AssertNear(double[] expected, double[] actual, double tolerance = 1e-7)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }
}
