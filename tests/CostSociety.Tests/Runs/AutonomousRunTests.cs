using CostSociety.Circuits;
using CostSociety.Data;
using CostSociety.Fabric.Simd;
using CostSociety.Language;
using CostSociety.Runs;
using CostSociety.Tests.Laws;

namespace CostSociety.Tests.Runs;

/// <summary>A circuit without streams draws its own samples.</summary>
public sealed class AutonomousRunTests
{
    private const string Text = """
        { "format": 1, "name": "line",
          "areas": {
            "x": { "units": 1, "dynamics": "noise.uniform(-1, 1)" },
            "y": { "units": 1, "dynamics": "3 * basal - 1" },
            "guess": { "units": 1, "activation": "linear" } },
          "projections": { "x -> y": { "init": { "constant": 1 }, "plastic": false }, "x -> guess": {} },
          "learning": { "batch": 20, "update": { "kind": "sgd", "rate": 0.1 } },
          "run": { "epochs": 3, "samples": 1010 },
          "measures": { "error": "batch_mean(abs(guess - y))" },
          "costs": "line.costs.json" }
        """;

    private const string Costs = """{ "format": 1, "costs": { "guess": { "minimize": "square(guess - y)" } } }""";

    [Fact]
    public void Run_WithoutStreams_LearnsFromWhatItDraws()
    {
        var circuit = Parse();
        using var society = Build(circuit);
        var result = new TrainingRun(circuit, society).Run();
        Assert.Equal((3 * 51, 3 * 1010), (result.Steps, result.Samples));
        Assert.Equal(3, society.ReadWeights("x -> guess")[0, 0], 3);
        Assert.True(result.Measures[0].Train < 0.01, $"error {result.Measures[0].Train}");
        Assert.True(double.IsNaN(result.Measures[0].Test));
    }

    [Fact]
    public void Run_WithoutStreams_ResumesBitForBit()
    {
        var circuit = Parse();
        var training = new Training(circuit);
        using var whole = training.Steps(Build(circuit), 90);
        using var first = training.Steps(Build(circuit), 40);
        using var second = Build(circuit);
        Training.Load(second, Training.Save(first));
        training.Steps(second, 50);
        Assert.Equal(Training.Save(whole), Training.Save(second));
    }

    [Fact]
    public void Rows_WithoutStreams_AreAHundredSteps()
    {
        var streams = CircuitStreams.Open(Parse() is var c ? c with { Run = c.Run with { Samples = null } } : null!);
        Assert.Equal((2000, 0), (streams.Rows(DataSplit.Train), streams.Rows(DataSplit.Test)));
    }

    private static Society Build(Circuit circuit) => Society.Build(circuit, new SimdExecutor(1));

    internal static Circuit Parse()
    {
        var diagnostics = new Diagnostics();
        var circuit = Circuit.Parse(new SourceText("line.circuit.json", Text), new SourceText("line.costs.json", Costs), [], diagnostics);
        diagnostics.ThrowIfErrors();
        return circuit!;
    }
}
