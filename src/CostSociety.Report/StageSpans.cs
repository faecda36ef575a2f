using CostSociety.Circuits;
using CostSociety.Runs;

namespace CostSociety.Report;

/// <summary>Stages as they were lived, with what the cost file says of them.</summary>
internal static class StageSpans
{
    public static IReadOnlyList<StageSpan> Of(IReadOnlyList<LivedStage> stages, Circuit circuit) =>
        [.. stages.Select((stage, i) => Of(stage, circuit, isOver: i + 1 < stages.Count))];

    private static StageSpan Of(LivedStage stage, Circuit circuit, bool isOver)
    {
        var spec = circuit.Costs.Development.FirstOrDefault(s => s.Name == stage.Name);
        string[]? plastic = spec?.Plastic is { } names ? [.. names.Select(n => n.Name)] : null;
        return new StageSpan(stage.Name, stage.First, Math.Max(stage.First, stage.Last), plastic, isOver ? spec?.Until?.Text ?? "" : "");
    }
}
