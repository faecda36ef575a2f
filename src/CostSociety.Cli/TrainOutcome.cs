using CostSociety.Circuits;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>What a training gave, ready to be printed.</summary>
/// <param name="Circuit">The circuit.</param>
/// <param name="Result">Costs and measures.</param>
/// <param name="Stages">Stages of development as they were lived.</param>
/// <param name="Executor">Name of the executor.</param>
/// <param name="KernelBuilds">Kernels built since the start.</param>
/// <param name="Folder">The run's folder, or null.</param>
internal sealed record TrainOutcome(
    Circuit Circuit, RunResult Result, IReadOnlyList<LivedStage> Stages,
    string Executor, int KernelBuilds, RunFolder? Folder)
{
    /// <summary>Controls, or null when none were asked for.</summary>
    public IReadOnlyList<ControlResult>? Controls { get; init; }

    /// <summary>What each area does for all others, or null when it was not asked for.</summary>
    public Influence? Influence { get; init; }
}
