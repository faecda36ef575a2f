using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests.Plasticity;

/// <summary>What a synapse sees in one sample.</summary>
internal sealed record Seen(
    double Pre, double Post, double W, double Apical, double Drive, double Bias, double Amount, int Input, int Unit,
    double[] AllPre, double[] AllPost, double[][] Posts, double[] Weights);

/// <summary>dw texts against double loops over samples, inputs and units, with one sample that is not valid.</summary>
public class LocalTextTests
{
    private const int Valid = LocalLab.Batch - 1;

    private static readonly Dictionary<string, (string Form, Func<Seen, double> Rule)> _rules = new()
    {
        ["0.5 * pre * post"] = ("separable", s => 0.5 * s.Pre * s.Post),
        ["0.1 * post * (pre - post * w)"] = ("separable", s => 0.1 * s.Post * (s.Pre - s.Post * s.W)),
        ["pre * post * (1 - w)"] = ("separable", s => s.Pre * s.Post * (1 - s.W)),
        ["0.2 * (pre - w)"] = ("separable", s => 0.2 * (s.Pre - s.W)),
        ["-0.1 * w"] = ("separable", s => -0.1 * s.W),
        ["0.25"] = ("separable", _ => 0.25),
        ["rate * pre * post - amount * w"] = ("separable", s => 0.5 * s.Pre * s.Post - s.Amount * s.W),
        ["amount * post * tanh(pre) + 0.1 * apical * (input - unit)"] =
            ("separable", s => s.Amount * s.Post * Math.Tanh(s.Pre) + 0.1 * s.Apical * (s.Input - s.Unit)),
        ["gate * pre * post.drive"] = ("separable", s => (s.Amount > 0 ? 1 : 0) * s.Pre * s.Drive),
        ["(post - batch_mean(square(post))) * post * pre"] =
            ("separable", s => (s.Post - s.Posts.Average(p => p[s.Unit] * p[s.Unit])) * s.Post * s.Pre),
        ["post * pre / (1 + sum(square(post)))"] = ("separable", s => s.Post * s.Pre / (1 + s.AllPost.Sum(p => p * p))),
        ["post * pre / (1 + norm(w))"] = ("separable", s => s.Post * s.Pre / (1 + Math.Sqrt(s.Weights.Sum(w => w * w)))),
        ["norm(w) * pre"] = ("separable", s => Math.Sqrt(s.Weights.Sum(w => w * w)) * s.Pre),
        ["0.1 * sum(w) * post"] = ("separable", s => 0.1 * s.Weights.Sum() * s.Post),
        ["mean(w) * pre * post"] = ("separable", s => s.Weights.Average() * s.Pre * s.Post),
        ["mean(pre) * post * (1 + unit / units + input / inputs)"] =
            ("separable", s => s.AllPre.Average() * s.Post * (1 + s.Unit / 4.0 + s.Input / 5.0)),
        ["max(pre) * max(post) * post - pre * w * w"] = ("separable", s => s.AllPre.Max() * s.AllPost.Max() * s.Post - s.Pre * s.W * s.W),
        ["-(pre - post) * (pre + post.bias)"] = ("separable", s => -(s.Pre - s.Post) * (s.Pre + s.Bias)),
        ["max(pre * post - 0.1, 0)"] = ("synapse", s => Math.Max(s.Pre * s.Post - 0.1, 0)),
        ["abs(pre - w) * post.bias"] = ("synapse", s => Math.Abs(s.Pre - s.W) * s.Bias),
        ["where(pre > post, 0.1, -w) + input"] = ("synapse", s => (s.Pre > s.Post ? 0.1 : -s.W) + s.Input),
        ["tanh(amount * pre - post) / (1 + norm(w))"] =
            ("synapse", s => Math.Tanh(s.Amount * s.Pre - s.Post) / (1 + Math.Sqrt(s.Weights.Sum(w => w * w)))),
        ["max(pre * post, batch_mean(post)) * w"] = ("synapse", s => Math.Max(s.Pre * s.Post, s.Posts.Average(p => p[s.Unit])) * s.W),
    };

    public static TheoryData<string> Rules => [.. _rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Step_EqualsTheDoubleLoop(string dw)
    {
        using var society = LocalLab.Build(dw);

        AssertStep(society, dw, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Step_OnSimd_EqualsTheDoubleLoop(string dw)
    {
        using var society = LocalLab.Build(dw, executor: new SimdExecutor(2));

        AssertStep(society, dw, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Inspection_SaysTheForm(string dw) =>
        Assert.Equal(_rules[dw].Form, Inspection.Of(LocalLab.Circuit(dw)).Parameters[0].Form);

    [Theory]
    [InlineData("0.1 * post * (pre - post * w)")]
    [InlineData("amount * pre * post - 0.01 * w")]
    public void SeparableAndSynapse_FormsOfOneRule_Agree(string dw)
    {
        using var separable = LocalLab.Build(dw);
        using var synapse = LocalLab.Build($"max({dw}, -1000)");
        Assert.Equal("synapse", synapse.Synthesized.Changes.Single(c => c.Parameter.Name == "eye -> y").Form);

        for (int i = 0; i < 10; i++)
            foreach (var society in new[] { separable, synapse })
            {
                LocalLab.Fill(society, i);
                society.Step(Valid);
            }

        LocalLab.AssertNear(LocalLab.Weights(separable), LocalLab.Weights(synapse), 1e-6);
    }

    [Fact]
    public void Delay_AcrossSteps_SeesWhatWasSent()
    {
        using var separable = LocalLab.Build("pre * post", delay: 1);
        using var synapse = LocalLab.Build("max(pre * post, -1000)", delay: 1);
        double[] before = LocalLab.Weights(separable);

        LocalLab.Fill(separable, 1);
        separable.Step(LocalLab.Batch);
        Assert.Equal(before, LocalLab.Weights(separable));
        LocalLab.Fill(synapse, 1);
        synapse.Step(LocalLab.Batch);
        foreach (var society in new[] { separable, synapse })
        {
            LocalLab.Fill(society, 2);
            society.Step(LocalLab.Batch);
        }

        Assert.NotEqual(before, LocalLab.Weights(separable));
        LocalLab.AssertNear(LocalLab.Weights(separable), LocalLab.Weights(synapse), 1e-6);
    }

    [Fact]
    public void Noise_InADw_IsDrawnForEverySynapse()
    {
        using var society = LocalLab.Build("noise.normal(0, 0.1)");
        double[] before = LocalLab.Weights(society);
        LocalLab.Fill(society, 1);

        society.Step(LocalLab.Batch);

        Assert.Equal(LocalLab.Inputs * LocalLab.Units, LocalLab.Weights(society).Zip(before, (a, b) => a - b).Distinct().Count());
    }

    private static void AssertStep(Society society, string dw, double tolerance)
    {
        LocalLab.Fill(society, 7);
        double[] before = LocalLab.Weights(society), bias = LocalLab.Weights(society, "y.bias");
        double[] amount = Stream(society, 7, "amount"), x = Stream(society, 7, "x");

        society.Step(Valid);

        double[] expected = Expected(society, _rules[dw].Rule, before, bias, x, amount);
        LocalLab.AssertNear(expected, LocalLab.Weights(society), tolerance);
    }

    private static double[] Expected(Society society, Func<Seen, double> rule, double[] w, double[] bias, double[] x, double[] amount)
    {
        double[][] posts = Rows(society, "y"), apical = Rows(society, "y.apical"), basal = Rows(society, "y.basal");
        return [.. w.Select((weight, i) =>
        {
            int unit = i / LocalLab.Inputs, input = i % LocalLab.Inputs;
            double sum = 0;
            for (int s = 0; s < Valid; s++)
            {
                double[] pre = x[(s * LocalLab.Inputs)..((s + 1) * LocalLab.Inputs)];
                sum += rule(new Seen(pre[input], posts[s][unit], weight, apical[s][unit], basal[s][unit] + 0.5 * apical[s][unit],
                    bias[unit], amount[s], input, unit, pre, posts[s], posts[..Valid], w));
            }
            return weight + sum / Valid;
        })];
    }

    private static double[][] Rows(Society society, string signal)
    {
        var values = society.Signal(signal);
        var rows = new double[LocalLab.Batch][];
        for (int s = 0; s < rows.Length; s++)
        {
            rows[s] = new double[LocalLab.Units];
            for (int u = 0; u < LocalLab.Units; u++)
                rows[s][u] = values[s, u];
        }
        return rows;
    }

    /// <summary>The numbers that <see cref="LocalLab.Fill"/> gave to a stream.</summary>
    private static double[] Stream(Society society, int seed, string name)
    {
        var random = new Random(seed);
        foreach (var stream in society.Circuit.Streams)
        {
            double[] values = [.. Enumerable.Range(0, society.BatchSize * stream.Width).Select(_ => (double)(float)LocalLab.Normal(random))];
            if (stream.Name == name)
                return values;
        }
        throw new ArgumentException(name, nameof(name));
    }
}
