using System.CommandLine;
using CostSociety.Language;

namespace CostSociety.Cli;

/// <summary><c>costsociety check</c>: checks a circuit and its costs completely and says how large they are.</summary>
internal sealed class CheckCommand
{
    private const int BytesOfFloat = 4;

    private readonly CircuitOptions _circuit = new();
    private readonly Option<bool> _json = new("--json") { Description = "Prints the findings as one JSON object." };

    private CheckCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var check = new CheckCommand();
        var command = new Command("check", "Checks a circuit and its costs, texts included, and estimates the memory; nothing is run.\n\n"
            + "Example: costsociety check circuits/digits/deep.circuit.json");
        check._circuit.AddTo(command);
        command.Options.Add(check._json);
        command.SetAction(parsed => Guard.Run(() => check.Run(parsed)));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var diagnostics = new Diagnostics();
        var circuit = _circuit.TryLoad(parsed, diagnostics);
        var inspection = circuit is null ? null : Inspection.TryOf(circuit, diagnostics);
        if (parsed.GetValue(_json))
            PrintJson(diagnostics, inspection);
        else
            PrintText(_circuit.Path(parsed), diagnostics, inspection);
        return inspection is null ? ExitCode.Failed : ExitCode.Ok;
    }

    private static void PrintText(string path, Diagnostics diagnostics, Inspection? inspection)
    {
        Guard.WriteDiagnostics(diagnostics.Items);
        if (inspection is null)
            return;
        var (circuit, memory) = (inspection.Circuit, inspection.Memory);
        Console.Out.WriteLine($"{path}: ok");
        Console.Out.WriteLine($"  areas       {circuit.Areas.Count}, {Terminal.Count(circuit.Areas.Sum(a => a.Units))} units");
        Console.Out.WriteLine($"  parameters  {Terminal.Count(Count(inspection))} in {inspection.Parameters.Count} groups, {Terminal.Count(inspection.Parameters.Where(p => p.IsPlastic).Sum(p => p.Count))} plastic");
        Console.Out.WriteLine($"  costs       {circuit.Costs.Costs.Count} with {Terminal.Plural(inspection.Terms.Count, "term", "terms")}, {Terminal.Plural(inspection.Passes.Count, "backward pass", "backward passes")}");
        Console.Out.WriteLine($"  memory      state {Bytes(memory.State)}, scratch {Bytes(memory.Scratch)}, io {Bytes(memory.Io)}; {BytesPerWeight(inspection):0.0} bytes of state a parameter");
    }

    private static void PrintJson(Diagnostics diagnostics, Inspection? inspection) => JsonOutput.Print(json =>
    {
        json.WriteBoolean("ok", inspection is not null);
        json.Objects("diagnostics", diagnostics.Items, d =>
        {
            var (line, column) = DiagnosticText.Position(d.Span);
            json.WriteString("severity", d.Severity == Severity.Error ? "error" : "warning");
            json.WriteString("id", d.Id);
            json.WriteString("file", d.Span.Source.Path);
            json.WriteNumber("line", line);
            json.WriteNumber("column", column);
            json.WriteString("message", d.Message);
            json.WriteString("hint", d.Hint);
        });
        if (inspection is null)
            return;
        json.WriteString("circuit", inspection.Circuit.Name);
        json.WriteNumber("areas", inspection.Circuit.Areas.Count);
        json.WriteNumber("parameters", Count(inspection));
        json.WriteNumber("passes", inspection.Passes.Count);
        json.Object("bytes", () =>
        {
            json.WriteNumber("state", (long)inspection.Memory.State * BytesOfFloat);
            json.WriteNumber("scratch", (long)inspection.Memory.Scratch * BytesOfFloat);
            json.WriteNumber("io", (long)inspection.Memory.Io * BytesOfFloat);
            json.Number("statePerParameter", BytesPerWeight(inspection));
        });
    });

    private static long Count(Inspection inspection) => inspection.Parameters.Sum(p => p.Count);

    private static double BytesPerWeight(Inspection inspection) => (double)inspection.Memory.State * BytesOfFloat / Math.Max(1, Count(inspection));

    private static string Bytes(long floats) => ByteText.Format(floats * BytesOfFloat);
}
