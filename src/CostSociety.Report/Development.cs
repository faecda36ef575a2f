namespace CostSociety.Report;

/// <summary>A life: its stages, and curves that stand under them.</summary>
/// <param name="Title">What it is the life of; empty on a page of one.</param>
/// <param name="Stages">Stages as they were lived; empty without any.</param>
/// <param name="Tracks">Modulators and monitors over the same steps.</param>
internal sealed record Development(string Title, IReadOnlyList<StageSpan> Stages, IReadOnlyList<Track> Tracks)
{
    /// <summary>Exchanges of costs, marked in it.</summary>
    public IReadOnlyList<CostExchange> Exchanges { get; init; } = [];

    /// <summary>Whether there is anything to draw.</summary>
    public bool IsEmpty => Stages.Count == 0 && Tracks.Count == 0;

    /// <summary>First step of the axis.</summary>
    public long First => Stages.Count > 0 ? Stages[0].FirstStep : (long)Tracks.Min(t => t.Steps[0]);

    /// <summary>Last step of the axis.</summary>
    public long Last => Stages.Count > 0 ? Stages[^1].LastStep : (long)Tracks.Max(t => t.Steps[^1]);

    /// <summary>Where a step begins on the axis, from 0 to 100.</summary>
    public double Percent(double step) => 100 * (step - First) / Math.Max(1, Last + 1 - First);
}
