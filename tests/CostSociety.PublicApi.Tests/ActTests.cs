using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.PublicApi.Tests;

/// <summary>Acting: the state of lanes and the clock move on, and nothing is learned.</summary>
public sealed class ActTests
{
    private const string CircuitJson = """
        {
          "format": 1,
          "name": "memory",
          "streams": { "x": { "source": "host", "shape": [2] }, "y": { "source": "host", "shape": [2] } },
          "areas": { "eye": { "reads": "x" }, "out": { "units": 2, "dynamics": "DYNAMICS" } },
          "projections": { "eye -> out": { "init": { "constant": 1 } } },
          "learning": { "update": { "kind": "sgd", "rate": 0.1 }, "batch": 3, "seed": 3 },
          "costs": "memory.costs.json"
        }
        """;

    private const string CostsJson = """
        { "format": 1, "costs": { "out": { "minimize": { "miss": "mse(out, y)", "calm": "0 * mean(previous(out))" }, "teaches": "upstream" } } }
        """;

    private const string Leaky = "v = 0.5 * v + basal; activity = v";

    [Fact]
    public void TwoActs_InARow_SeeTheStateOfTheFirst()
    {
        using var society = Build(Leaky);
        var action = new float[2];

        society.Act([1, 2], action);
        Assert.Equal([3, 3], action);
        society.Act([1, 2], action);
        Assert.Equal([4.5f, 4.5f], action);
        society.Predict([1, 2], action);
        Assert.Equal([5.25f, 5.25f], action);
        society.Predict([1, 2], action);
        Assert.Equal([5.25f, 5.25f], action);
        society.Act([0, 0], action);
        Assert.Equal([2.25f, 2.25f], action);
        Assert.Equal((3, 0, 0), (society.Clock, society.Age, society.Samples));
    }

    [Fact]
    public void Act_OfFewerSamples_LeavesTheOtherLanes()
    {
        using var society = Build(Leaky);
        float[] three = new float[6], one = new float[2];
        society.Act([1, 0, 2, 0, 3, 0], three);
        Assert.Equal([1, 1, 2, 2, 3, 3], three);
        society.Act([0, 0], one);
        society.Act([0, 0, 0, 0, 0, 0], three);
        Assert.Equal([0.25f, 0.25f, 1, 1, 1.5f, 1.5f], three);
    }

    [Fact]
    public void Act_LearnsNothing_AndStepsGoOnFromItsState()
    {
        using var society = Build(Leaky);
        float[] weights = society.ReadWeights("eye -> out").ToArray(), action = new float[2];
        society.Act([1, 1], action);
        Assert.Equal(weights, society.ReadWeights("eye -> out").ToArray());

        society.Step([1, 1], [3, 3]);

        // v = 0.5 * 2 + 2 = 3, as the target says: nothing to learn.
        Assert.Equal(0, society.CostValues[0]);
        Assert.Equal(weights, society.ReadWeights("eye -> out").ToArray());
        society.Act([0, 0], action);
        Assert.Equal([1.5f, 1.5f], action);
        Assert.Equal(0, society.CostValues[0]);
        Assert.Equal((3, 1), (society.Clock, society.Age));
    }

    [Fact]
    public void Acts_SavedAndLoaded_GoOnWithTheSameState()
    {
        using var society = Build(Leaky + " + 0.01 * noise.normal(0, 1)");
        using var other = Build(Leaky + " + 0.01 * noise.normal(0, 1)");
        float[] a = new float[2], b = new float[2];
        for (int i = 0; i < 5; i++)
            society.Act([i, 1], a);
        using var saved = new MemoryStream();
        society.Save(saved);
        saved.Position = 0;
        other.Load(saved);
        Assert.Equal(5, other.Clock);
        for (int i = 0; i < 3; i++)
        {
            society.Act([1, i], a);
            other.Act([1, i], b);
            Assert.Equal(a, b);
        }
    }

    [Fact]
    public void Act_WithNothingToRemember_IsAPrediction()
    {
        using var society = Society.Build(Host.Circuit());
        Host.Train(society, 3);
        var (x, _) = Host.Samples(1);
        float[] acted = new float[8], predicted = new float[8];
        society.Act(x, acted);
        society.Predict(x, predicted);
        Assert.Equal(predicted, acted);
        Assert.Equal((4, 3), (society.Clock, society.Age));
    }

    [Fact]
    public void Act_KeepsWhatACostRemembers()
    {
        using var society = Build("basal", CostsJson.Replace("0 * mean(previous(out))", "mean(previous(out))", StringComparison.Ordinal));
        society.Act([1, 2], new float[2]);
        society.Set("x", [5, 5]);
        society.Set("y", [0, 0]);
        society.Predict(1);
        Assert.Equal(3, society.CostValues[1]);
    }

    [Fact]
    public void Signal_AfterAnAct_IsItsActivity()
    {
        using var society = Build(Leaky);
        society.Act([1, 2], new float[2]);
        Assert.Equal(3, society.Signal("out")[0, 1]);
        Assert.Equal(2, society.Signal("eye")[0, 1]);
    }

    [Fact]
    public void Act_GivenAWrongSize_MovesNothing()
    {
        using var society = Build(Leaky);
        Assert.Throws<ArgumentException>(() => society.Act([1, 2], new float[3]));
        Assert.Throws<ArgumentException>(() => society.Act([1, 2, 3], new float[2]));
        Assert.Equal(0, society.Clock);
        Assert.Throws<InvalidOperationException>(() => society.Signal("out")[0, 0]);
    }

    private static Society Build(string dynamics, string costs = CostsJson)
    {
        var diagnostics = new Diagnostics();
        var circuit = Circuit.Parse(
            new SourceText("memory.circuit.json", CircuitJson.Replace("DYNAMICS", dynamics, StringComparison.Ordinal)),
            new SourceText("memory.costs.json", costs), overrides: null, diagnostics);
        diagnostics.ThrowIfErrors();
        return Society.Build(circuit!);
    }
}
