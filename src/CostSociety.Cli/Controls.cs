using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Language;
using CostSociety.Learning;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>The same training without something that the circuit claims to need.</summary>
/// <param name="Name">What is different.</param>
/// <param name="Result">What came of it.</param>
internal sealed record ControlResult(string Name, RunResult Result);

/// <summary>Trains the controls of a society: same seed, same data, same number of steps.</summary>
internal static class Controls
{
    /// <summary>All controls that the circuit allows.</summary>
    public static IReadOnlyList<ControlResult> Run(Circuit circuit, IExecutor executor, CancellationToken stop)
    {
        var results = new List<ControlResult>();
        if (circuit.Learning.Rule.Name != new Frozen().Name)
            Add("hidden areas frozen", () => (Reread(circuit, ["learning.rule=frozen"]), null));
        foreach (var cost in circuit.Costs.Costs.SkipLast(1))
            Add($"without the cost of {cost.Area}", () => (circuit, Without(circuit.Costs, cost)));
        if (LinearReader.TryMake(circuit) is { } linear)
            Add("linear reader", () => (linear, null));
        return results;

        void Add(string name, Func<(Circuit, CostFile?)> make)
        {
            if (!stop.IsCancellationRequested && Train(name, make, executor, stop) is { } result)
                results.Add(new ControlResult(name, result));
        }
    }

    /// <summary>The circuit with other values of some keys.</summary>
    public static Circuit Reread(Circuit circuit, IReadOnlyList<string> overrides)
    {
        var diagnostics = new Diagnostics();
        var source = new SourceText(circuit.Source.Path, circuit.ResolvedJson);
        var costs = new SourceText(circuit.Costs.Source.Path, circuit.Costs.ResolvedJson);
        var changed = Circuit.Parse(source, costs, overrides, diagnostics);
        diagnostics.ThrowIfErrors();
        return changed!;
    }

    private static RunResult? Train(string name, Func<(Circuit, CostFile?)> make, IExecutor executor, CancellationToken stop)
    {
        var progress = ProgressDisplay.ForStandardError($"{name}: ");
        try
        {
            var (circuit, costs) = make();
            using var society = Society.Build(circuit, costs ?? circuit.Costs, executor);
            var result = new TrainingRun(circuit, society) { OnStep = progress.Show }.Run(stop);
            if (result.StoppedBy is { } monitor)
                Warn($"was stopped after step {result.Steps} by the alarm of '{monitor}'");
            return result.IsStopped ? null : result;
        }
        catch (Exception e) when (e is CostSocietyException or NonFiniteException)
        {
            Warn($"cannot be trained: {e.Message}");
            return null;
        }
        finally
        {
            progress.End();
        }

        void Warn(string what)
        {
            progress.End();
            Console.Error.WriteLine($"warning: the control '{name}' {what}");
        }
    }

    /// <summary>The costs without one; stages that only that cost could end are left out with it.</summary>
    private static CostFile Without(CostFile costs, CostSpec removed) => costs with
    {
        Costs = [.. costs.Costs.Where(c => c != removed)],
        Development = [.. costs.Development.Where(s => s.Until?.Text.Contains($"cost.{removed.Area}", StringComparison.Ordinal) is not true)],
    };
}
