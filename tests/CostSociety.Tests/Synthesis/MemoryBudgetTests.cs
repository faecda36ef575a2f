using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Tests.Cli;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Synthesis;

/// <summary>What does not fit is refused before anything is allocated, and the message names it.</summary>
public sealed class MemoryBudgetTests
{
    private const string Costs = """{ "format": 1, "costs": { "b": { "minimize": "mean(square(b))" } } }""";

    [Theory]
    [InlineData(1_000, 1_000_000, "'a -> b.weight' of 1000 x 1000000 numbers takes 4120 MB")]
    [InlineData(100_000, 1_000, "'a -> b.weight' of 100000 x 1000 numbers takes 403.4 MB")]
    public void Weights_ThatDoNotFit_AreNamed(int inputs, int units, string expected)
    {
        var problem = Refusal(Make($$"""
            { "format": 1, "name": "x", "streams": { "s": { "source": "host", "shape": [{{inputs}}] } },
              "areas": { "a": { "reads": "s" }, "b": { "units": {{units}}, "activation": "linear" } },
              "projections": { "a -> b": {} }, "learning": { "batch": 1 }, "costs": "c.costs.json" }
            """));

        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.Matches(@"^c\.circuit\.json:3:21: error COST2090: the society is too large: .* more than the 100 MB allowed", problem);
        Assert.Contains("--memory", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Rings_AndIntermediateValues_Count()
    {
        string circuit = """
            { "format": 1, "name": "x", "streams": { "s": { "source": "host", "shape": [1000] } },
              "areas": { "a": { "reads": "s" }, "b": { "units": 1000, "dynamics": "DYNAMICS" } },
              "projections": { "a -> b": {} }, "learning": { "batch": 1000 }, "costs": "c.costs.json" }
            """;

        Assert.Contains("'b.previous0[1000]' of 1001 x 1000 x 1000 numbers", Refusal(Make(circuit.Replace("DYNAMICS", "basal + previous(basal, 1000)", StringComparison.Ordinal))), StringComparison.Ordinal);
        string many = string.Join(" + ", Enumerable.Range(1, 60).Select(i => $"mean(softmax({i} * basal)) * basal"));
        Assert.Contains("an intermediate value of 1000 x 1000 numbers", Refusal(Make(circuit.Replace("DYNAMICS", many, StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Fact]
    public void CommandLine_RefusesAndAccepts()
    {
        using var folder = new TemporaryFolder();

        var refused = CliProcess.Run(folder, "train", "--memory", "200kB", "--out", "run");
        var wrong = CliProcess.Run(folder, "check", "--memory", "much");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("more than the 200 kB allowed", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(folder.Names());
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("--memory takes a size such as 500MB or 2GB, got 'much'", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(0, CliProcess.Run(folder, "check", "--memory", "50 MB").ExitCode);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("1.5 mb", 1_500_000)]
    [InlineData("3kB", 3_000)]
    public void Sizes_AreRead(string text, long bytes)
    {
        Assert.True(ByteText.TryParse(text, out long read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("-1GB")]
    [InlineData("0")]
    [InlineData("1e9")]
    [InlineData("99999999999TB")]
    public void Sizes_ThatAreNone_AreRefused(string text) => Assert.False(ByteText.TryParse(text, out _));

    private static Circuit Make(string text)
    {
        var diagnostics = new Diagnostics();
        var circuit = Circuit.Parse(new SourceText("c.circuit.json", text), new SourceText("c.costs.json", Costs), null, diagnostics);
        diagnostics.ThrowIfErrors();
        return circuit! with { MemoryLimit = 100_000_000 };
    }

    private static string Refusal(Circuit circuit)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<CostSocietyException>(() => Society.Build(circuit)).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
        return message;
    }
}
