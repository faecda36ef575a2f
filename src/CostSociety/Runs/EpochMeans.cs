using System.Globalization;

namespace CostSociety.Runs;

/// <summary>
/// Means over the samples of an epoch. They are saved with the run, so that a resumed run ends with the same numbers.
/// </summary>
internal sealed class EpochMeans(int count)
{
    private readonly double[] _sums = new double[count];
    private double _samples;

    /// <summary>Means of the first whole epoch; NaN before its end.</summary>
    public double[] First { get; private set; } = Filled(count);

    /// <summary>Means of the last whole epoch; NaN before the end of the first.</summary>
    public double[] Last { get; private set; } = Filled(count);

    /// <summary>Adds the values of a step.</summary>
    public void Add(ReadOnlySpan<double> costs, ReadOnlySpan<double> measures, int samples)
    {
        for (int i = 0; i < costs.Length; i++)
            _sums[i] += costs[i] * samples;
        for (int i = 0; i < measures.Length; i++)
            _sums[costs.Length + i] += measures[i] * samples;
        _samples += samples;
    }

    /// <summary>Closes an epoch.</summary>
    public void EndEpoch()
    {
        for (int i = 0; i < _sums.Length; i++)
            Last[i] = _sums[i] / _samples;
        if (double.IsNaN(First.DefaultIfEmpty(0).First()))
            Last.CopyTo(First, 0);
        Array.Clear(_sums);
        _samples = 0;
    }

    /// <summary>Closes an epoch that was not finished, for a report.</summary>
    public void EndPartialEpoch()
    {
        if (_samples > 0)
            EndEpoch();
    }

    /// <summary>Everything as one text.</summary>
    public string Save() => string.Join(' ', First.Concat(Last).Concat(_sums).Append(_samples)
        .Select(v => BitConverter.DoubleToInt64Bits(v).ToString("x", CultureInfo.InvariantCulture)));

    /// <summary>Takes what <see cref="Save"/> wrote, if it is of the same circuit and costs.</summary>
    public void Load(string text)
    {
        double[] values = [.. text.Split(' ').Select(v => BitConverter.Int64BitsToDouble(long.Parse(v, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))];
        if (values.Length != 3 * _sums.Length + 1)
            return;
        First = values[.._sums.Length];
        Last = values[_sums.Length..(2 * _sums.Length)];
        values[(2 * _sums.Length)..^1].CopyTo(_sums, 0);
        _samples = values[^1];
    }

    private static double[] Filled(int count)
    {
        var values = new double[count];
        values.AsSpan().Fill(double.NaN);
        return values;
    }
}
