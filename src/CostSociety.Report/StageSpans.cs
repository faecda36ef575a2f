using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Runs;

namespace CostSociety.Report;

/// <summary>Stages as they were lived, with what a cost file says of them.</summary>
internal static class StageSpans
{
    public static IReadOnlyList<StageSpan> Of(IReadOnlyList<LivedStage> stages, Circuit circuit) =>
        Of(stages, lived => circuit.Costs.Development.FirstOrDefault(s => s.Name == lived.Name));

    public static IReadOnlyList<StageSpan> Of(IReadOnlyList<LivedStage> stages, Func<LivedStage, StageSpec?> specOf) =>
        [.. stages.Select((stage, i) => Of(stage, specOf(stage), isOver: i + 1 < stages.Count))];

    private static StageSpan Of(LivedStage stage, StageSpec? spec, bool isOver)
    {
        string[]? plastic = spec?.Plastic is { } names ? [.. names.Select(n => n.Name)] : null;
        return new StageSpan(stage.Name, stage.First, Math.Max(stage.First, stage.Last), plastic, isOver ? spec?.Until?.Text ?? "" : "");
    }
}
