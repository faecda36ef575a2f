using CostSociety.Circuits;

namespace CostSociety.Runs;

/// <summary>One of the ways of training that are compared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Circuit">Its circuit and costs; the seed is that of each run.</param>
public sealed record Variant(string Name, Circuit Circuit);

/// <summary>Values of one quantity over the steps of a run.</summary>
/// <param name="Quantity">The measure or cost term.</param>
/// <param name="IsHeldOut">Whether taken on the held-out part; otherwise each value is a mean over the samples since the one before.</param>
/// <param name="Steps">Steps done, ascending.</param>
/// <param name="Values">One for each step.</param>
public sealed record Curve(string Quantity, bool IsHeldOut, IReadOnlyList<double> Steps, IReadOnlyList<double> Values);

/// <summary>One variant trained with one seed.</summary>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Seed">The seed.</param>
public sealed record VariantRun(string Variant, ulong Seed)
{
    /// <summary>What came of it; null when it failed.</summary>
    public RunResult? Result { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>Stages of development as they were lived.</summary>
    public IReadOnlyList<LivedStage> Stages { get; init; } = [];

    /// <summary>Samples that each criterion took; null where it was never met.</summary>
    public IReadOnlyList<long?> Reached { get; init; } = [];

    /// <summary>Curves of all quantities, when they were asked for.</summary>
    public IReadOnlyList<Curve> Curves { get; init; } = [];

    /// <summary>What each area does for all others, when it was asked for.</summary>
    public Influence? Influence { get; init; }

    /// <summary>A quantity at the end; NaN when the run failed or has no such quantity.</summary>
    /// <param name="quantity">The measure or cost term.</param>
    /// <param name="heldOut">Whether on the held-out part, or as the mean of the last epoch.</param>
    public double Value(string quantity, bool heldOut) => Result is null ? double.NaN
        : Quantity.Of(Result, heldOut).Where(q => q.Name == quantity).Select(q => q.Value).DefaultIfEmpty(double.NaN).First();
}
