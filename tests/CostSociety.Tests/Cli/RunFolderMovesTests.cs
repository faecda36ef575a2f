using CostSociety.Data;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Cli;

/// <summary>A run folder stands for itself: its circuit keeps its name and its files wherever the run began.</summary>
public sealed class RunFolderMovesTests : IDisposable
{
    private const string Costs = """{ "format": 1, "costs": { "report": { "minimize": "cross_entropy(report, label)" } } }""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Circuit_WithoutANameAndWithWeightsInAFile_Resumes()
    {
        Write("\"init\": { \"file\": \"first.npy\" }", "digits");
        Npy.Save(_folder["first.npy"], [10, 64], new float[640]);

        var first = CliProcess.Run(_folder, "train", "nameless.circuit.json", "--steps", "3", "--out", "run");
        var resumed = CliProcess.Run(_folder, "train", "--resume", "run", "--steps", "5");

        Assert.True(first.ExitCode == 0, first.Errors);
        Assert.True(resumed.ExitCode == 0, resumed.Errors);
        Assert.Contains("\"name\": \"nameless\"", File.ReadAllText(_folder["run/circuit.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.npy", "error COST3009: there is no file 'missing.npy'")]
    [InlineData("small.npy", "error COST3018: 'small.npy', the first weights of 'retina -> report', has shape [2, 2]; expected [10, 64], units by inputs")]
    [InlineData("nameless.circuit.json", "error COST3010: cannot read the first weights: nameless.circuit.json: not an .npy file")]
    public void FirstWeights_ThatDoNotFit_AreRefusedByCheck(string file, string expected)
    {
        Write($"\"init\": {{ \"file\": \"{file}\" }}", "digits");
        Npy.Save(_folder["small.npy"], [2, 2], new float[4]);

        var result = CliProcess.Run(_folder, "check", "nameless.circuit.json");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("compare")]
    public void Host_CircuitsCannotBeTrainedHere_AndSaySo(string command)
    {
        File.WriteAllText(_folder["host.costs.json"], Costs.Replace("cross_entropy(report, label)", "mean(square(report))", StringComparison.Ordinal));
        File.WriteAllText(_folder["host.circuit.json"], """
            { "format": 1, "streams": { "x": { "source": "host", "shape": [2] } }, "areas": { "eye": { "reads": "x" }, "report": { "units": 2, "activation": "tanh" } },
              "projections": { "eye -> report": {} }, "measures": { "m": "batch_mean(mean(report))" }, "costs": "host.costs.json" }
            """);

        var result = CliProcess.Run(_folder, command == "train" ? ["train", "host.circuit.json", "--no-folder"] : ["compare", "host.circuit.json", "--seeds", "1"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error: the host supplies every stream of this circuit", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3:400", "the rows 0 to 3; '3:400' goes further")]
    [InlineData("0:4", "the split leaves no row to measure")]
    public void Split_OfASource_StaysInsideIt(string split, string expected)
    {
        File.WriteAllText(_folder["table.csv"], "a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n");
        File.WriteAllText(_folder["t.costs.json"], Costs);
        File.WriteAllText(_folder["t.circuit.json"], $$"""
            { "format": 1, "sources": { "t": { "csv": "table.csv", "label": "kind", "split": "{{split}}" } },
              "streams": { "x": { "source": "t", "field": "values" }, "label": { "source": "t", "encode": "one-hot" } },
              "areas": { "eye": { "reads": "x" }, "report": { "units": 2, "activation": "softmax" } }, "projections": { "eye -> report": {} }, "costs": "t.costs.json" }
            """);

        Assert.Contains(expected, CliProcess.Run(_folder, "check", "t.circuit.json").Errors, StringComparison.Ordinal);
    }

    private void Write(string projection, string source)
    {
        File.WriteAllText(_folder["nameless.costs.json"], Costs);
        File.WriteAllText(_folder["nameless.circuit.json"], $$"""
            { "format": 1, "streams": { "image": { "source": "{{source}}" }, "label": { "source": "{{source}}", "encode": "one-hot" } },
              "areas": { "retina": { "reads": "image" }, "report": { "units": 10, "activation": "softmax" } },
              "projections": { "retina -> report": { {{projection}} } }, "costs": "nameless.costs.json" }
            """);
    }
}
