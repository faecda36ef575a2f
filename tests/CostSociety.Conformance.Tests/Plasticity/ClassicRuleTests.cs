using CostSociety.Conformance.Tests.Gradients;
using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests.Plasticity;

/// <summary>Rules of the literature as texts: what they are known to find.</summary>
public class ClassicRuleTests
{
    private const int Inputs = 8;
    private const int Batch = 16;

    [Fact]
    public void Oja_OneUnit_FindsTheFirstPrincipalComponentWithUnitNorm()
    {
        using var society = Build(1, "activity = basal", "0.5 / (10 + 0.1 * step) * post * (pre - post * w)");

        Train(society, 1500, Correlated);

        double[] w = Weights(society);
        Assert.InRange(Norm(w), 0.97, 1.03);
        Assert.True(Math.Abs(Dot(w, Components(1)[0])) / Norm(w) >= 0.99);
    }

    [Fact]
    public void OjaSubspace_ThreeUnits_SpanTheFirstThreeComponents()
    {
        using var society = Build(3, "activity = basal", "0.5 / (10 + 0.1 * step) * post * (pre - pre.apical)",
            ", \"y -> eye.apical\": { \"transpose\": \"eye -> y\" }");

        Train(society, 2500, Correlated);

        double[] w = Weights(society);
        foreach (double[] component in Components(3))
        {
            double inside = Enumerable.Range(0, 3).Sum(unit => Math.Pow(Dot(w[(unit * Inputs)..((unit + 1) * Inputs)], component), 2));
            Assert.InRange(Math.Sqrt(inside), 0.99, 1.02);
        }
    }

    [Fact]
    public void Bcm_TwoPatterns_BecomesSelective()
    {
        using var society = Build(1, "activity = max(basal, 0); theta = theta + 0.1 * (batch_mean(square(activity)) - theta)",
            "0.02 * pre * post * (post - post.theta)", options: ", \"init\": { \"constant\": 0.3 }");

        Train(society, 3000, (random, x, row) =>
        {
            for (int i = 0; i < Inputs; i++)
                x[i] = (row % 2 == 0) == (i < 5) ? 1 : 0.1f + 0.02f * (float)LocalLab.Normal(random);
        });

        double[] responses = [Math.Max(0, society.Signal("y")[0, 0]), Math.Max(0, society.Signal("y")[1, 0])];
        Assert.True(1 - responses.Average() / responses.Max() >= 0.45, $"responses {responses[0]} and {responses[1]}");
    }

    [Fact]
    public void CompetitiveLearning_ThreeClusters_FindsTheirMeans()
    {
        using var society = Build(3, "activity = basal >= max(basal)", "0.3 * post * (pre - w)");
        double[][] centers = [.. Enumerable.Range(0, 3).Select(c => Enumerable.Range(0, Inputs).Select(i => i % 3 == c ? 1.0 : 0).ToArray())];
        society.WriteWeights("eye -> y", [.. centers.SelectMany(c => c.Select((v, i) => (float)(0.5 * v + 0.05 * i)))]);

        Train(society, 600, (random, x, row) =>
        {
            for (int i = 0; i < Inputs; i++)
                x[i] = (float)(centers[row % 3][i] + 0.05 * LocalLab.Normal(random));
        });

        double[] w = Weights(society);
        for (int unit = 0; unit < 3; unit++)
            for (int i = 0; i < Inputs; i++)
                Assert.Equal(centers[unit][i], w[unit * Inputs + i], 0.05);
    }

    /// <summary>The contrast function of O'Reilly and others 2012, with its kink at a tenth of the threshold.</summary>
    [Fact]
    public void Xcal_OfFourProducts_HasItsPublishedValues()
    {
        using var society = Build(1, "activity = where(basal > -1000, 1, 0)",
            "let s = pre * post in where(s < 0.0001, 0, where(s > 0.4 * 0.1, s - 0.4, -s * (1 - 0.1) / 0.1))");
        double[] before = Weights(society);
        Assert.Equal("synapse", society.Synthesized.Changes.Single().Form);

        society.Set("x", [0.5f, 0.02f, 0.0399f, 0.00005f, 0.041f, 1, 0, 0.4f]);
        society.Step(1);

        double[] expected = [0.1, -0.18, -0.3591, 0, -0.359, 0.6, 0, 0];
        LocalLab.AssertNear(expected, [.. Weights(society).Zip(before, (a, b) => a - b)], 1e-6);
    }

    private static Society Build(int units, string dynamics, string dw, string more = "", string options = "") => Society.Build(
        GradientLab.ParseCircuit(
            Texts.Circuit(
                $"\"x\": {{ \"source\": \"host\", \"shape\": [{Inputs}] }}",
                $"\"eye\": {{ \"reads\": \"x\" }}, \"y\": {{ \"units\": {units}, \"dynamics\": \"{dynamics}\" }}",
                $"\"eye -> y\": {{ \"dw\": \"{dw}\"{options} }}{more}",
                Texts.Learning(Batch)),
            Texts.Cost("mean(y)", area: "y", teaches: "[\"y\"]")),
        new SimdExecutor(1));

    private static void Train(Society society, int steps, Action<Random, Span<float>, int> sample)
    {
        var random = new Random(4);
        float[] x = new float[Batch * Inputs];
        for (int step = 0; step < steps; step++)
        {
            for (int row = 0; row < Batch; row++)
                sample(random, x.AsSpan(row * Inputs, Inputs), row);
            society.Set("x", x);
            society.Step(Batch);
        }
    }

    /// <summary>Variances 4, 2, 1, 0.25, ... along orthonormal cosines.</summary>
    private static void Correlated(Random random, Span<float> x, int row)
    {
        x.Clear();
        double[][] axes = Components(Inputs);
        for (int k = 0; k < Inputs; k++)
        {
            double size = (k < 3 ? Math.Sqrt(4 >> k) : 0.3) * LocalLab.Normal(random);
            for (int i = 0; i < Inputs; i++)
                x[i] += (float)(size * axes[k][i]);
        }
    }

    private static double[][] Components(int count) => [.. Enumerable.Range(0, count).Select(k => Enumerable.Range(0, Inputs)
        .Select(i => Math.Sqrt((k == 0 ? 1.0 : 2) / Inputs) * Math.Cos(Math.PI * (i + 0.5) * k / Inputs)).ToArray())];

    private static double[] Weights(Society society) => LocalLab.Weights(society);

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Norm(double[] a) => Math.Sqrt(Dot(a, a));
}
