using System.CommandLine;
using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Cli;

/// <summary>The argument and flags of every command that reads a circuit.</summary>
internal sealed class CircuitOptions
{
    private const string Default = "circuits/digits/society.circuit.json";

    private readonly Argument<string?> _circuit = new("CIRCUIT")
    {
        Description = $"A circuit file; without one {Default}, which also ships inside.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Overrides a key of the circuit, or with 'costs:' one of its costs; may be repeated.",
        HelpName = "KEY=VALUE",
    };

    private readonly Option<string?> _memory = new("--memory")
    {
        Description = "Memory that a society may use, such as 2GB; without it all that the machine has. What does not fit is refused before anything is allocated.",
        HelpName = "SIZE",
    };

    /// <summary>Adds them to a command.</summary>
    public CircuitOptions AddTo(Command command)
    {
        command.Arguments.Add(_circuit);
        _circuit.Validators.Add(r =>
        {
            if (r.Tokens is [{ Value: ['-', ..] option }])
                r.AddError($"unknown option '{option}'{(Suggestions.Nearest(option, command.Options.Select(o => o.Name)) is { } meant ? $"; did you mean '{meant}'?" : "")}");
        });
        command.Options.Add(_set);
        command.Options.Add(_memory);
        _memory.Validators.Add(r =>
        {
            if (r.Tokens.Count > 0 && !ByteText.TryParse(r.Tokens[0].Value, out _))
                r.AddError($"--memory takes a size such as 500MB or 2GB, got '{r.Tokens[0].Value}'");
        });
        return this;
    }

    /// <summary>A circuit with the limit of <c>--memory</c>.</summary>
    public Circuit Limited(ParseResult parsed, Circuit circuit) =>
        parsed.GetValue(_memory) is { } text && ByteText.TryParse(text, out long bytes) ? circuit with { MemoryLimit = bytes } : circuit;

    /// <summary>The path as the user gave it.</summary>
    public string Path(ParseResult parsed) => parsed.GetValue(_circuit) ?? Default;

    /// <summary>Whether the user named a circuit or an override.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_circuit) is not null || Overrides(parsed).Count > 0;

    /// <summary>The overrides as the user gave them.</summary>
    public IReadOnlyList<string> Overrides(ParseResult parsed) => parsed.GetValue(_set) ?? [];

    /// <summary>Loads the circuit.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="more">Overrides that other flags stand for.</param>
    /// <param name="path">Another path than that of the argument, or null.</param>
    public Circuit Load(ParseResult parsed, IEnumerable<string>? more = null, string? path = null) =>
        Limited(parsed, Circuit.Load(path ?? Path(parsed), [.. Overrides(parsed), .. more ?? []]));

    /// <summary>Loads the circuit; null after reporting what is wrong.</summary>
    public Circuit? TryLoad(ParseResult parsed, Diagnostics diagnostics) =>
        Circuit.TryLoad(Path(parsed), Overrides(parsed), diagnostics) is { } circuit ? Limited(parsed, circuit) : null;
}
