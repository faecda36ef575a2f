namespace CostSociety.Runs;

/// <summary>Differences to the first variant, seed by seed.</summary>
/// <param name="Differences">Their mean and its 95 % interval; a pair of which one failed counts as failed.</param>
/// <param name="Higher">In how many pairs the variant is higher.</param>
/// <param name="Lower">In how many pairs it is lower.</param>
public readonly record struct Paired(Statistics Differences, int Higher, int Lower);

/// <summary>A curve over the seeds of a variant: mean, lowest and highest of the runs that did not fail.</summary>
/// <param name="Steps">Steps done, ascending.</param>
/// <param name="Mean">Mean over seeds.</param>
/// <param name="Low">Lowest seed.</param>
/// <param name="High">Highest seed.</param>
public sealed record SeedCurve(IReadOnlyList<double> Steps, IReadOnlyList<double> Mean, IReadOnlyList<double> Low, IReadOnlyList<double> High);

/// <summary>What came of an experiment.</summary>
/// <param name="Variants">What was compared.</param>
/// <param name="Runs">Runs of each variant, seed by seed; a failed run stands among them.</param>
public sealed record ExperimentResult(IReadOnlyList<Variant> Variants, IReadOnlyList<IReadOnlyList<VariantRun>> Runs)
{
    /// <summary>Values that were to be reached.</summary>
    public IReadOnlyList<Criterion> Criteria { get; init; } = [];

    /// <summary>Seconds that all runs took together.</summary>
    public double Seconds { get; init; }

    /// <summary>Seeds of each variant.</summary>
    public int Seeds => Runs[0].Count;

    /// <summary>Whether values are those of the held-out part. When one variant has none, all are compared by the mean of the last epoch.</summary>
    public bool IsHeldOut { get; } = Runs.SelectMany(runs => runs).All(run => run.Result?.HasHeldOut ?? true);

    /// <summary>All quantities of all variants: cost terms, then measures.</summary>
    public IReadOnlyList<string> Quantities { get; } =
        [.. Variants.SelectMany(v => Quantity.Of(v.Circuit)).Distinct(StringComparer.Ordinal).OrderBy(name => !Quantity.IsCost(name))];

    /// <summary>Whether a variant has a quantity.</summary>
    public bool Has(int variant, string quantity) => Quantity.Of(Variants[variant].Circuit).Contains(quantity);

    /// <summary>A quantity at the end of every run of a variant; NaN where a run failed.</summary>
    public double[] Values(int variant, string quantity) => [.. Runs[variant].Select(run => run.Value(quantity, IsHeldOut))];

    /// <summary>Samples that a criterion took in every run of a variant; NaN where it was never met.</summary>
    public double[] Samples(int variant, int criterion) => [.. Runs[variant].Select(run => (double?)run.Reached[criterion] ?? double.NaN)];

    /// <summary>A variant beside the first, seed by seed.</summary>
    public Paired Pair(int variant, string quantity)
    {
        double[] differences = [.. Values(variant, quantity).Zip(Values(0, quantity), (a, b) => a - b)];
        return new Paired(Statistics.Of(differences), differences.Count(d => d > 0), differences.Count(d => d < 0));
    }

    /// <summary>The curve of a quantity over the seeds of a variant; null when there is none.</summary>
    /// <param name="variant">The variant.</param>
    /// <param name="quantity">The measure or cost term.</param>
    /// <param name="heldOut">Whether on the held-out part, or on the training part.</param>
    public SeedCurve? Curve(int variant, string quantity, bool heldOut)
    {
        Curve[] curves = [.. Runs[variant].SelectMany(run => run.Curves).Where(c => c.Quantity == quantity && c.IsHeldOut == heldOut)];
        return curves.Length == 0 ? null : new SeedCurve(curves[0].Steps, Over(curves, v => v.Average()), Over(curves, v => v.Min()), Over(curves, v => v.Max()));
    }

    /// <summary>What each area does for all others, mean over the seeds of a variant; null when it was not asked for, or all failed.</summary>
    public Influence? Influence(int variant)
    {
        Influence[] all = [.. Runs[variant].Select(run => run.Influence).OfType<Influence>()];
        return all.Length == 0 ? null : CostSociety.Runs.Influence.Mean(all);
    }

    /// <summary>Runs of one variant differ in nothing but their seed, so their curves have the same steps.</summary>
    private static double[] Over(Curve[] curves, Func<IEnumerable<double>, double> reduce) =>
        [.. Enumerable.Range(0, curves[0].Steps.Count).Select(i => reduce(curves.Select(c => c.Values[i])))];
}
