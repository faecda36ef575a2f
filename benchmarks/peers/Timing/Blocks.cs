namespace CostSociety.Peers.Timing;

/// <summary>Times of the blocks of one peer.</summary>
internal sealed class Blocks
{
    private const int Few = 10;
    private const double QuietShare = 0.02;

    private readonly List<double> _all = [];
    private readonly List<double> _quiet = [];

    /// <summary>Blocks in which no thread of this process waited for a processor more than a fiftieth of the time; all, where nobody knows.</summary>
    public int Quiet => _quiet.Count;

    /// <summary>Blocks in all.</summary>
    public int Count => _all.Count;

    /// <summary>Whether there are too few quiet blocks to rely on.</summary>
    public bool IsDoubtful => Quiet < Few;

    /// <summary>Nanoseconds of one unit of work, of the tenth of blocks that were disturbed least.</summary>
    public double Tenth => Percentile(Counted, 0.1);

    /// <summary>Nanoseconds of one unit of work, median.</summary>
    public double Median => Percentile(Counted, 0.5);

    /// <summary>Where no block was quiet, all count, and <see cref="IsDoubtful"/> says so.</summary>
    private List<double> Counted => _quiet.Count > 0 ? _quiet : _all;

    /// <summary>Adds a block.</summary>
    /// <param name="unit">Nanoseconds of one unit of work.</param>
    /// <param name="waited">The longest that a thread waited during the block.</param>
    /// <param name="span">How long the block took in all.</param>
    public void Add(double unit, double waited, double span)
    {
        _all.Add(unit);
        if (waited <= QuietShare * span)
            _quiet.Add(unit);
    }

    /// <summary>The smallest value that at least so large a share of all values does not exceed.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
