using System.CommandLine;
using System.Text.Json;
using CostSociety.Report;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary><c>costsociety inspect</c>: shows what a circuit becomes.</summary>
internal sealed class InspectCommand
{
    private readonly CircuitOptions _circuit = new();

    private readonly Option<string?> _floorplan = new("--floorplan") { Description = "Writes the floorplan as a picture.", HelpName = "FILE.svg" };

    private readonly Option<bool> _listing = new("--listing") { Description = "Prints only the instructions, as a listing." };

    private readonly Option<bool> _operations = new("--operations") { Description = "Prints only the operations of a step, forward and backward." };

    private readonly Option<bool> _costs = new("--costs") { Description = "Prints only the cost terms and their derivatives." };

    private readonly Option<bool> _passes = new("--passes") { Description = "Prints only the backward passes and their price." };

    private readonly Option<bool> _json = new("--json") { Description = "Prints everything as one JSON object." };

    private InspectCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var inspect = new InspectCommand();
        var command = new Command("inspect", "Shows what a circuit becomes: floorplan, derivatives of its costs, backward passes, instructions.\n\n"
            + "Example: costsociety inspect circuits/digits/narrow.circuit.json --passes");
        inspect._circuit.AddTo(command);
        foreach (var option in new Option[] { inspect._floorplan, inspect._listing, inspect._operations, inspect._costs, inspect._passes, inspect._json })
            command.Options.Add(option);
        command.SetAction(parsed => Guard.Run(() => inspect.Run(parsed)));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var inspection = Inspection.Of(_circuit.Load(parsed));
        if (parsed.GetValue(_floorplan) is { } file)
        {
            AtomicFile.WriteText(file, FloorplanSvg.Render(Floorplan.From(inspection.Circuit)));
            Console.Error.WriteLine($"floorplan {file}");
        }
        if (parsed.GetValue(_json))
            PrintJson(inspection, parsed.GetValue(_listing));
        else
            PrintText(parsed, inspection);
        return ExitCode.Ok;
    }

    private void PrintText(ParseResult parsed, Inspection inspection)
    {
        var (listing, costs, passes) = (parsed.GetValue(_listing), parsed.GetValue(_costs), parsed.GetValue(_passes));
        bool operations = parsed.GetValue(_operations);
        bool everything = !listing && !operations && !costs && !passes && parsed.GetValue(_floorplan) is null;
        if (everything)
            Console.Out.WriteLine(FloorplanText.Render(Floorplan.From(inspection.Circuit)));
        if (everything || costs)
            PrintCosts(inspection);
        if (everything || passes)
            PrintPasses(inspection);
        if (everything)
            PrintUpdates(inspection);
        if (operations)
            Console.Out.Write(inspection.Operations());
        if (listing)
            Console.Out.Write(inspection.Listing());
    }

    private static void PrintCosts(Inspection inspection)
    {
        foreach (var term in inspection.Terms)
        {
            Console.Out.WriteLine($"cost.{term.Area}.{term.Term} = {term.Text}");
            foreach (var d in term.Derivatives)
                Console.Out.WriteLine($"  d/d {d.Signal} = {d.Text}   ({Plural(d.Operations, "operation")})");
            Console.Out.WriteLine();
        }
    }

    private static void PrintPasses(Inspection inspection)
    {
        for (int i = 0; i < inspection.Passes.Count; i++)
        {
            var pass = inspection.Passes[i];
            Console.Out.WriteLine($"backward pass {i + 1}: {Plural(pass.Costs.Count, "cost")} of {string.Join(", ", pass.Costs)}");
            Console.Out.WriteLine($"  teaches  {(pass.Teaches.Count == 0 ? "nothing" : string.Join(", ", pass.Teaches))}");
            Console.Out.WriteLine($"  price    {Plural(pass.Products, "product")}, {Terminal.Count(pass.MultiplyAdds)} multiply-adds a sample");
        }
    }

    private static void PrintUpdates(Inspection inspection)
    {
        Console.Out.WriteLine();
        foreach (var p in inspection.Parameters.Where(p => p is { Form: not "", IsShared: false }))
            Console.Out.WriteLine($"update of {p.Name}: {p.Form}, {p.FormReason}");
    }

    private static string Plural(int count, string what) => Terminal.Plural(count, what, what + "s");

    private static void PrintJson(Inspection inspection, bool withListing) => JsonOutput.Print(json =>
    {
        json.WriteString("circuit", inspection.Circuit.Name);
        json.Objects("parameters", inspection.Parameters, p => WriteParameter(json, p));
        json.Objects("costs", inspection.Terms, t => WriteTerm(json, t));
        json.Objects("passes", inspection.Passes, p =>
        {
            json.Texts("costs", p.Costs);
            json.Texts("teaches", p.Teaches);
            json.WriteNumber("products", p.Products);
            json.WriteNumber("multiplyAdds", p.MultiplyAdds);
        });
        json.WriteNumber("instructions", inspection.Instructions);
        if (withListing)
            json.WriteString("listing", inspection.Listing());
    });

    private static void WriteParameter(Utf8JsonWriter json, InspectedParameter p)
    {
        json.WriteString("name", p.Name);
        json.WriteNumber("units", p.Units);
        json.WriteNumber("inputs", p.Inputs);
        json.WriteString("rule", p.Rule);
        json.WriteString("update", p.Update);
        json.WriteBoolean("plastic", p.IsPlastic);
        json.WriteBoolean("shared", p.IsShared);
        json.WriteString("feedback", p.Feedback.ToString());
        json.WriteString("form", p.Form);
        json.WriteString("formReason", p.FormReason);
    }

    private static void WriteTerm(Utf8JsonWriter json, InspectedTerm term)
    {
        json.WriteString("area", term.Area);
        json.WriteString("term", term.Term);
        json.WriteString("text", term.Text);
        json.Objects("derivatives", term.Derivatives, d =>
        {
            json.WriteString("signal", d.Signal);
            json.WriteString("text", d.Text);
            json.WriteNumber("operations", d.Operations);
        });
    }
}
