using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>
/// The name <c>learning</c>, state of units, and the library texts made of them: batch normalisation and dropout.
/// </summary>
public sealed class LearningTests
{
    private const string Miss = "mean(square(report - target)) + mean(square(hidden * hidden - 0.3))";

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    [InlineData(2)]
    public void BatchNorm_CarriesGradientThroughTheStatistics(int samples)
    {
        using var lab = new GradientLab(Texts.Layers(hidden: "\"activation\": \"batch_norm\""), Texts.Cost(Miss));
        lab.Samples = samples;
        lab.Check(lab.LearningCosts);
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["retina -> hidden"]));
        Assert.NotEqual(0, GradientLab.Largest(lab.Gradients()["hidden.gain"]));
    }

    [Fact]
    public void BatchNorm_OfMapsWithPatches_SharesStatisticsOverSites()
    {
        using var lab = new GradientLab(
            Texts.Circuit(
                """ "image": { "source": "host", "shape": [1, 3, 3] } """,
                """ "retina": { "reads": "image" }, "v1": { "shape": [2, 2, 2], "activation": "batch_norm" } """,
                """ "retina -> v1": { "patch": { "size": 2 } } """),
            Texts.Cost("mean(square(v1 * v1 - 0.3 * v1 - 1))", area: "v1"));
        lab.Samples = 3;
        lab.Check(lab.LearningCosts);
        Assert.Equal(2, lab.Society.Synthesized.State.First(s => s.Name.StartsWith("v1.average", StringComparison.Ordinal)).Cols);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    public void BatchNorm_WhileLearning_HasTheMeanAndVarianceOfTheVariables(int samples)
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: "\"activation\": \"batch_norm\"", measures: """
                "center": "sum(batch_mean(hidden) - hidden.bias)", "power": "sum(batch_var(hidden) / square(hidden.gain))"
                """),
            Texts.Cost(Miss));
        lab.Scatter(0.3);
        lab.Samples = samples;
        lab.Society.Step(samples);
        Assert.Equal(0, lab.Society.MeasureValues[0], 1e-5);
        Assert.Equal(5, lab.Society.MeasureValues[1], 0.01);
    }

    [Fact]
    public void BatchNorm_AfterSteps_PredictsWithRunningStatistics()
    {
        string hidden = "\"dynamics\": \"center = where(learning, batch_mean(basal), average); average = average + 0.25 * (batch_mean(basal) - average); activity = basal - center\"";
        using var lab = new GradientLab(
            Texts.Layers(hidden: hidden, measures: "\"seen\": \"sum(batch_mean(hidden.basal))\", \"shown\": \"sum(batch_mean(hidden))\""), Texts.Cost("0 * mean(report)"));
        double average = 0;
        for (int step = 0; step < 4; step++)
        {
            lab.SetRandomStreams();
            double seen = lab.Measure("seen");
            Assert.Equal(seen - average, lab.Measure("shown"), 1e-9);
            average += 0.25 * (seen - average);
            lab.Society.Step(lab.Samples);
            Assert.Equal(0, lab.Society.MeasureValues[1], 1e-6);
        }
        Assert.NotEqual(0, average);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void BatchNorm_Frozen_PredictsTheSameBitsInAnyBatch(int ticks)
    {
        var circuit = GradientLab.ParseCircuit(
            Texts.Layers(hidden: "\"activation\": \"batch_norm_relu\"", report: "\"activation\": \"batch_norm\"", ticks: ticks), Texts.Cost(Miss));
        CheckAnyBatch(circuit);
    }

    [Fact]
    public void BatchNorm_OfASingleSample_LeavesTheVarianceAlone()
    {
        var circuit = GradientLab.ParseCircuit(Texts.Layers(report: "\"activation\": \"batch_norm\""), Texts.Cost(Miss));
        using var society = Society.Build(circuit);
        society.Set("image", new float[16]);
        society.Set("target", new float[12]);
        society.Set("amount", new float[4]);

        society.Step(1);

        var excess = society.Synthesized.State.First(x => x.Name.StartsWith("report.excess", StringComparison.Ordinal));
        var values = new float[excess.Size];
        society.Memory.Read(excess.Region, excess.Offset, values);
        Assert.All(values, v => Assert.Equal(0, v));
    }

    private static void CheckAnyBatch(Circuits.Circuit circuit)
    {
        using var society = Society.Build(circuit);
        var random = new Random(5);
        float[] x = [.. Enumerable.Range(0, 16).Select(_ => random.NextSingle() - 0.5f)];
        for (int i = 0; i < 3; i++)
        {
            society.Set("image", x);
            society.Set("target", new float[12]);
            society.Set("amount", new float[4]);
            society.Step(4);
        }
        float[] together = new float[12], alone = new float[3], pair = new float[6];
        society.Predict(x, together);
        for (int i = 0; i < 4; i++)
        {
            society.Predict(x.AsSpan(4 * i, 4), alone);
            Assert.Equal(together[(3 * i)..(3 * i + 3)], alone);
        }
        society.Predict([.. x[12..], .. x[..4]], pair);
        Assert.Equal([.. together[9..], .. together[..3]], pair);
    }

    [Theory]
    [InlineData("dropout(tanh(basal + bias))")]
    [InlineData("dropout(tanh(basal + bias), 0.2)")]
    [InlineData("where(learning, tanh(basal + bias), 2 * basal)")]
    public void Texts_OfLearning_HaveTheGradientOfDifferences(string dynamics)
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: $"\"dynamics\": \"{dynamics}\", \"variables\": {{ \"bias\": 0.125 }}"), Texts.Cost(Miss));
        lab.Check(lab.LearningCosts);
        Assert.NotEqual(lab.AllCosts(), lab.LearningCosts());
    }

    [Fact]
    public void Dropout_KeepsTheMeanWhileLearning_AndTheValueOtherwise()
    {
        using var lab = new GradientLab(
            Texts.Layers(batch: 400, hidden: "\"dynamics\": \"dropout(0 * basal + 1, 0.25)\"", measures: "\"mean\": \"batch_mean(mean(hidden))\", \"off\": \"batch_mean(mean(hidden == 0))\""),
            Texts.Cost("mean(report)"));
        Assert.Equal(1, lab.Measure("mean"), 1e-6);
        Assert.Equal(0, lab.Measure("off"));
        lab.Society.Step(lab.Samples);
        Assert.Equal(1, lab.Society.MeasureValues[0], 0.05);
        Assert.Equal(0.25, lab.Society.MeasureValues[1], 0.04);
    }

    [Fact]
    public void Learning_InCostsAndMeasures_IsOneInStepsOnly()
    {
        using var lab = new GradientLab(Texts.Layers(measures: "\"now\": \"learning + 0 * batch_sum(mean(report))\""), Texts.Cost("learning * mean(report) + k", parameters: "\"k\": \"3 * learning\""));
        Assert.Equal((0, 0), (lab.Measure("now"), lab.AllCosts()));
        lab.Check(lab.LearningCosts);
        lab.Society.Step(lab.Samples);
        Assert.Equal(1, lab.Society.MeasureValues[0]);
    }

    [Fact]
    public void Learning_InAParameterThatARateReads_IsOne()
    {
        string learning = Texts.Learning().Replace("\"rate\": 1", "\"rate\": \"2 * k\"", StringComparison.Ordinal);
        using var plain = new GradientLab(Texts.Layers(), Texts.Cost(Miss));
        using var lab = new GradientLab(Texts.Layers().Replace(Texts.Learning(), learning, StringComparison.Ordinal), Texts.Cost(Miss, parameters: "\"k\": \"0.5 * learning\""));
        Assert.Equal(plain.Gradients()["retina -> hidden"], lab.Gradients()["retina -> hidden"]);
    }

    [Fact]
    public void Where_OfLearning_LeavesOneSideInEachEntryPoint()
    {
        string both = "where(learning, tanh(basal), abs(basal))";
        Assert.Equal(Instructions("tanh(basal)", "learn"), Instructions(both, "learn"));
        Assert.Equal(Instructions("abs(basal)", "predict"), Instructions(both, "predict"));
        Assert.NotEqual(Instructions("tanh(basal)", "predict"), Instructions(both, "predict"));
    }

    [Fact]
    public void UnitState_MovesOnlyWhileLearning()
    {
        using var lab = new GradientLab(
            Texts.Layers(hidden: "\"dynamics\": \"activity = 0 * basal + n; n = n + batch_mean(1 + 0 * basal); v = v + 1 + 0 * basal\"", measures: "\"n\": \"batch_mean(mean(hidden))\""), Texts.Cost("mean(report)"));
        for (int step = 0; step < 3; step++)
        {
            Assert.Equal(step, lab.Measure("n"), 1e-6);
            lab.Society.Act(4);
            lab.Society.Act(2);
            Assert.Equal(step, lab.Measure("n"), 1e-6);
            lab.Society.Step(3);
            Assert.Equal(step, lab.Society.MeasureValues[0], 1e-6);
        }
        Assert.Equal((9, 3), (lab.Society.Clock, lab.Society.Age));
        var n = lab.Society.Synthesized.State.First(s => s.Name.StartsWith("hidden.n[", StringComparison.Ordinal));
        Assert.Equal((1, 5), (n.Rows, n.Cols));
    }

    [Theory]
    [InlineData("s = s + batch_mean(basal); activity = basal + s", true)]
    [InlineData("s = s + batch_var(let x = basal in x * x); activity = basal + s", true)]
    [InlineData("s = let m = batch_mean(basal) in s + m * bias; activity = basal + s", true)]
    [InlineData("s = t + batch_mean(basal); activity = basal + s; t = 0.5 * t + s", true)]
    [InlineData("t = t + 1; s = s + batch_mean(basal) / t; activity = basal + s", true)]
    [InlineData("s = t + 1; activity = basal + s; t = 0.5 * t + s", false)]
    [InlineData("s = s + basal; activity = s", false)]
    [InlineData("s = s + let m = basal in mean(m); activity = s + 0 * basal", false)]
    [InlineData("s = s + t; activity = basal + s; t = 0.5 * t + basal", false)]
    [InlineData("s = s + noise.normal(0, 1); activity = basal + s", false)]
    [InlineData("s = s + previous(bias); activity = basal + s", false)]
    public void State_WithoutALaneInItsText_IsKeptOnceForEachUnit(string dynamics, bool isOfUnits)
    {
        using var lab = new GradientLab(Texts.Layers(hidden: $"\"dynamics\": \"{dynamics}\", \"variables\": {{ \"bias\": 0.125 }}", ticks: 2), Texts.Cost(Miss));
        lab.Check(lab.LearningCosts);
        lab.SetRandomStreams();
        lab.Check(lab.LearningCosts);
        var state = lab.Society.Synthesized.State.Where(s => s.Name.StartsWith("hidden.s[", StringComparison.Ordinal) || s.Name.StartsWith("hidden.t[", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(state);
        Assert.All(state, s => Assert.Equal(isOfUnits ? 1 : 4, s.Rows));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Library_OnTheVectorExecutor_LearnsAsOnTheOracle(int threads)
    {
        var circuit = GradientLab.ParseCircuit(
            Texts.Layers(hidden: "\"activation\": \"batch_norm_relu\"", report: "\"dynamics\": \"dropout(basal)\"").Replace("\"rate\": 1", "\"rate\": 0.1", StringComparison.Ordinal), Texts.Cost(Miss));
        using var oracle = Society.Build(circuit, new OracleExecutor());
        using var simd = Society.Build(circuit, new SimdExecutor(threads));
        var random = new Random(2);
        for (int step = 0; step < 5; step++)
        {
            foreach (var stream in circuit.Streams)
            {
                float[] values = [.. Enumerable.Range(0, 4 * stream.Width).Select(_ => random.NextSingle() - 0.5f)];
                oracle.Set(stream.Name, values);
                simd.Set(stream.Name, values);
            }
            oracle.Step(4 - step % 2);
            simd.Step(4 - step % 2);
            Assert.Equal(oracle.CostValues[0], simd.CostValues[0], 1e-4);
        }
    }

    /// <summary>Instructions of an entry point with the opcodes of their programs.</summary>
    private static List<string> Instructions(string hidden, string entry)
    {
        using var society = Society.Build(GradientLab.ParseCircuit(Texts.Layers(hidden: $"\"dynamics\": \"{hidden}\""), Texts.Cost(Miss)));
        var bitstream = society.Synthesized.Bitstream;
        var part = bitstream.EntryPoints[bitstream.EntryPointIndex(entry)];
        return [.. bitstream.Instructions.Skip(part.First).Take(part.Count).Select(i => $"{i.Kind} {i.Rows} {i.Cols} {(i.Program < 0 ? "" : string.Join(' ', bitstream.Programs[i.Program].Ops.Select(o => o.Code)))}")];
    }
}
