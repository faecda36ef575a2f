using System.CommandLine;
using System.CommandLine.Parsing;
using CostSociety.Learning;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>The flags that say what is compared: variants by name, or learning rules for short.</summary>
internal sealed class VariantOptions
{
    private static readonly string _allRules = string.Join(',', LearningRules.OfCosts);

    private readonly Option<string[]> _variants = new("--variant")
    {
        Description = "A way to train, by a name of your own; with =CIRCUIT another circuit file. May be repeated; the others are compared with the first.",
        HelpName = "NAME[=CIRCUIT]",
    };

    private readonly Option<string> _rules = new("--rules")
    {
        Description = "Learning rules, with commas between; short for variants that differ in learning.rule.",
        DefaultValueFactory = _ => _allRules,
        HelpName = "NAME,NAME",
    };

    private readonly Option<string[]> _setFor = new("--set-for")
    {
        Description = "Overrides a key for one variant only, as --set does for all; may be repeated.",
        HelpName = "VARIANT:KEY=VALUE",
    };

    /// <summary>Adds them to a command.</summary>
    public VariantOptions AddTo(Command command)
    {
        foreach (var option in new Option[] { _variants, _rules, _setFor })
            command.Options.Add(option);
        command.Validators.Add(Check);
        return this;
    }

    /// <summary>The variants in order.</summary>
    public IReadOnlyList<Variant> Load(ParseResult parsed, CircuitOptions circuit, RunOptions run) =>
        [.. Choices(parsed.CommandResult).Select(choice => new Variant(choice.Name, circuit.Load(
            parsed, [.. run.Overrides(parsed), .. choice.Overrides, .. Own(parsed, choice.Name)], choice.Path)))];

    private void Check(CommandResult r)
    {
        var choices = Choices(r);
        if (choices.Count == 0)
            r.AddError("--rules names no rule");
        if (IsGiven(r, _variants) && IsGiven(r, _rules))
            r.AddError("--variant and --rules exclude each other; --set-for NAME:learning.rule=RULE gives a variant its rule");
        if (!IsGiven(r, _variants))
            foreach (var rule in choices.Where(c => !LearningRules.Names.Contains(c.Name)))
                r.AddError($"there is no learning rule '{rule.Name}'; there are {string.Join(", ", LearningRules.Names)}");
        CheckNames(r, choices);
    }

    private void CheckNames(CommandResult r, IReadOnlyList<Choice> choices)
    {
        string option = IsGiven(r, _variants) ? "--variant" : "--rules";
        foreach (var choice in choices.Where(c => c.Name.Length == 0 || c.Name.Contains(':') || c.Path is { Length: 0 }))
            r.AddError($"{option} {choice.Name}{(choice.Path is null ? "" : "=" + choice.Path)}: expected NAME or NAME=CIRCUIT, and no colon in the name");
        foreach (var twice in choices.GroupBy(c => c.Name).Where(g => g.Count() > 1))
            r.AddError($"{option} names '{twice.Key}' {twice.Count()} times; name each {(option == "--rules" ? "rule" : "variant")} once");
        foreach (string text in (r.GetValue(_setFor) ?? []).Where(t => !choices.Any(c => IsFor(c.Name, t))))
            r.AddError($"--set-for {text}: begin with one of the variants and a colon, such as {choices.Select(c => c.Name).FirstOrDefault()}:KEY=VALUE");
    }

    private IReadOnlyList<Choice> Choices(CommandResult r) => IsGiven(r, _variants)
        ? [.. (r.GetValue(_variants) ?? []).Select(Choice.Parse)]
        : [.. (r.GetValue(_rules) ?? _allRules).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Choice.OfRule)];

    private IEnumerable<string> Own(ParseResult parsed, string name) =>
        (parsed.GetValue(_setFor) ?? []).Where(text => IsFor(name, text)).Select(text => text[(name.Length + 1)..]);

    private static bool IsFor(string name, string text) => text.IndexOf(':') is > 0 and int colon && text[..colon] == name;

    private static bool IsGiven(CommandResult r, Option option) => r.GetResult(option) is { Implicit: false };

    /// <summary>A variant as the command line names it.</summary>
    private sealed record Choice(string Name, string? Path, IReadOnlyList<string> Overrides)
    {
        public static Choice Parse(string text) => text.IndexOf('=') is >= 0 and int equals
            ? new Choice(text[..equals], text[(equals + 1)..], [])
            : new Choice(text, null, []);

        public static Choice OfRule(string rule) => new(rule, null, [$"learning.rule={rule}"]);
    }
}
