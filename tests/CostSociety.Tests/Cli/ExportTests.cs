using System.Diagnostics;
using CostSociety.Data;
using CostSociety.Runs;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Cli;

/// <summary>One short run, and everything that can be got out of it.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ExportTests()
    {
        var result = CliProcess.Run(_folder, "train", "--steps", "3", "--out", "run");
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Errors));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Npy_WritesEveryBankInLogicalLayout()
    {
        var json = CliProcess.Run(_folder, "export", "run", "--npy", "weights", "--json").Json().GetProperty("arrays").EnumerateArray().ToList();

        var files = json.ToDictionary(a => a.GetProperty("name").GetString()!, a => a.GetProperty("file").GetString()!);
        var checkpoint = Safetensors.Load(_folder["run/checkpoints/step-000000003.safetensors"]);
        var bank = Npy.Load(_folder[files["v1 -> it.weight"]]);
        Assert.Equal("weights/v1-to-it.weight.npy", files["v1 -> it.weight"]);
        Assert.Equal([32, 288], bank.Shape);
        Assert.Equal(checkpoint["v1 -> it.weight"].Floats(), bank.Values);
        Assert.Equal(files.Count, Directory.GetFiles(_folder["weights"]).Length);
        Assert.All(Directory.GetFiles(_folder["weights"]), f => Assert.Matches("^[A-Za-z0-9._-]+[.]npy$", Path.GetFileName(f)));
    }

    [Fact]
    public void Only_ChoosesOneNameAndSuggestsWhenThereIsNone()
    {
        CliProcess.Run(_folder, "export", "run", "--npy", "weights", "--only", "it->report");
        var wrong = CliProcess.Run(_folder, "export", "run", "--npy", "other", "--only", "it -> reprot.weight");

        Assert.All(Directory.GetFiles(_folder["weights"]), f => Assert.StartsWith("it-to-report.", Path.GetFileName(f), StringComparison.Ordinal));
        Assert.NotEmpty(Directory.GetFiles(_folder["weights"]));
        Assert.Equal(1, wrong.ExitCode);
        Assert.StartsWith("error: the run has no array 'it -> reprot.weight'; did you mean 'it -> report.weight'?", wrong.Errors, StringComparison.Ordinal);
    }

    [NumpyFact]
    public void Numpy_OpensAnArrayWithTheLineThatIsPrinted()
    {
        string output = CliProcess.Run(_folder, "export", "run", "--npy", "weights", "--only", "v1 -> it").Output;

        string line = output.Split('\n').Single(l => l.StartsWith("open one: python3 -c ", StringComparison.Ordinal));
        Assert.Equal("(32, 288)", NumpyFactAttribute.Python(line[line.IndexOf('"')..].Trim().Trim('"'), _folder.Path));
    }

    [Fact]
    public void Fields_DrawsAPictureOfEveryMap()
    {
        var result = CliProcess.Run(_folder, "export", "run", "--fields", "retina->v1", "v1.png");

        var image = PngImageOf("v1.png");
        Assert.Equal((0, "picture v1.png\n"), (result.ExitCode, result.Output));
        Assert.Equal((3 * 32 + 2, 3 * 32 + 2), (image.Width, image.Height));
    }

    [Fact]
    public void Fields_OfWhatHasNoPicture_SaysWhy()
    {
        Assert.StartsWith("error: 'it -> report' reads 32 units in a row, not an image",
            CliProcess.Run(_folder, "export", "run", "--fields", "it -> report", "x.png").Errors, StringComparison.Ordinal);
        Assert.StartsWith("error: the circuit has no projection 'retina -> v2'; did you mean 'retina -> v1'?",
            CliProcess.Run(_folder, "export", "run", "--fields", "retina -> v2", "x.png").Errors, StringComparison.Ordinal);
        Assert.StartsWith("error: 'retina -> v1' does not read whitened pixels",
            CliProcess.Run(_folder, "export", "run", "--gabor", "retina -> v1", "--pixels").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Gabor_CountsTheFieldsThatFit()
    {
        var json = CliProcess.Run(_folder, "export", "run", "--gabor", "retina -> v1", "--json").Json().GetProperty("gabor");

        var fits = json.GetProperty("fits").EnumerateArray().Select(f => f.GetProperty("r2").GetDouble()).ToList();
        Assert.Equal((8, fits.Count(r => r >= 0.5)), (json.GetProperty("fields").GetInt32(), json.GetProperty("fitting").GetInt32()));
    }

    [Theory]
    [InlineData("export run")]
    [InlineData("export run --only v1")]
    [InlineData("export run --npy a --pixels")]
    public void Usage_WithoutAnythingToExport_EndsWith2(string line) => Assert.Equal(2, CliProcess.Run(_folder, line.Split(' ')).ExitCode);

    [Fact]
    public void Export_OfNoRun_SaysSo() =>
        Assert.Equal("error: 'nowhere' is not the folder of a run: it has no run.json", CliProcess.Run(_folder, "export", "nowhere", "--npy", "a").Errors);

    [Fact]
    public void Npy_WhereAFileIs_SaysSo()
    {
        File.WriteAllText(_folder["file"], "");

        Assert.Equal("error: cannot write 'file': it is a file, not a folder; choose another folder", CliProcess.Run(_folder, "export", "run", "--npy", "file").Errors);
        Assert.Equal("error: cannot write 'file/a': 'file' is a file, not a folder; choose another folder", CliProcess.Run(_folder, "export", "run", "--npy", "file/a").Errors);
    }

    [Theory]
    [InlineData("{}", "it has no 'format'")]
    [InlineData("[]", "it is not an object")]
    [InlineData("x", "it is not JSON from line 1 on")]
    [InlineData("{ \"format\": 1, \"seed\": \"one\" }", "its 'seed' is not a number")]
    public void Export_OfWrongFacts_SaysWhatIsWrong(string text, string reason)
    {
        File.WriteAllText(_folder["run/run.json"], text);

        Assert.Equal($"error: run/run.json does not describe a run: {reason}", CliProcess.Run(_folder, "export", "run", "--gabor", "retina -> v1").Errors);
    }

    private GreyImage PngImageOf(string name) => PngImage.Load(_folder[name]);
}
