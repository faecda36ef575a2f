using System.CommandLine;
using CostSociety.Circuits;
using CostSociety.Fabric.Simd;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary><c>costsociety train</c>: trains a society and keeps everything about it in a folder.</summary>
internal sealed class TrainCommand
{
    private readonly CircuitOptions _circuit = new();
    private readonly RunOptions _run = new();

    private readonly Option<string?> _out = new("--out") { Description = "Folder of the run; without it NAME-DATE-TIME in runs/.", HelpName = "DIR" };

    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Goes on with the run in a folder, bit for bit; --epochs or --steps make it longer.",
        HelpName = "RUN",
    };

    private readonly Option<bool> _noFolder = new("--no-folder") { Description = "Keeps nothing on the disk." };

    private readonly Option<bool> _controls = new("--controls") { Description = "Trains controls beside it with the same seed: frozen, without each cost but the last, a linear reader." };

    private readonly Option<bool> _lesions = new("--lesions") { Description = "Holds each area at 0 at the end and shows how every value changes." };
    private readonly Option<bool> _watch = new("--watch") { Description = "Takes the cost file over between two steps whenever it is saved; a wrong one is reported and changes nothing." };

    private readonly Option<bool> _json = new("--json") { Description = "Prints the result as one JSON object." };

    private TrainCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var train = new TrainCommand();
        var command = new Command("train", "Trains a society; every area minimizes its own cost.\n\n"
            + "Example: costsociety train --seed 7 --set costs:parameters.sparsity=0.1");
        train._circuit.AddTo(command);
        train._run.AddTo(command);
        foreach (var option in new Option[] { train._out, train._resume, train._noFolder, train._controls, train._lesions, train._watch, train._json })
            command.Options.Add(option);
        command.Validators.Add(train.CheckFolders);
        command.SetAction(parsed => Guard.Run(() => train.Run(parsed)));
        return command;
    }

    private void CheckFolders(System.CommandLine.Parsing.CommandResult result)
    {
        bool resumes = result.GetResult(_resume) is { Implicit: false };
        if (resumes && result.GetResult(_out) is { Implicit: false })
            result.AddError("--resume goes on in the folder of the run; leave --out away");
        if (resumes && result.GetValue(_noFolder))
            result.AddError("--resume and --no-folder exclude each other");
        if (!resumes && result.GetResult(_out) is { Implicit: false } && result.GetValue(_noFolder))
            result.AddError("--out and --no-folder exclude each other");
        if (result.GetValue(_watch) && result.GetValue(_controls))
            result.AddError("--watch and --controls exclude each other: controls are trained with the costs that the run began with");
    }

    private int Run(ParseResult parsed)
    {
        if (parsed.GetValue(_resume) is not { } resume)
            return Train(parsed, _circuit.Load(parsed, _run.Overrides(parsed)), null);
        if (_circuit.IsGiven(parsed) || _run.HasSeed(parsed))
        {
            Console.Error.WriteLine("error: --resume takes circuit, seed and overrides from the run; only --epochs or --steps can be new");
            return ExitCode.Usage;
        }
        var folder = RunFolder.Open(resume);
        return Train(parsed, _circuit.Limited(parsed, RunLoading.Circuit(folder, [.. _run.Overrides(parsed)])), folder);
    }

    private int Train(ParseResult parsed, Circuit circuit, RunFolder? resumed)
    {
        if (parsed.GetValue(_watch) && !File.Exists(circuit.Costs.Source.Path))
            throw new IOException($"--watch needs a cost file on the disk, but '{circuit.Costs.Source.Path}' ships inside the program; name a circuit that has its costs beside it");
        using var executor = new SimdExecutor(_run.Threads(parsed));
        using var stop = new StopSignal();
        using var session = resumed is null
            ? TrainingSession.Start(circuit, executor, parsed.GetValue(_noFolder) ? null : () => NewFolder(parsed, circuit))
            : TrainingSession.Resume(circuit, executor, resumed);
        if (parsed.GetValue(_watch))
            session.Watch(_circuit.Overrides(parsed));
        if (session.Run(stop.Token) is not { } outcome)
            return ExitCode.Failed;
        if (parsed.GetValue(_controls) && !outcome.Result.IsStopped)
            outcome = outcome with { Controls = Controls.Run(circuit, executor, stop.Token) };
        if (parsed.GetValue(_lesions))
            outcome = outcome with { Influence = session.Influence() };
        session.WriteReport(outcome);
        Print(parsed, outcome);
        session.SayHowToGoOn(outcome);
        return outcome.Result.StoppedBy is null ? ExitCode.Ok : ExitCode.Failed;
    }

    private RunFolder NewFolder(ParseResult parsed, Circuit circuit) =>
        RunFolder.Create(circuit.Name, DateTimeOffset.Now, parsed.GetValue(_out));

    private void Print(ParseResult parsed, TrainOutcome outcome)
    {
        if (parsed.GetValue(_json))
            TrainOutput.PrintJson(outcome);
        else
            TrainOutput.PrintTables(outcome);
    }
}
