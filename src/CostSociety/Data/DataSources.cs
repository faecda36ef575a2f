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

    /// <summary>The licence of the data, or an empty text when it is not known.</summary>
    string Licence => "";

    /// <summary>Where the data is on this machine, or null when it is not there.</summary>
    string? Place => "inside the program";

    /// <summary>The data; loaded once and shared.</summary>
    /// <exception cref="IOException">It is not on this machine; the message says how to get it.</exception>
    /// <exception cref="InvalidDataException">A file holds something else; the message says where and what.</exception>
    DataSet Open();
}

/// <summary>The data sources that circuits can name.</summary>
public static class DataSources
{
    /// <summary>The source of streams that the embedding program supplies itself; it has no data here.</summary>
    public const string Host = "host";

    /// <summary>All sources that need no entry under <c>sources</c>.</summary>
    public static IReadOnlyList<IDataSource> All { get; } =
        [new DigitsSource(), .. DownloadableSet.All.Select(set => new DownloadableSource(set))];

    /// <summary>Every name that a stream may give as its source.</summary>
    public static IEnumerable<string> Names => All.Select(s => s.Name).Append(Host);

    /// <summary>The source of a name, or null.</summary>
    public static IDataSource? Find(string name) => All.FirstOrDefault(s => s.Name == name);
}
