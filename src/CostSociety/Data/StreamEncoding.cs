using CostSociety.Circuits;

namespace CostSociety.Data;

/// <summary>From the values of a source to the values of a stream: one-hot, or value * scale - mean of the training rows.</summary>
internal static class StreamEncoding
{
    public static (StreamTable Train, StreamTable Test) Encode(StreamSpec stream)
    {
        var data = DataSources.Find(stream.Source)!.Open();
        var (trainRows, testRows) = Split(data, stream.Split);
        var train = Encode(stream, data, trainRows);
        var test = Encode(stream, data, testRows);
        if (stream.CenterOnTrainingMean)
            Center(train, test);
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
        var table = new StreamTable(stream.Source, stream.Width, new float[rows.Count * stream.Width]);
        var source = data.Values(stream.Field);
        for (int i = 0; i < rows.Count; i++)
        {
            var destination = table.Values.AsSpan(i * stream.Width, stream.Width);
            if (stream.OneHot)
                destination[(int)source[rows[i]]] = 1;
            else
                Scale(source.Slice(rows[i] * stream.Width, stream.Width), stream.Scale, destination);
        }
        return table;
    }

    private static void Scale(ReadOnlySpan<float> source, double scale, Span<float> destination)
    {
        for (int i = 0; i < source.Length; i++)
            destination[i] = (float)(source[i] * scale);
    }

    private static void Center(StreamTable train, StreamTable test)
    {
        var mean = new double[train.Width];
        for (int i = 0; i < train.Values.Length; i++)
            mean[i % train.Width] += train.Values[i] / (double)train.Rows;
        foreach (var table in new[] { train, test })
            for (int i = 0; i < table.Values.Length; i++)
                table.Values[i] = (float)(table.Values[i] - mean[i % table.Width]);
    }
}
