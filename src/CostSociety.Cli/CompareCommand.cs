using System.CommandLine;
using CostSociety.Language;
using CostSociety.Report;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary><c>costsociety compare</c>: trains variants of a circuit under many seeds.</summary>
internal sealed class CompareCommand
{
    private const int MostSeeds = 10_000;
    private const int CurvePoints = 200;

    private readonly CircuitOptions _circuit = new();
    private readonly RunOptions _run = new();
    private readonly VariantOptions _variants = new();

    private readonly Option<int> _seeds = WholeNumber.Option("--seeds", "Trains every variant with the seeds 1 to N.", 1, MostSeeds, without: 10);

    private readonly Option<string[]> _measures = new("--measure")
    {
        Description = "A measure, or a cost term as cost.AREA.TERM; may be repeated. All measures when left out.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _costs = new("--costs") { Description = "Compares all cost terms too." };

    private readonly Option<string[]> _reach = new("--reach")
    {
        Description = "Counts the samples until a measure has risen, or a cost term has fallen, to a value; '>=' and '<=' say it outright. May be repeated.",
        HelpName = "NAME=VALUE",
    };

    private readonly Option<bool> _lesions = new("--lesions") { Description = "Holds each area at 0 at the end of every run and shows how every value changes." };

    private readonly Option<string?> _report = new("--report") { Description = "Writes the comparison as one page: tables, curves, every seed.", HelpName = "FILE.html" };

    private readonly Option<bool> _curves = new("--curves") { Description = "Puts the curves of every run into --json." };

    private readonly Option<bool> _json = new("--json") { Description = "Prints the result as one JSON object." };

    private CompareCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var compare = new CompareCommand();
        var command = new Command("compare", "Trains variants of a circuit with the same seeds, in memory, and compares measures and costs, paired by seed.\n\n"
            + "Example: costsociety compare circuits/digits/narrow.circuit.json --rules backprop,frozen --seeds 10\n"
            + "Example: costsociety compare --variant plain --variant whitened --set-for whitened:costs=whitened.costs.json --report compared.html");
        compare._circuit.AddTo(command);
        compare._run.AddTo(command, withSeed: false);
        compare._variants.AddTo(command);
        foreach (var option in new Option[] { compare._seeds, compare._measures, compare._costs, compare._reach, compare._lesions, compare._report, compare._curves, compare._json })
            command.Options.Add(option);
        compare._reach.Validators.Add(r =>
        {
            foreach (var token in r.Tokens.Where(t => !Criterion.TryParse(t.Value, out _)))
                r.AddError($"--reach takes NAME=VALUE, such as accuracy=0.9 or 'cost.v1.cost<=0.02', got '{token.Value}'");
        });
        command.SetAction(parsed => Guard.Run(() => compare.Run(parsed)));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var variants = _variants.Load(parsed, _circuit, _run);
        foreach (var variant in variants)
            Inspection.Of(variant.Circuit);
        Criterion[] criteria = [.. (parsed.GetValue(_reach) ?? []).Select(text => Criterion.TryParse(text, out var c) ? c : null).OfType<Criterion>()];
        if (Quantities(parsed, variants) is not { } quantities || !AreKnown(variants, [.. criteria.Select(c => c.Quantity)]))
            return ExitCode.Usage;
        using var stop = new StopSignal();
        if (Train(parsed, variants, criteria, quantities[0], stop.Token) is not { } result)
            return ExitCode.Failed;
        Print(parsed, result, quantities);
        return ExitCode.Ok;
    }

    private ExperimentResult? Train(ParseResult parsed, IReadOnlyList<Variant> variants, Criterion[] criteria, string shown, CancellationToken stop)
    {
        int seeds = parsed.GetValue(_seeds), done = 0;
        return new Experiment(variants, seeds)
        {
            Criteria = criteria,
            WithLesions = parsed.GetValue(_lesions),
            CurvePoints = parsed.GetValue(_report) is not null || parsed.GetValue(_curves) ? CurvePoints : 0,
            OnRun = run => Console.Error.WriteLine(
                $"{Interlocked.Increment(ref done)}/{variants.Count * seeds}  {run.Variant}, seed {run.Seed}: {run.Failure ?? ValueText(run, shown)}"),
        }.Run(_run.Threads(parsed), stop);
    }

    private static string ValueText(VariantRun run, string quantity) =>
        $"{quantity} {Terminal.Number(run.Value(quantity, heldOut: run.Result is { HasHeldOut: true }))}";

    private void Print(ParseResult parsed, ExperimentResult result, IReadOnlyList<string> quantities)
    {
        if (parsed.GetValue(_report) is { } file)
            AtomicFile.WriteText(file, ComparisonWriter.Write(new ComparisonData(result, quantities) { Facts = ComparisonOutput.Facts(result) }));
        if (parsed.GetValue(_json))
            ComparisonOutput.PrintJson(result, quantities, parsed.GetValue(_curves));
        else
            ComparisonOutput.PrintTables(result, quantities);
        if (parsed.GetValue(_report) is { } written && !parsed.GetValue(_json))
            Console.Out.WriteLine($"report {written}");
    }

    /// <summary>What to compare; null after saying what there is.</summary>
    private List<string>? Quantities(ParseResult parsed, IReadOnlyList<Variant> variants)
    {
        string[] named = parsed.GetValue(_measures) ?? [];
        if (!AreKnown(variants, named))
            return null;
        string[] all = [.. variants.SelectMany(v => Quantity.Of(v.Circuit)).Distinct()];
        bool costs = parsed.GetValue(_costs) || (named.Length == 0 && all.All(Quantity.IsCost));
        var wanted = named.Length > 0 ? named.Distinct() : all.Where(q => !Quantity.IsCost(q));
        return [.. wanted.Union(all.Where(q => costs && Quantity.IsCost(q)))];
    }

    private static bool AreKnown(IReadOnlyList<Variant> variants, IReadOnlyList<string> names)
    {
        string[] known = [.. variants.SelectMany(v => Quantity.Of(v.Circuit)).Distinct()];
        string[] unknown = [.. names.Except(known)];
        foreach (string name in unknown)
            Console.Error.WriteLine($"error: no variant has a measure or cost term '{name}'; {(Suggestions.Nearest(name, known) is { } meant ? $"did you mean '{meant}'? " : "")}there are {string.Join(", ", known)}");
        return unknown.Length == 0;
    }
}
