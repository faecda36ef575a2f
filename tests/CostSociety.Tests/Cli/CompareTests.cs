using System.Text.Json;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Cli;

public class CompareTests
{
    private const string Narrow = "circuits/digits/narrow.circuit.json";

    [Fact]
    public void Compare_counts_one_seed()
    {
        using var folder = new TemporaryFolder();
        string output = CliProcess.Run(folder, "compare", Narrow, "--rules", "frozen", "--seeds", "1", "--epochs", "1").Output;
        Assert.StartsWith("digits-narrow, held out, 1 seed\n", output);
        Assert.Contains("\n1 run in ", output);
        Assert.DoesNotContain("paired", output);
    }

    [Fact]
    public void Compare_gives_what_train_gives()
    {
        using var folder = new TemporaryFolder();
        var accuracy = Quantity(CliProcess.Run(folder, "compare", Narrow, "--rules", "backprop,frozen", "--seeds", "2", "--epochs", "2", "--json"), "accuracy");
        var trained = CliProcess.Run(folder, "train", Narrow, "--epochs", "2", "--seed", "2", "--set", "learning.rule=frozen", "--json", "--no-folder").Json();
        double[] first = Values(accuracy[0]), second = Values(accuracy[1]);
        Assert.Equal(trained.GetProperty("measures").GetProperty("accuracy").GetProperty("test").GetDouble(), second[1]);
        Assert.Equal((second[0] - first[0] + second[1] - first[1]) / 2, accuracy[1].GetProperty("paired").GetProperty("mean").GetDouble(), 1e-12);
        Assert.Equal(12.7062 * Math.Abs(first[0] - first[1]) / 2, accuracy[0].GetProperty("high95").GetDouble() - accuracy[0].GetProperty("mean").GetDouble(), 1e-9);
    }

    [Fact]
    public void Set_for_reaches_one_variant_only()
    {
        using var folder = new TemporaryFolder();
        string[] common = ["compare", Narrow, "--rules", "backprop,feedback-alignment", "--seeds", "1", "--epochs", "1", "--json"];
        var plain = Quantity(CliProcess.Run(folder, common), "accuracy");
        var changed = Quantity(CliProcess.Run(folder, [.. common, "--set-for", "feedback-alignment:projections.\"hidden1 -> hidden2\".init.normal=0.1"]), "accuracy");
        Assert.Equal(Values(plain[0]), Values(changed[0]));
        Assert.NotEqual(Values(plain[1]), Values(changed[1]));
    }

    /// <summary>A cost file, a parameter of it and a whole circuit, each in a variant of its own, equal what train makes of them.</summary>
    [Fact]
    public void Variants_are_what_train_makes_of_their_overrides()
    {
        using var folder = new TemporaryFolder();
        var report = Quantity(CliProcess.Run(folder, "compare", "--seeds", "1", "--steps", "5", "--json", "--costs",
            "--variant", "plain", "--variant", "whitened", "--variant", "denser", "--variant", $"small={Narrow}",
            "--set-for", "whitened:costs=whitened.costs.json", "--set-for", "denser:costs:parameters.sparsity=0.5"), "cost.report.cost");

        Assert.Equal(["plain", "whitened", "denser", "small"], report.EnumerateArray().Select(v => v.GetProperty("variant").GetString()));
        Assert.Equal(HeldOut(folder), Values(report[0])[0]);
        Assert.Equal(HeldOut(folder, "--set", "costs=whitened.costs.json"), Values(report[1])[0]);
        Assert.Equal(HeldOut(folder, "--set", "costs:parameters.sparsity=0.5"), Values(report[2])[0]);
        Assert.Equal(HeldOut(folder, Narrow), Values(report[3])[0]);
    }

    [Fact]
    public void Measures_and_criteria_are_those_named()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "compare", "--rules", "backprop", "--seeds", "2", "--epochs", "1", "--json", "--curves",
            "--measure", "cost.v1.sparse", "--measure", "accuracy", "--reach", "accuracy=0.01", "--reach", "cost.v1.sparse=0").Json();
        Assert.Equal(["cost.v1.sparse", "accuracy"], result.GetProperty("quantities").EnumerateArray().Select(q => q.GetProperty("name").GetString()));
        var criteria = result.GetProperty("criteria");
        Assert.Equal([1297, 1297], criteria[0].GetProperty("variants")[0].GetProperty("samples").EnumerateArray().Select(s => s.GetInt32()));
        Assert.Equal(2, criteria[1].GetProperty("variants")[0].GetProperty("never").GetInt32());
        Assert.NotEqual(0, result.GetProperty("variants")[0].GetProperty("runs")[1].GetProperty("curves")[0].GetProperty("values").GetArrayLength());
    }

    [Fact]
    public void Unknown_measure_is_suggested()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "compare", Narrow, "--measure", "acuracy");
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal("error: no variant has a measure or cost term 'acuracy'; did you mean 'accuracy'? there are cost.report.cost, accuracy", result.Errors);
    }

    [Fact]
    public void Report_is_one_page_with_the_command_line()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "compare", Narrow, "--rules", "backprop,frozen", "--seeds", "2", "--epochs", "1", "--report", "it's.html");
        Assert.EndsWith("report it's.html\n", result.Output);
        Assert.Equal(["it's.html"], folder.Names());
        string page = File.ReadAllText(folder["it's.html"]);
        Assert.Contains(System.Net.WebUtility.HtmlEncode($@"costsociety compare {Narrow} --rules backprop,frozen --seeds 2 --epochs 1 --report 'it'\''s.html'"), page);
        Assert.Contains("\"low\":[", page);
    }

    [Fact]
    public void Stopped_comparison_prints_nothing()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        var stopped = CliProcess.Run(folder, line => line.StartsWith("1/"), "compare", Narrow, "--rules", "backprop", "--seeds", "10000", "--steps", "5", "--report", "page.html");
        Assert.Equal((1, ""), (stopped.ExitCode, stopped.Output));
        Assert.Empty(folder.Names());
    }

    private static double HeldOut(TemporaryFolder folder, params string[] arguments) =>
        CliProcess.Run(folder, ["train", "--steps", "5", "--json", "--no-folder", .. arguments]).Json()
            .GetProperty("costs").GetProperty("report").GetProperty("terms").GetProperty("cost").GetProperty("heldOut").GetDouble();

    private static JsonElement Quantity(CliResult result, string name) =>
        result.Json().GetProperty("quantities").EnumerateArray().Single(q => q.GetProperty("name").GetString() == name).GetProperty("variants");

    private static double[] Values(JsonElement variant) => [.. variant.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
}
