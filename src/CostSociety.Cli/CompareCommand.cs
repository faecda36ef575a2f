using System.CommandLine;
using CostSociety.Circuits;
using CostSociety.Learning;

namespace CostSociety.Cli;

/// <summary><c>costsociety compare</c>: trains a circuit under several rules and many seeds.</summary>
internal sealed class CompareCommand
{
    private const int MostSeeds = 10_000;

    private readonly CircuitOptions _circuit = new();
    private readonly RunOptions _run = new();

    private readonly Option<string> _rules = new("--rules")
    {
        Description = "Learning rules, with commas between; the others are compared with the first.",
        DefaultValueFactory = _ => string.Join(',', LearningRules.OfCosts),
        HelpName = "NAME,NAME",
    };

    private readonly Option<int> _seeds = WholeNumber.Option("--seeds", "Trains every rule with the seeds 1 to N.", 1, MostSeeds, without: 10);

    private readonly Option<string?> _measure = new("--measure") { Description = "The measure to compare, on the held-out part; the circuit's first when left out.", HelpName = "NAME" };

    private readonly Option<string[]> _setFor = new("--set-for") { Description = "Overrides a key for one rule only; may be repeated.", HelpName = "RULE:KEY=VALUE" };

    private readonly Option<bool> _json = new("--json") { Description = "Prints the result as one JSON object." };

    private CompareCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var compare = new CompareCommand();
        var command = new Command("compare", "Trains a circuit under several learning rules and seeds, in memory, and compares a held-out measure.\n\n"
            + "Example: costsociety compare circuits/digits/narrow.circuit.json --rules backprop,frozen --seeds 10");
        compare._circuit.AddTo(command);
        compare._run.AddTo(command, withSeed: false);
        foreach (var option in new Option[] { compare._rules, compare._seeds, compare._measure, compare._setFor, compare._json })
            command.Options.Add(option);
        compare.AddChecks(command);
        command.SetAction(parsed => Guard.Run(() => compare.Run(parsed)));
        return command;
    }

    private static string[] Split(string? rules) => (rules ?? string.Join(',', LearningRules.OfCosts)).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private void AddChecks(Command command)
    {
        command.Validators.Add(r =>
        {
            string[] rules = Split(r.GetValue(_rules));
            if (rules.Length == 0)
                r.AddError("--rules names no rule");
            foreach (string rule in rules.Where(n => !LearningRules.Names.Contains(n)))
                r.AddError($"there is no learning rule '{rule}'; there are {string.Join(", ", LearningRules.Names)}");
            foreach (var twice in rules.GroupBy(n => n).Where(g => g.Count() > 1))
                r.AddError($"--rules names '{twice.Key}' {twice.Count()} times; name each rule once");
            foreach (string text in (r.GetValue(_setFor) ?? []).Where(t => !rules.Contains(RuleOf(t))))
                r.AddError($"--set-for {text}: begin with one of the rules compared and a colon, such as {rules.FirstOrDefault()}:KEY=VALUE");
        });
    }

    private int Run(ParseResult parsed)
    {
        string[] rules = Split(parsed.GetValue(_rules));
        int seeds = parsed.GetValue(_seeds);
        var circuits = rules.Select(rule => Enumerable.Range(1, seeds).Select(seed => Load(parsed, rule, seed)).ToArray()).ToArray();
        foreach (var circuit in circuits.Select(c => c[0]))
            Inspection.Of(circuit);
        if (MeasureOf(parsed, circuits[0][0]) is not { } measure)
            return ExitCode.Usage;
        using var stop = new StopSignal();
        var comparison = Comparison.Run(rules, circuits, measure, _run.Threads(parsed), stop.Token);
        if (comparison is null)
            return ExitCode.Failed;
        if (parsed.GetValue(_json))
            comparison.PrintJson();
        else
            comparison.PrintTables();
        return ExitCode.Ok;
    }

    private Circuit Load(ParseResult parsed, string rule, int seed)
    {
        var own = (parsed.GetValue(_setFor) ?? []).Where(t => RuleOf(t) == rule).Select(t => t[(rule.Length + 1)..]);
        return _circuit.Load(parsed, [.. _run.Overrides(parsed), $"learning.rule={rule}", .. own, $"learning.seed={seed}"]);
    }

    private string? MeasureOf(ParseResult parsed, Circuit circuit)
    {
        string? name = parsed.GetValue(_measure) ?? (circuit.Measures.Count > 0 ? circuit.Measures[0].Name : null);
        if (name is not null && circuit.Measures.Any(m => m.Name == name))
            return name;
        string known = circuit.Measures.Count == 0 ? "it has none" : $"it has {string.Join(", ", circuit.Measures.Select(m => m.Name))}";
        Console.Error.WriteLine(name is null ? $"error: there is nothing to compare: the circuit has no measure" : $"error: the circuit has no measure '{name}'; {known}");
        return null;
    }

    private static string RuleOf(string text) => text.IndexOf(':') is > 0 and int colon ? text[..colon] : "";
}
