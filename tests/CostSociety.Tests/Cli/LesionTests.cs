using System.Text.Json;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Cli;

public class LesionTests
{
    [Fact]
    public void Lesion_of_a_run_is_the_influence_that_train_reports()
    {
        using var folder = new TemporaryFolder();
        var trained = CliProcess.Run(folder, "train", "--steps", "20", "--out", "run", "--lesions", "--json").Json().GetProperty("influence");
        var lesion = CliProcess.Run(folder, "lesion", "run", "--json").Json();
        Assert.Equal(20, lesion.GetProperty("steps").GetInt32());
        Assert.True(JsonElement.DeepEquals(trained.GetProperty("quantities"), lesion.GetProperty("quantities")));
        Assert.Contains("<h2 id=\"influence\">", File.ReadAllText(folder["run/report.html"]));
    }

    [Fact]
    public void Lesion_prints_areas_by_quantities()
    {
        using var folder = new TemporaryFolder();
        CliProcess.Run(folder, "train", "--steps", "20", "--out", "run");
        string[] lines = CliProcess.Run(folder, "lesion", "run", "--all").Output.Split('\n');
        Assert.Equal("change of each value, held out", lines[0]);
        Assert.Equal(["area", "held", "at", "0", "cost.v1.reconstruct", "cost.v1.sparse", "cost.report.cost", "accuracy"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["(none)", "retina", "v1", "it", "report"], lines[3..8].Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]));
        Assert.Contains("-100.0 %", string.Join('\n', lines));
    }

    [Fact]
    public void Lesion_of_no_run_is_explained()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "lesion", "nowhere");
        Assert.Equal((1, "error: 'nowhere' is not the folder of a run: it has no run.json"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public void Compare_with_lesions_has_an_influence_for_each_variant()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "compare", "--rules", "backprop,frozen", "--seeds", "2", "--steps", "5", "--lesions", "--report", "page.html");
        Assert.Contains("backprop, mean over seeds: change of each value, held out\n", result.Output);
        Assert.Contains("frozen, mean over seeds: change as a share of the intact value\n", result.Output);
        Assert.Contains("<caption>frozen, mean over seeds, held out</caption>", File.ReadAllText(folder["page.html"]));
    }
}
