using CostSociety.Conformance.Tests.Gradients;
using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests.Plasticity;

/// <summary>dw texts that read snapshots of phases, and changes at the end of several phases.</summary>
public class PhaseTextTests
{
    private const int Batch = 4;
    private const string Clamped = "[{ \"phase\": \"minus\", \"ticks\": 1, \"snapshot\": true }, { \"phase\": \"plus\", \"ticks\": 1, \"clamp\": { \"y\": \"t\" } }]";

    [Theory]
    [InlineData("pre * post - minus.pre * minus.post")]
    [InlineData("max(pre * post - minus.pre * minus.post, -1000)")]
    [InlineData("pre * (post - minus.post)")]
    public void ContrastiveText_OverTwoPhases_IsTheDifferenceOfProducts(string dw)
    {
        using var society = Build(dw, Clamped);
        double[] before = Weights(society);
        var (x, t) = Fill(society);

        society.Step(Batch);

        AssertNear(before, society, (s, unit, input) => x[s, input] * (t[s, unit] - Free(before, x, s, unit)));
    }

    [Fact]
    public void Plastic_InBothPhases_AddsBothChanges()
    {
        using var society = Build("pre * post", Clamped.Replace("\"snapshot\": true", "\"plastic\": [\"eye -> y\"]", StringComparison.Ordinal)
            .Replace("\"clamp\"", "\"plastic\": [\"eye -> y\"], \"clamp\"", StringComparison.Ordinal));
        double[] before = Weights(society);
        var (x, t) = Fill(society);

        society.Step(Batch);

        AssertNear(before, society, (s, unit, input) => x[s, input] * (t[s, unit] + Free(before, x, s, unit)));
    }

    [Fact]
    public void Plastic_InTheFirstPhaseOnly_ChangesByWhatStoodThere()
    {
        using var society = Build("pre * post", Clamped.Replace("\"snapshot\": true", "\"plastic\": [\"eye -> y\"]", StringComparison.Ordinal)
            .Replace("\"clamp\"", "\"plastic\": [], \"clamp\"", StringComparison.Ordinal));
        double[] before = Weights(society);
        var (x, _) = Fill(society);

        society.Step(Batch);

        AssertNear(before, society, (s, unit, input) => x[s, input] * Free(before, x, s, unit));
    }

    private static Society Build(string dw, string schedule)
    {
        string json = Texts.Circuit(
            "\"x\": { \"source\": \"host\", \"shape\": [3] }, \"t\": { \"source\": \"host\", \"shape\": [2] }",
            "\"eye\": { \"reads\": \"x\" }, \"y\": { \"units\": 2, \"dynamics\": \"tanh(basal)\" }",
            $"\"eye -> y\": {{ \"dw\": \"{dw}\" }}",
            Texts.Learning(Batch));
        int at = json.IndexOf("\"schedule\": ", StringComparison.Ordinal) + "\"schedule\": ".Length, end = json.IndexOf(']', at) + 1;
        return Society.Build(GradientLab.ParseCircuit(json[..at] + schedule + json[end..], Texts.Cost("mean(y)", "y", "[\"y\"]")), new SimdExecutor(1));
    }

    private static (double[,] X, double[,] T) Fill(Society society)
    {
        var (x, t) = (new double[Batch, 3], new double[Batch, 2]);
        for (int s = 0; s < Batch; s++)
        {
            for (int i = 0; i < 3; i++)
                x[s, i] = (float)Math.Sin(3 * s + i + 1);
            for (int u = 0; u < 2; u++)
                t[s, u] = (float)Math.Cos(2 * s + u);
        }
        society.Set("x", [.. x.Cast<double>().Select(v => (float)v)]);
        society.Set("t", [.. t.Cast<double>().Select(v => (float)v)]);
        return (x, t);
    }

    private static double Free(double[] w, double[,] x, int sample, int unit) =>
        Math.Tanh(Enumerable.Range(0, 3).Sum(i => w[unit * 3 + i] * x[sample, i]));

    private static double[] Weights(Society society) => LocalLab.Weights(society);

    private static void AssertNear(double[] before, Society society, Func<int, int, int, double> change) => LocalLab.AssertNear(
        [.. before.Select((w, i) => w + Enumerable.Range(0, Batch).Average(s => change(s, i / 3, i % 3)))], Weights(society), 1e-5);
}
