using CostSociety.Costs;

namespace CostSociety.Tests.Laws;

/// <summary>Gains and clamps act on signals, plasticity and rates on learning; all come and go with the costs.</summary>
public sealed class ModulationTests
{
    private const string Cost = """ "costs": { "report": { "minimize": "cross_entropy(report, label)", "teaches": "upstream" } } """;

    private const string Odd = """ "parameters": { "odd": "sum(label * where(index(label) - 2 * floor(index(label) / 2) > 0, 1, 0))" } """;

    private const string Sgd = "learning.update={ \"kind\": \"sgd\", \"rate\": 0.05 }";

    [Theory]
    [InlineData(""" "gains": { "hidden1": 1, "image": "1", "hidden1 -> hidden2": "where(unit >= 0, 1, 2)" } """)]
    [InlineData(""" "clamps": { "hidden1": "hidden1", "hidden2": "where(unit < units, hidden2, 0)" } """)]
    [InlineData(""" "plasticity": { "hidden1": 1 }, "rates": { "hidden2": 1, "report": "1" } """)]
    public void Modulation_ThatChangesNothing_ChangesNoBit(string modulation)
    {
        using var plain = Trained(Costs(""), 30);
        using var modulated = Trained(Costs(modulation), 30);
        Checkpoints.AssertSameState(Training.Save(plain), Training.Save(modulated));
    }

    [Fact]
    public void Gain_OfZero_SilencesTheArea()
    {
        var training = Training.Of(Training.Narrow);
        using var society = training.Steps(training.Build(Costs("")), 30);
        society.Swap(Costs(""" "gains": { "hidden2": 0 } """));
        society.Predict(training.Fill(society));
        Assert.All(Row(society, "hidden2", 3), v => Assert.Equal(0, v));
        Assert.Equal(Row(society, "report", 0), Row(society, "report", 3));
        Assert.Contains(Row(society, "hidden1", 3), v => v != 0);
    }

    [Fact]
    public void Gain_OfOneUnit_LesionsIt()
    {
        var training = Training.Of(Training.Narrow);
        using var society = training.Build(Costs(""" "gains": { "hidden2": "where(unit == 4, 0, 2)" } """));
        using var plain = training.Build(Costs(""));
        society.Predict(training.Fill(society));
        plain.Predict(training.Fill(plain));
        float[] scaled = [.. Row(plain, "hidden2", 5).Select((v, i) => i == 4 ? 0 : 2 * v)];
        Assert.Equal(scaled, Row(society, "hidden2", 5));
    }

    [Fact]
    public void Gain_OfAShapedArea_CountsItsUnitsMapByMap()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Build(Training.Costs(
            """{ "format": 1, "gains": { "v1": "unit < 36" }, "costs": { "v1": { "minimize": "mean(square(retina.apical - retina))" } } }"""));
        society.Predict(training.Fill(society));
        var v1 = society.Signal("v1");
        float first = 0, others = 0;
        for (int map = 0; map < 8; map++)
            for (int place = 0; place < 36; place++)
                if (map == 0)
                    first += v1[0, map, place / 6, place % 6];
                else
                    others += v1[0, map, place / 6, place % 6];
        Assert.True(first > 0);
        Assert.Equal(0, others);
    }

    [Fact]
    public void Gain_OfAStream_IsWhatEverybodySeesOfIt()
    {
        var training = Training.Of(Training.Narrow);
        using var society = training.Build(Costs(""" "gains": { "image": 0 } """));
        society.Predict(training.Fill(society));
        Assert.All(Row(society, "retina", 1), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Gain_OfAProjection_IsItsWeightsTimesTheGain()
    {
        var training = Training.Of(Training.Narrow, "projections.\"hidden1 -> hidden2\".init.normal=2");
        var half = Training.Of(Training.Narrow, "projections.\"hidden1 -> hidden2\".init.normal=1");
        using var gained = training.Build(Costs(""" "gains": { "hidden1 -> hidden2": 0.5 } """));
        using var plain = half.Build(Costs(""));
        gained.Predict(training.Fill(gained));
        plain.Predict(half.Fill(plain));
        Assert.Equal(Row(plain, "hidden2", 2), Row(gained, "hidden2", 2));
    }

    [Fact]
    public void Gain_ThatReadsAnotherArea_PassesItsGradientOn()
    {
        // The cost reads report alone; hidden1 is reached only through the gain of hidden2.
        var training = Training.Of(Training.Narrow, "projections.\"hidden1 -> hidden2\".plastic=false");
        var costs = Training.Costs("""
            { "format": 1, "gains": { "hidden1 -> hidden2": 0, "hidden2": "sum(hidden1)" }, "clamps": { "hidden2": 1 },
              "costs": { "report": { "minimize": "cross_entropy(report, label)", "teaches": ["hidden1"] } } }
            """);
        using var society = training.Build(costs);
        float before = society.ReadWeights("retina -> hidden1")[0, 30];
        training.Steps(society, 1);
        Assert.NotEqual(before, society.ReadWeights("retina -> hidden1")[0, 30]);
    }

    [Fact]
    public void Clamp_ToAStream_IsTheClampOfAPhase()
    {
        string[] phase = ["schedule=[{ \"phase\": \"see\", \"clamp\": { \"report\": \"label\" } }]"];
        using var clamped = Trained(Costs(""" "clamps": { "report": "label" } """), 20);
        using var scheduled = Trained(Costs(""), 20, phase);
        Checkpoints.AssertSameState(Training.Save(scheduled), Training.Save(clamped));
    }

    [Fact]
    public void Swap_ToALesionAndBack_ChangesNoBit()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Steps(training.Build(), 20);
        byte[] before = Training.Save(society);
        var own = society.Costs;
        society.Swap(CostFile.Load("circuits/digits/sparse-then-read.costs.json", ["gains.v1=0"]));
        society.Predict(training.Fill(society));
        society.Swap(own);
        Checkpoints.AssertEqual(before, Training.Save(society));
    }

    [Fact]
    public void Plasticity_OfHalf_IsHalfTheRate()
    {
        using var half = Trained(Costs(""" "plasticity": { "hidden1": 0.5, "hidden2": 0.5, "report": 0.5 } """), 20, Sgd);
        using var slow = Trained(Costs(""), 20, Sgd, "learning.update.rate=0.025");
        AssertClose(slow, half, "retina -> hidden1");
    }

    [Fact]
    public void Plasticity_OfASample_IsTheWeightOfItsCost()
    {
        using var factor = Trained(Costs($$""" {{Odd}}, "plasticity": { "hidden1": "odd", "hidden2": "odd", "report": "odd" } """), 20);
        using var weight = Trained(Training.Costs($$"""
            { "format": 1, {{Odd}}, "costs": { "report": { "minimize": "cross_entropy(report, label)", "weight": "odd", "teaches": "upstream" } } }
            """), 20);
        AssertClose(weight, factor, "retina -> hidden1");
    }

    [Fact]
    public void Plasticity_OfALocalText_ScalesIt()
    {
        string[] Circuit(string dw) => [$"projections.\"retina -> hidden1\".dw={dw}"];
        using var factor = Trained(Costs(""" "plasticity": { "retina -> hidden1": "sum(label * index(label))" }, "rates": { "retina -> hidden1": "2" } """), 10, Circuit("0.001 * post * (pre - post * w)"));
        using var text = Trained(Costs(""" "parameters": { "factor": "sum(label * index(label))" } """), 10, Circuit("0.002 * factor * post * (pre - post * w)"));
        AssertClose(text, factor, "retina -> hidden1");
    }

    [Fact]
    public void Rates_OfHalf_IsHalfTheRateToTheBit()
    {
        using var half = Trained(Costs(""" "rates": { "hidden1": "0.5", "hidden2": "0.25 + 0.25", "report": 0.5 } """), 20);
        using var slow = Trained(Costs(""), 20, "learning.update.rate=0.5 * (0.05 * 0.97^epoch)");
        Checkpoints.AssertSameState(Training.Save(slow), Training.Save(half));
    }

    [Fact]
    public void Ramp_StoppedInItsMiddle_ResumesBitForBit()
    {
        var training = Training.Of(Training.Narrow);
        var costs = Costs("""
            "modulators": { "opening": "ramp(since_stage, 0, 100) * stage.school", "drive": "mean(abs(hidden1))" },
            "gains": { "hidden1": "0.5 + 0.5 * opening", "hidden2": "1 + 0.1 * drive" }, "plasticity": { "hidden2": "drive" }, "rates": { "report": "opening" },
            "monitors": { "width": { "watch": "spread(hidden1)", "ceiling": 0.01, "steps": 30 } },
            "development": [ { "stage": "cradle", "until": "step >= 10 and modulator.drive > 0" }, { "stage": "school" } ]
            """);
        using var whole = training.Steps(training.Build(costs), 60);
        using var first = training.Steps(training.Build(costs), 30);
        using var second = training.Build(costs);
        Training.Load(second, Training.Save(first));
        training.Steps(second, 30);
        Checkpoints.AssertEqual(whole, second);
        Assert.Equal(0.49, whole.MeasureValues[whole.Measures.ToList().IndexOf("modulator.opening")], 1e-6);
        Assert.True(whole.IsAlarmed("width"));
    }

    [Fact]
    public void Alarm_AfterItsSteps_IsReadByTexts()
    {
        var training = Training.Of(Training.Narrow);
        var costs = Costs("""
            "monitors": { "never": { "watch": "spread(hidden1)", "floor": 1000, "steps": 5 }, "fine": { "watch": "spread(hidden1)", "floor": 0 } },
            "modulators": { "acts": "alarm.never" }
            """);
        using var society = training.Build(costs);
        var acts = new List<double>();
        for (int i = 0; i < 8; i++)
            acts.Add(training.Steps(society, 1).MeasureValues[society.Measures.ToList().IndexOf("modulator.acts")]);
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1], acts);
        Assert.False(society.IsAlarmed("fine"));
        Assert.Throws<ArgumentException>(() => society.IsAlarmed("other"));
    }

    private static CostFile Costs(string keys) => Training.Costs($$"""{ "format": 1, {{keys}}{{(keys.Length > 0 ? "," : "")}} {{Cost}} }""");

    private static Society Trained(CostFile costs, int steps, params string[] overrides)
    {
        var training = Training.Of(Training.Narrow, overrides);
        return training.Steps(training.Build(costs), steps);
    }

    /// <summary>Activity of the units of an area in one sample.</summary>
    private static float[] Row(Society society, string area, int row)
    {
        var signal = society.Signal(area);
        float[] values = new float[signal.FlattenedLength / signal.Lengths[0]];
        for (int i = 0; i < values.Length; i++)
            values[i] = signal.Rank == 2 ? signal[row, i] : signal[row, 0, i / 8, i % 8];
        return values;
    }

    private static void AssertClose(Society expected, Society actual, string projection)
    {
        var (a, b) = (expected.ReadWeights(projection), actual.ReadWeights(projection));
        var initial = Training.Of(Training.Narrow).Build().ReadWeights(projection);
        double moved = 0;
        for (int unit = 0; unit < a.Lengths[0]; unit++)
            for (int input = 0; input < a.Lengths[1]; input++)
            {
                Assert.Equal(a[unit, input], b[unit, input], 2e-5);
                moved += Math.Abs(a[unit, input] - initial[unit, input]);
            }
        Assert.True(moved > 0.01, $"nothing moved: {moved}");
    }
}
