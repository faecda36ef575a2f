using System.Text.Json;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Cli;

public class BenchTests
{
    [Theory]
    [InlineData("backprop", 3 * (20 * 12 + 12 * 8 + 8 * 5) - 20 * 12)]
    [InlineData("frozen", 20 * 12 + 12 * 8 + 8 * 5 + 8 * 5)]
    public void Numbers_agree_with_each_other(string rule, int multiplyAdds)
    {
        var json = Bench("--sizes", "20-12-8-5", "--batch", "16", "--threads", "1", "--steps", "200", "--rule", rule);
        double time = json.GetProperty("microsecondsPerStep").GetProperty("p10").GetDouble();
        double gflops = Number(json, "gflops");
        Assert.Equal(multiplyAdds, json.GetProperty("multiplyAddsPerSample").GetInt32());
        Assert.Equal(2.0 * multiplyAdds * 16 / time / 1000, gflops, 1e-6);
        Assert.Equal(16e6 / time, Number(json, "samplesPerSecond"), 1);
        Assert.Equal(100 * gflops / Number(json, "peakGflops"), Number(json, "percentOfPeak"), 1e-6);
        Assert.InRange(Number(json, "percentOfPeak"), 0.001, 100);
        Assert.True(time <= json.GetProperty("microsecondsPerStep").GetProperty("median").GetDouble());
        Assert.Equal((100, 2), (json.GetProperty("blocks").GetInt32(), json.GetProperty("stepsPerBlock").GetInt32()));
    }

    [Theory]
    [InlineData("sgd", "tanh")]
    [InlineData("momentum", "relu")]
    [InlineData("adam", "tanh")]
    [InlineData("manhattan", "relu")]
    public void Work_is_real_and_allocates_nothing(string update, string activation)
    {
        var json = Bench("--sizes", "20-32-5", "--batch", "16", "--threads", "2", "--steps", "400", "--update", update, "--activation", activation);
        Assert.Equal(0, Number(json, "bytesAllocatedPerStep"));
        Assert.InRange(Number(json, "lastLoss"), 0, 0.9 * Number(json, "firstLoss"));
        Assert.Equal((update, activation, 2), (json.GetProperty("update").GetString(), json.GetProperty("activation").GetString(), json.GetProperty("threads").GetInt32()));
    }

    [Fact]
    public void Table_names_what_was_measured()
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, "bench", "--sizes", "20-5", "--batch", "4", "--threads", "1", "--steps", "3");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.StartsWith("20-5, relu, batch 4, rule backprop, update momentum, 1 thread\n", result.Output);
        Assert.Contains("3 blocks of 1 step,", result.Output);
    }

    [Theory]
    [InlineData("--sizes 784", "--sizes takes two or more whole numbers from 1 to 16384 with dashes between, such as 784-512-10, got '784'")]
    [InlineData("--sizes 784-x-10", "--sizes takes two or more whole numbers from 1 to 16384 with dashes between, such as 784-512-10, got '784-x-10'")]
    [InlineData("--sizes 784-0-10", "--sizes takes two or more whole numbers from 1 to 16384 with dashes between, such as 784-512-10, got '784-0-10'")]
    [InlineData("--batch 0", "--batch takes a whole number from 1 to 16384, got 0")]
    [InlineData("--steps 0", "--steps takes a whole number from 1, got 0")]
    [InlineData("--rule local", "--rule: there is no learning rule 'local' here; there are backprop, feedback-alignment, sign-symmetric, frozen")]
    [InlineData("--update adamw", "--update: there is no update 'adamw' here; there are sgd, momentum, adam, manhattan")]
    [InlineData("--activation gelu", "--activation: there is no activation 'gelu' here; there are tanh, relu")]
    public void Wrong_flags_are_explained(string line, string message)
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, ["bench", .. line.Split(' ')]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal($"error: {message}\nsee: costsociety bench --help", result.Errors);
    }

    private static JsonElement Bench(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var result = CliProcess.Run(folder, ["bench", "--json", .. arguments]);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        return result.Json();
    }

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}
