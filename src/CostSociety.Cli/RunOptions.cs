using System.CommandLine;

namespace CostSociety.Cli;

/// <summary>Flags of commands that train.</summary>
internal sealed class RunOptions
{
    private const long LargestSeed = 9007199254740991;
    private const int MostThreads = 1024;

    private readonly Option<long?> _seed = WholeNumber.Option(
        "--seed", "Seed of everything random; short for --set learning.seed=N.", 0, LargestSeed);

    private readonly Option<long?> _epochs = WholeNumber.Option(
        "--epochs", "Passes over the training part; short for --set run.epochs=N.", 1, int.MaxValue);

    private readonly Option<long?> _steps = WholeNumber.Option(
        "--steps", "Number of steps, in place of epochs; short for --set run.steps=N.", 1, int.MaxValue);

    private readonly Option<string> _executor = new("--executor")
    {
        Description = "What runs the fabric: simd.",
        DefaultValueFactory = _ => "simd",
        HelpName = "NAME",
    };

    private readonly Option<int> _threads = WholeNumber.Option(
        "--threads", "Number of threads; 0 means one for each processor.", 0, MostThreads, without: 0);

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="withSeed">Whether a single seed can be given.</param>
    public RunOptions AddTo(Command command, bool withSeed = true)
    {
        if (withSeed)
            command.Options.Add(_seed);
        command.Options.Add(_epochs);
        command.Options.Add(_steps);
        command.Options.Add(_executor);
        command.Options.Add(_threads);
        _executor.Validators.Add(CheckExecutor);
        command.Validators.Add(r => RefuseBoth(r));
        return this;
    }

    /// <summary>Number of threads; 0 means one for each processor.</summary>
    public int Threads(ParseResult parsed) => parsed.GetValue(_threads);

    /// <summary>Whether a seed was given.</summary>
    public bool HasSeed(ParseResult parsed) => parsed.GetValue(_seed) is not null;

    /// <summary>The overrides that the flags stand for.</summary>
    public IEnumerable<string> Overrides(ParseResult parsed)
    {
        if (parsed.CommandResult.Command.Options.Contains(_seed) && parsed.GetValue(_seed) is { } seed)
            yield return $"learning.seed={seed}";
        if (parsed.GetValue(_epochs) is { } epochs)
            yield return $"run.epochs={epochs}";
        if (parsed.GetValue(_steps) is { } steps)
            yield return $"run.steps={steps}";
    }

    private static void CheckExecutor(System.CommandLine.Parsing.OptionResult result)
    {
        string name = result.Tokens.Count > 0 ? result.Tokens[0].Value : "simd";
        if (name is "opencl" or "ilgpu" or "auto")
            result.AddError($"the executor '{name}' is not in this version; use --executor simd");
        else if (name != "simd")
            result.AddError($"there is no executor '{name}'; use --executor simd");
    }

    private void RefuseBoth(System.CommandLine.Parsing.CommandResult result)
    {
        if (result.GetResult(_epochs) is { Implicit: false } && result.GetResult(_steps) is { Implicit: false })
            result.AddError("--epochs and --steps exclude each other");
    }
}
