namespace CostSociety.Runs;

/// <summary>A cost term over a run: unweighted means over the valid samples of the first and the last epoch.</summary>
public sealed record TermResult(string Area, string Term, double First, double Last);

/// <summary>A measure at the end of a run: mean over the last epoch of training, and over the held-out part.</summary>
public sealed record MeasureResult(string Name, double Train, double Test);

/// <summary>A held-out cost term at the end of a run.</summary>
public sealed record HeldOutCost(string Area, string Term, double Value);

/// <summary>What came of a run.</summary>
public sealed record RunResult
{
    /// <summary>Steps in all, those before a resume included.</summary>
    public required long Steps { get; init; }

    /// <summary>Samples in all, those before a resume included.</summary>
    public required long Samples { get; init; }

    /// <summary>Seconds of this run, without what came before a resume.</summary>
    public required double Seconds { get; init; }

    /// <summary>Samples of this run per second of stepping.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Every cost term.</summary>
    public required IReadOnlyList<TermResult> Costs { get; init; }

    /// <summary>Every cost term on the held-out part.</summary>
    public required IReadOnlyList<HeldOutCost> HeldOutCosts { get; init; }

    /// <summary>Every measure.</summary>
    public required IReadOnlyList<MeasureResult> Measures { get; init; }

    /// <summary>Whether a part of the data is held out; without one, held-out values are NaN.</summary>
    public required bool HasHeldOut { get; init; }

    /// <summary>Whether it was stopped before its end.</summary>
    public required bool IsStopped { get; init; }

    /// <summary>Alarms of the costs' monitors in the order in which they began, those before a resume included; their step is the number of steps done.</summary>
    public IReadOnlyList<JournalEntry> Alarms { get; init; } = [];

    /// <summary>Name of the monitor whose alarm ended the run, or null.</summary>
    public string? StoppedBy { get; init; }
}

/// <summary>Where a run stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps to do in all.</param>
/// <param name="Stage">Present stage, or an empty string.</param>
/// <param name="SamplesPerSecond">Speed so far.</param>
/// <param name="Society">The society, to look at its costs.</param>
public readonly record struct RunProgress(long Step, long Steps, string Stage, double SamplesPerSecond, Society Society);
