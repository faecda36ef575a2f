using System.CommandLine;
using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Cli;

/// <summary>The argument and flags of every command that reads a circuit.</summary>
internal sealed class CircuitOptions
{
    private const string Default = "circuits/digits/society.circuit.json";

    private readonly Argument<string> _circuit = new("CIRCUIT")
    {
        Description = $"A circuit file; without one the digits society that ships inside ({Default}).",
        DefaultValueFactory = _ => Default,
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Overrides a key of the circuit, or with 'costs:' one of its costs; may be repeated.",
        HelpName = "KEY=VALUE",
    };

    /// <summary>Adds them to a command.</summary>
    public CircuitOptions AddTo(Command command)
    {
        command.Arguments.Add(_circuit);
        command.Options.Add(_set);
        return this;
    }

    /// <summary>The path as the user gave it.</summary>
    public string Path(ParseResult parsed) => parsed.GetValue(_circuit)!;

    /// <summary>Whether the user named a circuit or an override.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(_circuit) is { Implicit: false } || Overrides(parsed).Count > 0;

    /// <summary>The overrides as the user gave them.</summary>
    public IReadOnlyList<string> Overrides(ParseResult parsed) => parsed.GetValue(_set) ?? [];

    /// <summary>Loads the circuit.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="more">Overrides that other flags stand for.</param>
    public Circuit Load(ParseResult parsed, IEnumerable<string>? more = null) =>
        Circuit.Load(Path(parsed), [.. Overrides(parsed), .. more ?? []]);

    /// <summary>Loads the circuit; null after reporting what is wrong.</summary>
    public Circuit? TryLoad(ParseResult parsed, Diagnostics diagnostics) =>
        Circuit.TryLoad(Path(parsed), Overrides(parsed), diagnostics);
}
