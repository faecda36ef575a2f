namespace CostSociety.Runs;

/// <summary>Mean, standard deviation and the 95 % interval of the mean (Student's t) of the values that are numbers.</summary>
/// <param name="Mean">Mean; NaN when there is no number.</param>
/// <param name="Deviation">Standard deviation, over count - 1; NaN with fewer than two numbers.</param>
/// <param name="Low">Lower end of the interval; NaN with fewer than two numbers.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Failed">How many values are no number.</param>
public readonly record struct Statistics(double Mean, double Deviation, double Low, double High, int Failed)
{
    private const double Normal = 1.959963984540054;

    /// <summary>Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom.</summary>
    private static readonly double[] _quantiles =
    [
        12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
        2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
        2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
    ];

    /// <summary>Statistics of values.</summary>
    public static Statistics Of(IReadOnlyList<double> all)
    {
        double[] values = [.. all.Where(double.IsFinite)];
        double mean = values.Length == 0 ? double.NaN : values.Average();
        double deviation = values.Length < 2 ? double.NaN : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
        double half = values.Length < 2 ? double.NaN : Quantile(values.Length - 1) * deviation / Math.Sqrt(values.Length);
        return new Statistics(mean, deviation, mean - half, mean + half, all.Count - values.Length);
    }

    /// <summary>The quantile for so many degrees of freedom; beyond the table, two terms of its expansion about the normal one.</summary>
    public static double Quantile(int freedom)
    {
        if (freedom <= _quantiles.Length)
            return _quantiles[freedom - 1];
        double z = Normal, z3 = z * z * z, z5 = z3 * z * z;
        return z + (z3 + z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * z) / (96.0 * freedom * freedom);
    }
}
