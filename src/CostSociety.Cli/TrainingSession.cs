using System.Reflection;
using System.Runtime.InteropServices;
using CostSociety.Circuits;
using CostSociety.Data;
using CostSociety.Fabric;
using CostSociety.Report;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>One society being trained, with its folder.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly Circuit _circuit;
    private readonly Society _society;
    private readonly RunFolder? _folder;
    private readonly StageLog _stages;
    private CostWatch? _watch;

    private TrainingSession(Circuit circuit, Society society, RunFolder? folder)
    {
        (_circuit, _society, _folder) = (circuit, society, folder);
        _stages = new StageLog(folder?.Journal.Read() ?? []);
    }

    /// <summary>Version of the program.</summary>
    public static string Version { get; } = Shortened(
        typeof(TrainingSession).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    /// <summary>Begins a run. The folder is made last, so that a circuit that is refused, or whose data is missing, leaves none.</summary>
    public static TrainingSession Start(Circuit circuit, IExecutor executor, Func<RunFolder>? makeFolder)
    {
        var society = Society.Build(circuit, executor);
        try
        {
            foreach (var stream in circuit.Streams.Where(s => s.Source != DataSources.Host))
                circuit.DataOf(stream).Open();
            var folder = makeFolder?.Invoke();
            folder?.WriteStart(Facts(circuit, executor), circuit.ResolvedJson, circuit.Costs.ResolvedJson);
            folder?.Checkpoints.Save(0, society.Save);
            if (folder is not null)
                Console.Error.WriteLine($"run: {folder.Path}");
            return new TrainingSession(circuit, society, folder);
        }
        catch
        {
            society.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a run from its newest checkpoint that can be read.</summary>
    public static TrainingSession Resume(Circuit circuit, IExecutor executor, RunFolder folder)
    {
        var society = Society.Build(circuit, executor);
        try
        {
            RunLoading.LoadLatest(folder, society);
            AtomicFile.WriteText(folder.CircuitPath, circuit.ResolvedJson);
            folder.Journal.Truncate(society.Age);
            folder.Costs.Truncate(society.Age);
            folder.Checkpoints.Truncate(society.Age);
            Console.Error.WriteLine($"run: {folder.Path}, from step {society.Age}");
            return new TrainingSession(circuit, society, folder);
        }
        catch
        {
            society.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes over what is saved in the circuit's cost file. That of a resumed run is the one in its folder, which holds the costs of the checkpoint then.
    /// </summary>
    /// <param name="overrides">Overrides of circuit and costs.</param>
    public void Watch(IReadOnlyList<string> overrides)
    {
        var source = _circuit.Costs.Source;
        string known = source.Text;
        if (source.Path == _folder?.CostsPath)
            AtomicFile.WriteText(source.Path, known = _society.Costs.ResolvedJson);
        _watch = new CostWatch(_society, source.Path, known, [.. overrides.Where(o => o.StartsWith("costs:", StringComparison.Ordinal))]);
        Console.Error.WriteLine($"watching {source.Path}: what is saved there is taken over between two steps");
    }

    /// <summary>Trains to the end, or until asked to stop; null after saying which cost was no longer a number.</summary>
    public TrainOutcome? Run(CancellationToken stop)
    {
        var progress = ProgressDisplay.ForStandardError("");
        var run = new TrainingRun(_circuit, _society)
        {
            Folder = _folder,
            Watch = _watch,
            OnStep = p => { _stages.Note(p); progress.Show(p); },
            OnCosts = e => { progress.End(); Say(e); },
            OnAlarm = a => progress.Say($"warning: alarm '{a.Name}' after step {a.Step}: {a.Text}"),
        };
        if (_society.Age >= run.Steps)
            Console.Error.WriteLine($"this run is complete: {_society.Age} steps; --epochs or --steps make it longer");
        try
        {
            var result = run.Run(stop);
            return new TrainOutcome(_circuit, result, _stages.Stages(result.Steps), _society.Executor.Name, _society.Executor.KernelBuilds, _folder);
        }
        catch (NonFiniteException e)
        {
            progress.End();
            SayNonFinite(e);
            return null;
        }
        finally
        {
            progress.End();
        }
    }

    /// <summary>What each area does for all others now.</summary>
    public Influence Influence() => Runs.Influence.Of(_society);

    /// <summary>Writes <c>report.html</c>.</summary>
    public void WriteReport(TrainOutcome outcome)
    {
        if (_folder is null)
            return;
        var controls = ControlOutput.ReportRows(outcome.Result, outcome.Controls ?? []);
        var data = RunReport.Collect(_folder, _circuit, _society, outcome.Result, Labels(outcome), controls) with { Influence = outcome.Influence };
        AtomicFile.WriteText(_folder.ReportPath, ReportWriter.Write(data));
    }

    /// <summary>Says how to go on with a run that was stopped.</summary>
    public void SayHowToGoOn(TrainOutcome outcome)
    {
        var result = outcome.Result;
        if (!result.IsStopped && result.StoppedBy is null)
            return;
        string by = result.StoppedBy is { } monitor ? $" by the alarm of '{monitor}'" : "";
        Console.Error.WriteLine($"stopped after step {result.Steps}{by}; "
            + (_folder is null ? "nothing was kept" : $"go on with: costsociety train --resume {_folder.Path}"));
    }

    public void Dispose()
    {
        _watch?.Dispose();
        _society.Dispose();
    }

    private void Say(CostsEvent change)
    {
        Guard.WriteDiagnostics(change.Diagnostics);
        Console.Error.WriteLine(change.Diagnostics.Count > 0
            ? $"{change.Entry.Name} is refused; the society goes on with '{_society.Costs.Name}' after step {change.Entry.Step}"
            : $"costs '{change.Entry.Name}' from {change.Entry.Text} taken over after step {change.Entry.Step}");
    }

    private void SayNonFinite(NonFiniteException problem)
    {
        Console.Error.WriteLine($"error: {problem.Message}");
        if (_folder?.Checkpoints.List() is { Count: > 0 } kept)
            Console.Error.WriteLine($"last good checkpoint: {kept[^1].Path} (step {kept[^1].Step})");
    }

    /// <summary>A version with the first characters of its commit.</summary>
    private static string Shortened(string version) =>
        version.IndexOf('+', StringComparison.Ordinal) is > 0 and int plus ? version[..Math.Min(version.Length, plus + 9)] : version;

    private static Fact[] Labels(TrainOutcome outcome) =>
    [
        new("rule", outcome.Circuit.Learning.Rule.Name),
        new("seed", $"{outcome.Circuit.Learning.Seed}"),
        new("batch", $"{outcome.Circuit.Learning.Batch}"),
        new("executor", outcome.Executor),
        new("steps", Terminal.Count(outcome.Result.Steps) + (outcome.Result.IsStopped ? " (stopped)" : "")),
        new("samples", Terminal.Count(outcome.Result.Samples)),
        new("seconds", $"{outcome.Result.Seconds:0.0}"),
        new("samples/s", Terminal.Count(outcome.Result.SamplesPerSecond)),
        new("version", Version),
    ];

    private static RunFacts Facts(Circuit circuit, IExecutor executor) => new(
        circuit.Name, circuit.Learning.Seed, circuit.Learning.Rule.Name, executor.Name, DateTimeOffset.Now,
        new Dictionary<string, string>
        {
            ["costsociety"] = Version,
            ["dotnet"] = Environment.Version.ToString(),
            ["system"] = RuntimeInformation.OSDescription,
        });
}
