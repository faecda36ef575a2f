using CostSociety.Circuits;
using CostSociety.Data;
using CostSociety.Language;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Circuits;

/// <summary>Values of the format that the shipped circuits do not use.</summary>
public class CircuitReaderTests
{
    private const string Everything = """
        {
          "format": 1,
          "streams": {
            "input": { "source": "host", "shape": [2, 5, 5] },
            "image": { "source": "digits", "split": "0:1000:2", "scale": -2 },
            "label": { "source": "digits", "field": "label", "split": "0:1000:2" }
          },
          "areas": {
            "eye": { "reads": "input" },
            "a": { "shape": [3, 2, 2], "activation": "relu", "class": "c", "rule": "frozen", "update": { "kind": "adam", "beta1": "0.9" } },
            "b": { "units": 7, "dynamics": "basal + apical + gain", "variables": { "gain": 0.5, "bias": -1 }, "notes": "n" },
            "one": { "shape": [4], "activation": "linear" }
          },
          "projections": {
            "eye->a": { "patch": { "size": 3, "stride": 2, "padding": 0 }, "init": { "uniform": 2, "fan": "out" }, "plastic": false },
            "a  ->  b.basal": { "init": { "orthogonal": 1.5 }, "update": { "rate": "0.1" }, "rule": { "feedback": { "zero": true } } },
            "b -> a.apical": { "transpose": "a->b", "delay": 2 },
            "b -> b.lateral": { "init": { "constant": 0.25 }, "delay": 1, "across": "steps" },
            "a -> one": { "init": { "file": "w.npy" } },
            "b -> one": { "init": { "zero": true }, "rule": { "name": "sign-symmetric" } }
          },
          "learning": { "rule": { "name": "feedback-alignment", "feedback": { "normal": 1.0, "fan": "out" } }, "update": "momentum", "batch": 65536, "presentations": 16, "seed": 9007199254740991 },
          "schedule": [{ "phase": "minus", "ticks": 20 }, { "phase": "plus" }],
          "measures": { "error": "batch_mean(mean(b))" },
          "costs": "x.costs.json",
          "run": { "steps": 5, "checkpoint": "every 2 epochs", "measure": "every 10 steps" }
        }
        """;

    private const string Costs = """
        { "format": 1, "parameters": { "k": "input" }, "costs": { "b": { "minimize": "mean(b)", "weight": 2.5, "teaches": ["a->b.basal", "upstream"] } },
          "development": [ { "stage": "all", "plastic": [] } ] }
        """;

    private static readonly Circuit _circuit = Read();

    [Fact]
    public void Streams_KeepShapeScaleAndSplit()
    {
        Assert.Equal((50, "host"), (_circuit.Streams[0].Width, _circuit.Streams[0].Source));
        Assert.Equal(("image", -2, "0:1000:2"), (_circuit.Streams[1].Field, _circuit.Streams[1].Scale, _circuit.Streams[1].Split));
        Assert.Equal((1, false), (_circuit.Streams[2].Width, _circuit.Streams[2].OneHot));
    }

    [Fact]
    public void Areas_KeepRuleUpdateAndVariables()
    {
        Assert.Equal(new[] { 2, 5, 5 }, _circuit.Areas[0].Shape);
        Assert.Equal(("c", "frozen", "adam"), (_circuit.Areas[1].Class, _circuit.Areas[1].Rule!.Name, _circuit.Areas[1].Update!.Kind));
        Assert.Equal([("gain", 0.5), ("bias", -1)], _circuit.Areas[2].Variables.Select(v => (v.Name, v.Initial)));
    }

    [Fact]
    public void Projections_HaveCanonicalNamesAndEveryInit()
    {
        Assert.Equal(["eye -> a", "a -> b", "b -> a.apical", "b -> b.lateral", "a -> one", "b -> one"], _circuit.Projections.Select(p => p.Name));
        Assert.Equal(["uniform", "orthogonal", "normal", "constant", "file", "zero"], _circuit.Projections.Select(p => p.Init.Kind));
        Assert.Equal((true, false, 2), (_circuit.Projections[0].Init.FanOut, _circuit.Projections[0].Plastic, _circuit.Projections[0].Patch!.Stride));
        Assert.Equal(("a -> b", 2, false), (_circuit.Projections[2].Transpose, _circuit.Projections[2].Delay, _circuit.Projections[2].AcrossSteps));
        Assert.Equal(("w.npy", true), (_circuit.Projections[4].Init.File, _circuit.Projections[3].AcrossSteps));
    }

    [Fact]
    public void Rules_LeaveOutWhatTheOuterOneSays()
    {
        Assert.Equal(("feedback-alignment", "zero"), (_circuit.Projections[1].Rule!.Name, _circuit.Projections[1].Rule!.Feedback!.Kind));
        Assert.Equal(("momentum", "0.1"), (_circuit.Projections[1].Update!.Kind, _circuit.Projections[1].Update!.Parameters["rate"].Text));
        Assert.Equal(("sign-symmetric", null), (_circuit.Projections[5].Rule!.Name, _circuit.Projections[5].Rule!.Feedback));
    }

    [Fact]
    public void LearningScheduleAndRun_KeepWhatTheFileSays()
    {
        Assert.Equal((65536, 16, 9007199254740991UL), (_circuit.Learning.Batch, _circuit.Learning.Presentations, _circuit.Learning.Seed));
        Assert.Equal([("minus", 20), ("plus", 1)], _circuit.Schedule.Select(p => (p.Name, p.Ticks)));
        Assert.Equal((null, 5, 0, 2, 10), (_circuit.Run.Epochs, _circuit.Run.Steps, _circuit.Run.CheckpointEverySteps, _circuit.Run.CheckpointEveryEpochs, _circuit.Run.MeasureEverySteps));
    }

    [Fact]
    public void Costs_TextIsTheTermCost()
    {
        var cost = Assert.Single(_circuit.Costs.Costs);

        Assert.Equal(("cost", "2.5"), (Assert.Single(cost.Terms).Name, cost.Weight.Text));
        Assert.Equal(["a -> b", "upstream"], cost.Teaches.Select(t => t.Name));
        Assert.Empty(Assert.Single(_circuit.Costs.Development).Plastic!);
    }

    [Fact]
    public void Load_MissingFile_NamesSimilarOnes()
    {
        var error = Assert.Throws<CostSocietyException>(() => Circuit.Load(Repository.PathOf("circuits", "digits", "societ.circuit.json")));

        Assert.Contains("did you mean 'society.circuit.json'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TooLargeFile_SaysSoWithoutReadingIt()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, 1, FileOptions.DeleteOnClose);
        file.SetLength(JsonParser.LargestFile + 1);
        var diagnostics = new Diagnostics();

        var circuit = Circuit.TryLoad(path, null, diagnostics);

        Assert.Null(circuit);
        Assert.Equal(FileErrors.Unreadable, Assert.Single(diagnostics.Items).Id);
    }

    [Fact]
    public void Load_FromTheDiskAndFromTheInside_GiveTheSame() =>
        Assert.Equal(CircuitText.Write(Circuit.Load("circuits/digits/deep.circuit.json")),
            CircuitText.Write(Circuit.Load(Repository.PathOf("circuits", "digits", "deep.circuit.json"))));

    private static Circuit Read()
    {
        using var folder = new TemporaryFolder();
        Npy.Save(folder["w.npy"], [4, 12], new float[48]);
        var diagnostics = new Diagnostics();
        var circuit = Circuit.Parse(new SourceText(folder["x.circuit.json"], Everything), new SourceText("x.costs.json", Costs), null, diagnostics);
        Assert.Equal("", string.Join("\n", diagnostics.Items.Select(DiagnosticText.Render)));
        return circuit!;
    }
}
