using System.CommandLine;
using System.Globalization;
using CostSociety.Learning;

namespace CostSociety.Cli;

/// <summary><c>costsociety bench</c>: how fast a chain of dense areas trains here, beside what the machine can do.</summary>
internal sealed class BenchCommand
{
    private const int MostUnits = 16_384;

    private static readonly string[] _updates = ["sgd", "momentum", "adam", "manhattan"];
    private static readonly string[] _activations = ["tanh", "relu"];

    private readonly Option<string> _sizes = new("--sizes") { Description = "Units of the areas from input to readout, with dashes between.", DefaultValueFactory = _ => "784-512-512-10", HelpName = "N-N-N" };
    private readonly Option<int> _batch = new("--batch") { Description = "Samples of a step.", DefaultValueFactory = _ => 64, HelpName = "N" };
    private readonly Option<string> _rule = new("--rule") { Description = "Learning rule.", DefaultValueFactory = _ => "backprop", HelpName = "NAME" };
    private readonly Option<string> _update = new("--update") { Description = "Update of the weights.", DefaultValueFactory = _ => "momentum", HelpName = "NAME" };
    private readonly Option<string> _activation = new("--activation") { Description = "Activation of the hidden areas: tanh or relu.", DefaultValueFactory = _ => "relu", HelpName = "NAME" };
    private readonly Option<int> _threads = new("--threads") { Description = "Number of threads; 0 means one for each processor.", DefaultValueFactory = _ => 0, HelpName = "N" };
    private readonly Option<int> _steps = new("--steps") { Description = "Steps to measure, after the warm-up, in up to 100 equal blocks.", DefaultValueFactory = _ => 500, HelpName = "N" };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of weights and samples.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<bool> _json = new("--json") { Description = "Prints the result as one JSON object." };

    private BenchCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var bench = new BenchCommand();
        var command = new Command("bench", "Measures how fast a chain of dense areas trains on random samples, beside the peak of the machine in the same run.\n\n"
            + "Example: costsociety bench --sizes 784-512-512-10 --batch 64 --threads 2");
        foreach (var option in new Option[] { bench._sizes, bench._batch, bench._rule, bench._update, bench._activation, bench._threads, bench._steps, bench._seed, bench._json })
            command.Options.Add(option);
        bench.AddChecks();
        command.SetAction(parsed => Guard.Run(() => bench.Run(parsed)));
        return command;
    }

    private void AddChecks()
    {
        _sizes.Validators.Add(r =>
        {
            if (r.Tokens.Count > 0 && TrySizes(r.Tokens[0].Value) is null)
                r.AddError($"--sizes takes two or more whole numbers from 1 to {MostUnits} with dashes between, such as 784-512-10, got '{r.Tokens[0].Value}'");
        });
        CheckName(_rule, "learning rule", [.. LearningRules.OfCosts]);
        CheckName(_update, "update", _updates);
        CheckName(_activation, "activation", _activations);
        CheckNumber(_batch, 1, MostUnits);
        CheckNumber(_threads, 0, 1024);
        CheckNumber(_steps, 1, int.MaxValue);
        CheckNumber(_seed, 0, int.MaxValue);
    }

    private static void CheckName(Option<string> option, string what, string[] known) => option.Validators.Add(r =>
    {
        if (r.Tokens.Count > 0 && !known.Contains(r.Tokens[0].Value))
            r.AddError($"{option.Name}: there is no {what} '{r.Tokens[0].Value}' here; there are {string.Join(", ", known)}");
    });

    private static void CheckNumber(Option<int> option, int least, int most) => option.Validators.Add(r =>
    {
        if (r.Tokens.Count > 0 && int.TryParse(r.Tokens[0].Value, out int value) && (value < least || value > most))
            r.AddError($"{option.Name} takes a whole number from {least}{(most == int.MaxValue ? "" : $" to {most}")}, got {value}");
    });

    private static int[]? TrySizes(string text)
    {
        int[] sizes = [.. text.Split('-').Select(t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0)];
        return sizes.Length >= 2 && sizes.All(n => n is >= 1 and <= MostUnits) ? sizes : null;
    }

    private int Run(ParseResult parsed)
    {
        var bench = new BenchCircuit(
            TrySizes(parsed.GetValue(_sizes)!)!, parsed.GetValue(_batch), parsed.GetValue(_rule)!, parsed.GetValue(_update)!,
            parsed.GetValue(_activation)!, (ulong)parsed.GetValue(_seed));
        var result = BenchRun.Measure(bench.Read(), parsed.GetValue(_threads), parsed.GetValue(_steps));
        if (parsed.GetValue(_json))
            PrintJson(bench, result);
        else
            PrintTable(bench, result);
        return ExitCode.Ok;
    }

    /// <summary>Billions of operations a second, two for each multiply-add.</summary>
    private static double Speed(BenchCircuit bench, double microseconds) => 2.0 * bench.MultiplyAdds * bench.Batch / microseconds / 1000;

    private static void PrintTable(BenchCircuit bench, BenchResult result)
    {
        Terminal.PrintTable(
            $"{string.Join('-', bench.Sizes)}, {bench.Activation}, batch {bench.Batch}, rule {bench.Rule}, update {bench.Update}, {Terminal.Plural(result.Threads, "thread", "threads")}",
            ["blocks", "us/step", "samples/s", "GFLOP/s", "% of peak"], 1,
            [Row("quiet tenth", result.Quiet), Row("median", result.Median)]);
        Console.Out.WriteLine($"peak {Terminal.Number(result.Peak)} GFLOP/s (multiply-adds in registers, same run, same threads)");
        Console.Out.WriteLine($"{result.Blocks} blocks of {Terminal.Plural(result.StepsOfBlock, "step", "steps")}, {Terminal.Number(result.BytesOfStep)} bytes allocated a step, loss {Terminal.Number(result.FirstLoss)} at the first step, {Terminal.Number(result.LastLoss)} at the last");

        string[] Row(string name, double time) =>
        [
            name, Terminal.Number(time), Terminal.Count(bench.Batch / time * 1e6), Terminal.Number(Speed(bench, time)),
            Terminal.Number(100 * Speed(bench, time) / result.Peak),
        ];
    }

    private static void PrintJson(BenchCircuit bench, BenchResult result) => JsonOutput.Print(json =>
    {
        json.WriteString("sizes", string.Join('-', bench.Sizes));
        json.WriteString("activation", bench.Activation);
        json.WriteNumber("batch", bench.Batch);
        json.WriteString("rule", bench.Rule);
        json.WriteString("update", bench.Update);
        json.WriteNumber("threads", result.Threads);
        json.WriteNumber("seed", bench.Seed);
        json.WriteNumber("blocks", result.Blocks);
        json.WriteNumber("stepsPerBlock", result.StepsOfBlock);
        json.Object("microsecondsPerStep", () =>
        {
            json.Number("p10", result.Quiet);
            json.Number("median", result.Median);
        });
        json.Number("samplesPerSecond", bench.Batch / result.Quiet * 1e6);
        json.WriteNumber("multiplyAddsPerSample", bench.MultiplyAdds);
        json.Number("gflops", Speed(bench, result.Quiet));
        json.Number("peakGflops", result.Peak);
        json.Number("percentOfPeak", 100 * Speed(bench, result.Quiet) / result.Peak);
        json.Number("bytesAllocatedPerStep", result.BytesOfStep);
        json.Number("firstLoss", result.FirstLoss);
        json.Number("lastLoss", result.LastLoss);
    });
}
