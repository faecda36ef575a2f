using System.CommandLine;
using System.Globalization;
using CostSociety.Peers.Costs;
using CostSociety.Peers.Output;
using CostSociety.Peers.Swap;
using CostSociety.Peers.Timing;
using CostSociety.Peers.Torch;

namespace CostSociety.Peers;

/// <summary>The command line.</summary>
internal sealed class PeersCommand
{
    private static readonly string[] _allNetworks = ["64-100-10", "784-128-10", "784-512-512-10", "784-2048-2048-10"];
    private static readonly string[] _allBatches = ["1", "16", "64", "256"];
    private static readonly string[] _allUpdates = [ChainCase.Momentum, ChainCase.Adam];
    private static readonly string[] _allThreads = ["2", "1"];

    private readonly Option<string> _sizes = List("--sizes", "Units of the areas from input to readout, with dashes between.", "N-N-N");
    private readonly Option<string> _batch = List("--batch", "Samples of a step.", "N");
    private readonly Option<string> _update = List("--update", "momentum or adam.", "NAME");
    private readonly Option<string> _threads = List("--threads", "Threads of each side.", "N");
    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Seconds of timing for each case, after the warm-up.",
        DefaultValueFactory = _ => 5,
        HelpName = "S",
    };
    private readonly Option<bool> _all = new("--all")
    {
        Description = "Every network, batch, update and number of threads that the other options leave open, in one table beside the goals.",
    };
    private readonly Option<bool> _costs = new("--costs") { Description = "Instead: value and gradient of two costs, for each element." };
    private readonly Option<bool> _swap = new("--swap") { Description = "Instead: what it takes to change a loss while training." };
    private readonly Option<string> _json = new("--json") { Description = "Writes the cases to a file as well, or to standard output with -.", HelpName = "FILE" };

    private PeersCommand()
    {
    }

    /// <summary>The command.</summary>
    public static RootCommand Create()
    {
        var peers = new PeersCommand();
        var command = new RootCommand("Times whole training steps of CostSociety and of TorchSharp in turn, in one process.");
        Option[] options =
            [peers._sizes, peers._batch, peers._update, peers._threads, peers._seconds, peers._all, peers._costs, peers._swap, peers._json];
        foreach (var option in options)
            command.Options.Add(option);
        peers.AddChecks();
        command.SetAction(peers.Run);
        return command;
    }

    private static Option<string> List(string name, string description, string help) =>
        new(name) { Description = description + " Several with commas between.", HelpName = help };

    private void AddChecks()
    {
        Check(_sizes, s => s.Contains('-') && s.Split('-').All(IsCount), "numbers with dashes between, such as 784-512-10");
        Check(_batch, IsCount, "numbers from 1");
        Check(_threads, IsCount, "numbers from 1");
        Check(_update, _allUpdates.Contains, "momentum and adam");
    }

    private static void Check(Option<string> option, Func<string, bool> isValid, string takes) => option.Validators.Add(r =>
    {
        foreach (string value in r.Tokens.SelectMany(t => t.Value.Split(',')))
            if (!isValid(value))
                r.AddError($"{option.Name} takes {takes}, got '{value}'");
    });

    private static bool IsCount(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0;

    private int Run(ParseResult parsed)
    {
        Introduce();
        if (parsed.GetValue(_costs))
            return Print(() => CostTimings.Print(parsed.GetValue(_seconds)));
        if (parsed.GetValue(_swap))
            return Print(() => SwapTimings.Print(parsed.GetValue(_seconds)));
        return RunCases(parsed);
    }

    private static int Print(Action table)
    {
        try
        {
            table();
            return 0;
        }
        catch (InvalidDataException refused)
        {
            Console.Error.WriteLine($"error: {refused.Message}");
            return 1;
        }
    }

    private static void Introduce()
    {
        if (NativeTorch.Prepare() is { } changed)
            Console.Error.WriteLine($"note: {changed}");
        if (!WaitingTimes.Exist)
            Console.Error.WriteLine("note: this system has no /proc/self/schedstat, so that no block can be told to be quiet: all count");
        if (Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is null)
            Console.Error.WriteLine("note: GOMP_SPINCOUNT is not set: TorchSharp's threads spin while others are timed; start by benchmarks/peers/run");
    }

    private int RunCases(ParseResult parsed)
    {
        List<CaseResult> results = [];
        bool failed = false;
        bool toOutput = parsed.GetValue(_json) == "-";
        foreach (var chain in Cases(parsed))
            try
            {
                results.Add(CaseRun.Measure(chain, parsed.GetValue(_seconds)));
                if (!toOutput)
                    CaseTables.Print(results[^1]);
            }
            catch (Exception refused) when (refused is DifferentLossException or NonFiniteException)
            {
                Console.Error.WriteLine($"error: {chain}: {refused.Message}");
                failed = true;
            }
        if (!toOutput && parsed.GetValue(_all))
            CaseTables.PrintSummary(results);
        if (parsed.GetValue(_json) is { } file)
            CaseJson.Write(file, results);
        return failed ? 1 : 0;
    }

    private IEnumerable<ChainCase> Cases(ParseResult parsed) =>
        from update in Values(parsed, _update, _allUpdates, ChainCase.Momentum)
        from threads in Values(parsed, _threads, _allThreads, "2")
        from sizes in Values(parsed, _sizes, _allNetworks, "784-512-512-10")
        from batch in Values(parsed, _batch, _allBatches, "64")
        select new ChainCase([.. sizes.Split('-').Select(Whole)], Whole(batch), update, Whole(threads));

    private string[] Values(ParseResult parsed, Option<string> option, string[] all, string usual) =>
        parsed.GetValue(option)?.Split(',') ?? (parsed.GetValue(_all) ? all : [usual]);

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
