using CostSociety.Synthesis;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>
/// Rules that replace the weights on the way back, against a net of three layers written out by hand in double
/// precision: tanh, tanh, softmax with cross-entropy.
/// </summary>
public sealed class FeedbackTests
{
    private const int Batch = 4;
    private const int Inputs = 6;
    private const int Classes = 3;

    private static readonly int[] _sizes = [Inputs, 5, 4, Classes];

    private static readonly string[] _names = ["retina -> low", "low -> high", "high -> report"];

    [Theory]
    [InlineData("\"backprop\"")]
    [InlineData("\"feedback-alignment\"")]
    [InlineData("\"sign-symmetric\"")]
    [InlineData("""{ "name": "feedback-alignment", "feedback": { "uniform": 2, "fan": "in" } }""")]
    [InlineData("""{ "name": "sign-symmetric", "feedback": { "normal": 0.5, "fan": "in" } }""")]
    [InlineData("\"frozen\"")]
    public void Rule_OnThreeLayers_IsTheReference(string rule)
    {
        using var lab = Net(rule, out var images, out var targets);
        for (int step = 0; step < 2; step++)
            Compare(lab, rule, images, targets);
    }

    [Fact]
    public void FeedbackAlignment_HasFeedbackOfItsOwn()
    {
        using var lab = Net("\"feedback-alignment\"", out _, out _);
        var parameters = lab.Parameters.ToDictionary(p => p.Name);
        Assert.Null(parameters["retina -> low"].Feedback);
        Assert.NotEqual(lab.Society.ReadBank(parameters["low -> high"].Bank), lab.Society.ReadBank(parameters["low -> high"].Feedback!));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-2.5)]
    public void SignSymmetric_AfterWeightsAreWritten_HasTheirSigns(double factor)
    {
        using var lab = Net("\"sign-symmetric\"", out _, out _);
        var parameter = lab.Parameters.First(p => p.Name == "low -> high");
        var weights = Array.ConvertAll(lab.Society.ReadBank(parameter.Bank), w => (float)(factor * w));
        lab.Society.WriteWeights(parameter.Name, weights);
        var feedback = lab.Society.ReadBank(parameter.Feedback!);
        Assert.All(weights.Zip(feedback), pair => Assert.Equal(Math.Sign(pair.First), Math.Sign(pair.Second)));
        Assert.Single(feedback.Select(Math.Abs).Distinct());
    }

    [Fact]
    public void SignSymmetric_AfterAStep_FollowsTheNewSigns()
    {
        using var lab = Net("\"sign-symmetric\"", out _, out _);
        var parameter = lab.Parameters.First(p => p.Name == "low -> high");
        for (int step = 0; step < 3; step++)
            lab.Society.Step(Batch);
        var pairs = lab.Society.ReadBank(parameter.Bank).Zip(lab.Society.ReadBank(parameter.Feedback!));
        Assert.All(pairs, pair => Assert.Equal(Math.Sign(pair.First), Math.Sign(pair.Second)));
    }

    [Theory]
    [InlineData("\"feedback-alignment\"")]
    [InlineData("\"sign-symmetric\"")]
    public void TransposedDecoder_UnderARuleWithFeedback_DoesNotTransportWeights(string rule)
    {
        using var lab = new GradientLab(
            Texts.Circuit(
                $$""" "image": { "source": "host", "shape": [{{Inputs}}] } """,
                """ "retina": { "reads": "image" }, "code": { "units": 4, "dynamics": "tanh(basal)" } """,
                """ "retina -> code": {}, "code -> retina.apical": { "transpose": "retina -> code" } """,
                Texts.Learning(Batch, rule)),
            Texts.Cost("mean(square(retina.apical - retina)) * 3", area: "code", teaches: "[\"retina -> code\"]"));
        var images = lab.Normals(Batch * Inputs);
        lab.Society.Set("image", images);
        var parameter = lab.Parameters.Single();
        var weights = lab.Read(parameter.Name);
        double[] feedback = Doubles(lab.Society.ReadBank(parameter.Feedback!));
        var expected = new double[weights.Length];
        for (int b = 0; b < Batch; b++)
        {
            double[] x = Doubles(images[(b * Inputs)..((b + 1) * Inputs)]);
            double[] code = Array.ConvertAll(Forward(weights, x, 4), Math.Tanh);
            double[] error = [.. Enumerable.Range(0, Inputs).Select(i => Enumerable.Range(0, 4).Sum(u => code[u] * weights[u * Inputs + i]) - x[i])];
            double[] back = Forward(feedback, error, 4);
            for (int u = 0; u < 4; u++)
                for (int i = 0; i < Inputs; i++)
                    expected[u * Inputs + i] += back[u] * (1 - code[u] * code[u]) * x[i] / Batch;
        }
        AssertNear(expected, lab.Gradients()[parameter.Name], parameter.Name);
    }

    private static void Compare(GradientLab lab, string rule, float[] images, int[] targets)
    {
        double[][] weights = [.. _names.Select(lab.Read)];
        double[][] biases = [lab.Read("low.bias"), lab.Read("high.bias"), lab.Read("report.bias")];
        var parameters = lab.Parameters.ToDictionary(p => p.Name);
        double[][] back = [.. _names.Select((n, i) => BackOf(lab, parameters[n], weights[i]))];
        var (w, b) = Reference(weights, biases, back, images, targets);
        var gradients = lab.Gradients();
        int first = rule == "\"frozen\"" ? 2 : 0;
        for (int layer = 0; layer < 3; layer++)
        {
            AssertNear(layer >= first ? w[layer] : new double[w[layer].Length], gradients[_names[layer]], _names[layer]);
            string bias = _names[layer][(_names[layer].IndexOf("> ", StringComparison.Ordinal) + 2)..] + ".bias";
            AssertNear(layer >= first ? b[layer] : new double[b[layer].Length], gradients[bias], bias);
        }
    }

    private static double[] BackOf(GradientLab lab, Parameter parameter, double[] weights) =>
        parameter.Feedback is null ? weights : Doubles(lab.Society.ReadBank(parameter.Feedback));

    private static GradientLab Net(string rule, out float[] images, out int[] targets)
    {
        var lab = new GradientLab(
            Texts.Circuit(
                $$""" "image": { "source": "host", "shape": [{{Inputs}}] }, "label": { "source": "host", "shape": [{{Classes}}] } """,
                """
                "retina": { "reads": "image" }, "low": { "units": 5, "activation": "tanh" },
                "high": { "units": 4, "activation": "tanh" }, "report": { "units": 3, "activation": "softmax" }
                """,
                """ "retina -> low": {}, "low -> high": {}, "high -> report": {} """,
                Texts.Learning(Batch, rule)),
            Texts.Cost("cross_entropy(report, label)"));
        images = lab.Normals(Batch * Inputs);
        targets = [0, 1, 2, 1];
        lab.Society.Set("image", images);
        var labels = new float[Batch * Classes];
        for (int i = 0; i < Batch; i++)
            labels[i * Classes + targets[i]] = 1;
        lab.Society.Set("label", labels);
        return lab;
    }

    /// <summary>Gradients of weights and biases; <paramref name="back"/> stands for the weights on the way back.</summary>
    private static (double[][] Weights, double[][] Biases) Reference(
        double[][] weights, double[][] biases, double[][] back, float[] images, int[] targets)
    {
        double[][] dw = [.. weights.Select(w => new double[w.Length])];
        double[][] db = [.. biases.Select(b => new double[b.Length])];
        for (int sample = 0; sample < Batch; sample++)
        {
            var activity = Activities(weights, biases, Doubles(images[(sample * Inputs)..((sample + 1) * Inputs)]));
            double[] error = [.. activity[3].Select((p, i) => p - (i == targets[sample] ? 1 : 0))];
            for (int layer = 2; layer >= 0; layer--)
            {
                for (int u = 0; u < error.Length; u++)
                {
                    db[layer][u] += error[u] / Batch;
                    for (int i = 0; i < _sizes[layer]; i++)
                        dw[layer][u * _sizes[layer] + i] += error[u] * activity[layer][i] / Batch;
                }
                error = Backward(back[layer], error, activity[layer]);
            }
        }
        return (dw, db);
    }

    private static double[][] Activities(double[][] weights, double[][] biases, double[] x)
    {
        var activity = new List<double[]> { x };
        for (int layer = 0; layer < 3; layer++)
        {
            var z = Forward(weights[layer], activity[layer], _sizes[layer + 1]);
            for (int u = 0; u < z.Length; u++)
                z[u] += biases[layer][u];
            double sum = z.Sum(Math.Exp);
            activity.Add(Array.ConvertAll(z, v => layer < 2 ? Math.Tanh(v) : Math.Exp(v) / sum));
        }
        return [.. activity];
    }

    private static double[] Forward(double[] weights, double[] x, int units)
    {
        var z = new double[units];
        for (int u = 0; u < units; u++)
            for (int i = 0; i < x.Length; i++)
                z[u] += weights[u * x.Length + i] * x[i];
        return z;
    }

    private static double[] Backward(double[] back, double[] error, double[] activity)
    {
        var result = new double[activity.Length];
        for (int i = 0; i < activity.Length; i++)
            for (int u = 0; u < error.Length; u++)
                result[i] += back[u * activity.Length + i] * error[u] * (1 - activity[i] * activity[i]);
        return result;
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, v => (double)v);

    private static void AssertNear(double[] expected, double[] actual, string name)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-7 * Math.Abs(expected[i]) + 1e-9, $"{name}[{i}]: {actual[i]:R}, expected {expected[i]:R}");
    }
}
