using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Cli;

public class CommandLineTests
{
    private const string Wrong = """
        {
          "format": 1,
          "aeras": { "retina": { "units": 4 } }
        }
        """;

    [Theory]
    [InlineData("sing")]
    [InlineData("train --steps many")]
    [InlineData("train --steps 0")]
    [InlineData("train --steps 1 --epochs 1")]
    [InlineData("train --executor opencl")]
    [InlineData("train --resume run --out other")]
    [InlineData("compare --rules magic")]
    [InlineData("compare --rules backprop --set-for frozen:learning.batch=1")]
    public void Usage_errors_end_with_2(string line)
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, line.Split(' '));
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("error: ", result.Errors);
        Assert.Contains("--help", result.Errors);
        Assert.Empty(folder.Names());
    }

    [Theory]
    [InlineData("train")]
    [InlineData("check")]
    [InlineData("inspect")]
    [InlineData("compare")]
    [InlineData("lesion")]
    [InlineData("export")]
    [InlineData("data")]
    [InlineData("bench")]
    public void Help_has_an_example(string verb)
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, verb, "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"Example: costsociety {verb}", result.Output);
    }

    [Fact]
    public void Executor_of_a_later_version_is_named()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "train", "--executor", "opencl");
        Assert.Equal("error: the executor 'opencl' is not in this version; use --executor simd\nsee: costsociety train --help", result.Errors);
    }

    [Theory]
    [InlineData("trian", "error: unknown command 'trian'; did you mean 'train'?\nsee: costsociety --help")]
    [InlineData("sing", "error: unknown command 'sing'; there are train, check, inspect, compare, lesion, export, data, bench\nsee: costsociety --help")]
    [InlineData("data gte", "error: unknown command 'gte'; did you mean 'get'?\nsee: costsociety data --help")]
    [InlineData("data get", "error: Required argument 'SET' missing for command: 'get'.\nsee: costsociety data get --help")]
    [InlineData("train --sed", "error: unknown option '--sed'; did you mean '--seed'?\nsee: costsociety train --help")]
    [InlineData("train --seed abc", "error: --seed takes a whole number from 0 to 9007199254740991, got 'abc'\nsee: costsociety train --help")]
    [InlineData("train --epochs 99999999999", "error: --epochs takes a whole number from 1 to 2147483647, got '99999999999'\nsee: costsociety train --help")]
    [InlineData("train --threads 1.5", "error: --threads takes a whole number from 0 to 1024, got '1.5'\nsee: costsociety train --help")]
    [InlineData("compare --seeds 0", "error: --seeds takes a whole number from 1 to 10000, got '0'\nsee: costsociety compare --help")]
    [InlineData("compare --variant a --variant a", "error: --variant names 'a' 2 times; name each variant once\nsee: costsociety compare --help")]
    [InlineData("compare --variant a --rules frozen", "error: --variant and --rules exclude each other; --set-for NAME:learning.rule=RULE gives a variant its rule\nsee: costsociety compare --help")]
    [InlineData("compare --variant a --set-for b:learning.batch=1", "error: --set-for b:learning.batch=1: begin with one of the variants and a colon, such as a:KEY=VALUE\nsee: costsociety compare --help")]
    [InlineData("compare --variant a:b", "error: --variant a:b: expected NAME or NAME=CIRCUIT, and no colon in the name\nsee: costsociety compare --help")]
    [InlineData("compare --reach accuracy", "error: --reach takes NAME=VALUE, such as accuracy=0.9 or 'cost.v1.cost<=0.02', got 'accuracy'\nsee: costsociety compare --help")]
    [InlineData("compare --rules frozen,backprop,frozen", "error: --rules names 'frozen' 2 times; name each rule once\nsee: costsociety compare --help")]
    public void Usage_errors_say_what_is_expected(string line, string message)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(message, CliProcess.Run(folder, line.Split(' ')).Errors);
    }

    [Theory]
    [InlineData("check circuits/digits/narow.circuit.json", "did you mean 'narrow.circuit.json'? known here: autoencoder.circuit.json, ")]
    [InlineData("check --set costs=whitend.costs.json", "did you mean 'whitened.costs.json'? known here: autoencoder.costs.json, ")]
    public void Misspelled_shipped_file_is_suggested(string line, string hint)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("hint: " + hint, CliProcess.Run(folder, line.Split(' ')).Errors);
    }

    [Fact]
    public void Wrong_file_is_explained()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["wrong.circuit.json"], Wrong);
        var result = CliProcess.Run(folder, "check", "wrong.circuit.json");
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("wrong.circuit.json:3:4: error COST3003: ", result.Errors);
        Assert.Contains("hint: did you mean 'areas'?", result.Errors);
        Assert.Equal(1, CliProcess.Run(folder, "train", "wrong.circuit.json").ExitCode);
    }

    [Fact]
    public void Wrong_text_is_explained_as_json()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "check", "--json", "--set", "costs:costs.v1.minimize.sparse=mean(abs(v2))");
        Assert.Equal(1, result.ExitCode);
        var json = result.Json();
        Assert.False(json.GetProperty("ok").GetBoolean());
        Assert.Equal("COST2003", json.GetProperty("diagnostics")[0].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("society")]
    [InlineData("narrow")]
    public void Check_sums_up(string circuit)
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "check", $"circuits/digits/{circuit}.circuit.json");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Golden.Verify($"Cli/check-{circuit}", result.Output);
    }

    [Theory]
    [InlineData("society")]
    [InlineData("narrow")]
    public void Inspect_shows_derivatives_and_passes(string circuit)
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "inspect", $"circuits/digits/{circuit}.circuit.json");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Golden.Verify($"Cli/inspect-{circuit}", result.Output);
    }

    [Fact]
    public void Inspect_writes_operations()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "inspect", "--operations");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Golden.Verify("Cli/operations-society", result.Output);
    }

    [Fact]
    public void Inspect_writes_listing_and_floorplan()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "inspect", "--listing", "--floorplan", "plan.svg");
        Assert.Contains("; retina -> v1.weight", result.Output);
        Assert.Equal("floorplan plan.svg", result.Errors);
        Assert.StartsWith("<svg", File.ReadAllText(folder["plan.svg"]));
    }
}
