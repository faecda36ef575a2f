namespace CostSociety.Data;

/// <summary>One field of a data source.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Shape of one row's values; [1] for a class number.</param>
/// <param name="Classes">Number of classes of a label, 0 for other numbers.</param>
/// <param name="Doc">What it is.</param>
public sealed record DataField(string Name, IReadOnlyList<int> Shape, int Classes, string Doc)
{
    /// <summary>Floats of one row.</summary>
    public int Width => Shape.Aggregate(1, (a, b) => a * b);
}

/// <summary>A data set in memory: fields of values, row after row, and which rows train and which test.</summary>
public sealed class DataSet
{
    private readonly Dictionary<string, Array> _values;
    private readonly Dictionary<string, int> _widths;

    /// <summary>Makes a data set.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="values">Values of every field by its name, rows x width.</param>
    /// <param name="trainRows">Rows of the training part.</param>
    /// <param name="testRows">Rows of the held-out part.</param>
    public DataSet(IReadOnlyList<DataField> fields, IReadOnlyDictionary<string, float[]> values, IReadOnlyList<int> trainRows, IReadOnlyList<int> testRows)
        : this(fields, values.Select(v => KeyValuePair.Create(v.Key, (Array)v.Value)), trainRows, testRows)
    {
    }

    /// <summary>Makes a data set of floats or, a quarter as large in memory, of bytes.</summary>
    internal DataSet(
        IReadOnlyList<DataField> fields, IEnumerable<KeyValuePair<string, Array>> values, IReadOnlyList<int> trainRows, IReadOnlyList<int> testRows)
    {
        _values = new(values, StringComparer.Ordinal);
        _widths = fields.ToDictionary(f => f.Name, f => f.Width, StringComparer.Ordinal);
        (Fields, TrainRows, TestRows) = (fields, trainRows, testRows);
        Rows = fields.Count == 0 ? 0 : _values[fields[0].Name].Length / fields[0].Width;
        foreach (var field in fields)
            if (_values[field.Name].Length != (long)Rows * field.Width)
                throw new ArgumentException($"field '{field.Name}' has {_values[field.Name].Length} values, not {Rows} rows of {field.Width}", nameof(values));
    }

    /// <summary>The same data under fields that say more about it.</summary>
    internal DataSet(IReadOnlyList<DataField> fields, DataSet other)
        : this(fields, other._values, other.TrainRows, other.TestRows)
    {
    }

    /// <summary>The fields.</summary>
    public IReadOnlyList<DataField> Fields { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Rows of the training part.</summary>
    public IReadOnlyList<int> TrainRows { get; }

    /// <summary>Rows of the held-out part.</summary>
    public IReadOnlyList<int> TestRows { get; }

    /// <summary>Values of a field, rows x width.</summary>
    public ReadOnlySpan<float> Values(string field) =>
        _values[field] is byte[] bytes ? Array.ConvertAll(bytes, b => (float)b) : (float[])_values[field];

    /// <summary>Writes the values of one row.</summary>
    public void CopyRow(string field, int row, Span<float> destination)
    {
        int width = _widths[field];
        if (_values[field] is float[] floats)
        {
            floats.AsSpan(row * width, width).CopyTo(destination);
            return;
        }
        var bytes = ((byte[])_values[field]).AsSpan(row * width, width);
        for (int i = 0; i < width; i++)
            destination[i] = bytes[i];
    }
}
