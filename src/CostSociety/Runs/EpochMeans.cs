using System.Globalization;

namespace CostSociety.Runs;

/// <summary>
/// Means over the samples of an epoch, by name. They are saved with the run, so that a resumed run ends with the same numbers. What comes
/// in the middle of an epoch has the mean over the samples since then.
/// </summary>
internal sealed class EpochMeans
{
    private IReadOnlyList<string> _names = [];
    private double[] _sums = [];
    private double[] _samples = [];

    public EpochMeans(IReadOnlyList<string> names) => Follow(names);

    /// <summary>Means of the first epoch that had a value; NaN before its end.</summary>
    public double[] First { get; private set; } = [];

    /// <summary>Means of the last epoch; NaN before the end of the first.</summary>
    public double[] Last { get; private set; } = [];

    /// <summary>Other names from now on: what is known by one of them is kept.</summary>
    public void Follow(IReadOnlyList<string> names)
    {
        int[] places = [.. names.Select(name => _names.ToList().IndexOf(name))];
        _names = names;
        (First, Last) = (Taken(First, double.NaN), Taken(Last, double.NaN));
        (_sums, _samples) = (Taken(_sums, 0), Taken(_samples, 0));

        double[] Taken(double[] values, double without) => Array.ConvertAll(places, place => place < 0 ? without : values[place]);
    }

    /// <summary>Adds the values of a step.</summary>
    public void Add(ReadOnlySpan<double> costs, ReadOnlySpan<double> measures, int samples)
    {
        for (int i = 0; i < costs.Length; i++)
            _sums[i] += costs[i] * samples;
        for (int i = 0; i < measures.Length; i++)
            _sums[costs.Length + i] += measures[i] * samples;
        foreach (ref double count in _samples.AsSpan())
            count += samples;
    }

    /// <summary>Closes an epoch.</summary>
    public void EndEpoch()
    {
        for (int i = 0; i < _sums.Length; i++)
        {
            Last[i] = _sums[i] / _samples[i];
            if (double.IsNaN(First[i]))
                First[i] = Last[i];
        }
        Array.Clear(_sums);
        Array.Clear(_samples);
    }

    /// <summary>Closes an epoch that was not finished, for a report.</summary>
    public void EndPartialEpoch()
    {
        if (_samples.AsSpan().ContainsAnyExcept(0))
            EndEpoch();
    }

    /// <summary>Everything as one text.</summary>
    public string Save() => string.Join(' ', First.Concat(Last).Concat(_sums).Concat(_samples)
        .Select(v => BitConverter.DoubleToInt64Bits(v).ToString("x", CultureInfo.InvariantCulture)));

    /// <summary>Takes what <see cref="Save"/> wrote, if it is of the same circuit and costs.</summary>
    public void Load(string text)
    {
        double[] values = [.. text.Split(' ').Select(v => BitConverter.Int64BitsToDouble(long.Parse(v, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))];
        int count = _sums.Length;
        if (values.Length == 4 * count)
            (First, Last, _sums, _samples) = (values[..count], values[count..(2 * count)], values[(2 * count)..(3 * count)], values[(3 * count)..]);
    }
}
