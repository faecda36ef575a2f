using System.CommandLine;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary><c>costsociety lesion</c>: what becomes of every cost and measure of a run when an area falls silent.</summary>
internal sealed class LesionCommand
{
    private readonly Argument<string> _run = new("RUN") { Description = "The folder of a run; its newest checkpoint is read." };

    private readonly Option<bool> _all = new("--all") { Description = "Silences areas that read a stream too." };

    private readonly Option<bool> _json = new("--json") { Description = "Prints the result as one JSON object." };

    private LesionCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var lesion = new LesionCommand();
        var command = new Command("lesion", "Holds one area of a trained society at 0 after the other, without learning, and shows how every cost and measure changes.\n\n"
            + "Example: costsociety lesion runs/digits");
        command.Arguments.Add(lesion._run);
        command.Options.Add(lesion._all);
        command.Options.Add(lesion._json);
        command.SetAction(parsed => Guard.Run(() => lesion.Run(parsed)));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var folder = RunFolder.Open(parsed.GetValue(_run)!);
        using var society = RunLoading.Society(folder);
        var influence = Influence.Of(society, parsed.GetValue(_all));
        if (parsed.GetValue(_json))
            JsonOutput.Print(json =>
            {
                json.WriteString("run", folder.Path);
                json.WriteNumber("steps", society.Age);
                InfluenceOutput.WriteJson(json, influence);
            });
        else
            InfluenceOutput.PrintTables(influence, "");
        return ExitCode.Ok;
    }
}
