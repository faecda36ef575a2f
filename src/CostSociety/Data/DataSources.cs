namespace CostSociety.Data;

/// <summary>Somewhere data comes from. A new kind of source is one class and one line in <see cref="DataSources"/>.</summary>
public interface IDataSource
{
    /// <summary>The name that circuits use.</summary>
    string Name { get; }

    /// <summary>What it is, where it comes from and under which licence.</summary>
    string Doc { get; }

    /// <summary>Its fields, known without loading.</summary>
    IReadOnlyList<DataField> Fields { get; }

    /// <summary>Its number of rows, known without loading.</summary>
    int Rows { get; }

    /// <summary>The data; loaded once and shared.</summary>
    DataSet Open();
}

/// <summary>The data sources that circuits can name.</summary>
public static class DataSources
{
    /// <summary>The source of streams that the embedding program supplies itself; it has no data here.</summary>
    public const string Host = "host";

    /// <summary>All sources with data of their own.</summary>
    public static IReadOnlyList<IDataSource> All { get; } = [new DigitsSource()];

    /// <summary>Every name that a stream may give as its source.</summary>
    public static IEnumerable<string> Names => All.Select(s => s.Name).Append(Host);

    /// <summary>The source of a name, or null.</summary>
    public static IDataSource? Find(string name) => All.FirstOrDefault(s => s.Name == name);
}
