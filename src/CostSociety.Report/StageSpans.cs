using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Runs;

namespace CostSociety.Report;

/// <summary>Stages as they were lived, with what a cost file says of them.</summary>
internal static class StageSpans
{
    public static IReadOnlyList<StageSpan> Of(IReadOnlyList<LivedStage> stages, Circuit circuit) => Of(stages, _ => circuit.Costs);

    /// <param name="stages">The stages.</param>
    /// <param name="costsAt">The costs of a step: a stage that ends where others come was not ended by its condition.</param>
    public static IReadOnlyList<StageSpan> Of(IReadOnlyList<LivedStage> stages, Func<long, CostFile> costsAt) =>
        [.. stages.Select((stage, i) => Of(stage, costsAt(stage.First), i + 1 < stages.Count && ReferenceEquals(costsAt(stage.Last), costsAt(stage.Last + 1))))];

    private static StageSpan Of(LivedStage stage, CostFile costs, bool isOver)
    {
        var spec = costs.Development.FirstOrDefault(s => s.Name == stage.Name);
        string[]? plastic = spec?.Plastic is { } names ? [.. names.Select(n => n.Name)] : null;
        return new StageSpan(stage.Name, stage.First, Math.Max(stage.First, stage.Last), plastic, isOver ? spec?.Until?.Text ?? "" : "");
    }
}
