using CostSociety.Circuits;
using CostSociety.Fabric;

namespace CostSociety.Data;

/// <summary>
/// From the values of a source to the values of a stream: one-hot, rank in its class, or value * scale, less the mean of the
/// training rows, over their standard deviation.
/// </summary>
internal static class StreamEncoding
{
    public static (StreamTable Train, StreamTable Test) Encode(StreamSpec stream, IDataSource source, ulong seed)
    {
        var data = source.Open();
        var (trainRows, testRows) = Split(data, stream.Split);
        if (stream.RankInClass)
            return (Ranks(stream, data, trainRows, seed), Ranks(stream, data, testRows, seed));
        var train = Encode(stream, data, trainRows);
        var test = Encode(stream, data, testRows);
        if (stream.CenterOnTrainingMean)
            Shift(Means(train), train, test);
        if (stream.UnitVariance)
            Divide(Deviations(train), train, test);
        return (train, test);
    }

    private static (IReadOnlyList<int> Train, IReadOnlyList<int> Test) Split(DataSet data, string? split)
    {
        if (split is null || !RowRange.TryParse(split, out var range))
            return (data.TrainRows, data.TestRows);
        var rows = Enumerable.Range(0, data.Rows);
        return ([.. rows.Where(r => range.Holds(r))], [.. rows.Where(r => !range.Holds(r))]);
    }

    private static StreamTable Encode(StreamSpec stream, DataSet data, IReadOnlyList<int> rows)
    {
        var table = new StreamTable(stream.Source, stream.Width, new float[(long)rows.Count * stream.Width]);
        var label = new float[1];
        for (int i = 0; i < rows.Count; i++)
        {
            var destination = table.Values.AsSpan(i * stream.Width, stream.Width);
            data.CopyRow(stream.Field, rows[i], stream.OneHot ? label : destination);
            if (stream.OneHot)
                destination[(int)label[0]] = 1;
            else
                Scale(stream.Scale, destination);
        }
        return table;
    }

    /// <summary>How many rows of the same class and part come before each row, in an order that the seed draws over all rows of the source.</summary>
    private static StreamTable Ranks(StreamSpec stream, DataSet data, IReadOnlyList<int> rows, ulong seed)
    {
        var table = new StreamTable(stream.Source, 1, new float[rows.Count]);
        ulong key = CounterRandom.Key(seed, 0, CounterRandom.Hash("rank." + stream.Source));
        var before = new Dictionary<float, int>();
        Span<float> label = stackalloc float[1];
        foreach (int i in Enumerable.Range(0, rows.Count).OrderBy(i => CounterRandom.Word(key, (uint)rows[i], 0, 0)))
        {
            data.CopyRow(stream.Field, rows[i], label);
            table.Values[i] = before.GetValueOrDefault(label[0]);
            before[label[0]] = (int)table.Values[i] + 1;
        }
        return table;
    }

    private static void Scale(double scale, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(values[i] * scale);
    }

    private static double[] Means(StreamTable train)
    {
        var mean = new double[train.Width];
        for (int i = 0; i < train.Values.Length; i++)
            mean[i % train.Width] += train.Values[i] / (double)train.Rows;
        return mean;
    }

    /// <summary>Standard deviation of every position; 1 where all rows agree, so that nothing is divided by 0.</summary>
    private static double[] Deviations(StreamTable train)
    {
        double[] mean = Means(train), squares = new double[train.Width];
        for (int i = 0; i < train.Values.Length; i++)
            squares[i % train.Width] += Math.Pow(train.Values[i] - mean[i % train.Width], 2) / train.Rows;
        return Array.ConvertAll(squares, s => s > 1e-12 ? Math.Sqrt(s) : 1);
    }

    private static void Shift(double[] mean, params ReadOnlySpan<StreamTable> tables)
    {
        foreach (var table in tables)
            for (int i = 0; i < table.Values.Length; i++)
                table.Values[i] = (float)(table.Values[i] - mean[i % table.Width]);
    }

    private static void Divide(double[] deviation, params ReadOnlySpan<StreamTable> tables)
    {
        foreach (var table in tables)
            for (int i = 0; i < table.Values.Length; i++)
                table.Values[i] = (float)(table.Values[i] / deviation[i % table.Width]);
    }
}
