using System.IO.Compression;

namespace CostSociety.Data;

/// <summary>
/// NumPy arrays as fields: one .npy file, or all arrays of an .npz file with one row count. The first axis counts rows.
/// Only headers are read before the data is needed, and the array that holds classes.
/// </summary>
internal sealed class ArraySource : IDataSource
{
    private const int MostArrays = 1000;

    private readonly string _path;
    private readonly string? _label;
    private readonly RowRange? _split;
    private readonly Lazy<DataSet> _data;

    private ArraySource(string name, string path, string? label, RowRange? split, IReadOnlyList<(string Name, NpyHeader Header)> arrays)
    {
        (Name, _path, _label, _split) = (name, path, label, split);
        if (label is not null && arrays.All(a => a.Name != label))
            throw new InvalidDataException($"{path}: there is no array '{label}' for the label; there are {string.Join(", ", arrays.Select(a => a.Name))}");
        Rows = arrays[0].Header.Shape[0];
        foreach (var (other, header) in arrays)
            if (header.Shape[0] != Rows || header.Elements == 0)
                throw new InvalidDataException($"{path}: '{other}' has {header.Shape[0]} rows of {header.Elements / Math.Max(1, header.Shape[0])} values, '{arrays[0].Name}' has {Rows} rows");
        Fields = [.. arrays.Select(a => new DataField(a.Name, RowShape(a.Header.Shape), a.Name == label ? Classes(a.Name) : 0, "an array"))];
        _data = new(Load);
    }

    public string Name { get; }

    public string Doc => $"Arrays of {_path}.";

    public IReadOnlyList<DataField> Fields { get; }

    public int Rows { get; }

    public string? Place => _path;

    public DataSet Open() => _data.Value;

    /// <summary>One array, as the field <c>values</c>.</summary>
    public static ArraySource OfNpy(string name, string path, string? label, RowRange? split) => BoundedStream.Named(path, () =>
    {
        using var stream = File.OpenRead(path);
        return new ArraySource(name, path, label, split, [("values", Fitting(NpyHeader.Read(stream), stream.Length))]);
    });

    /// <summary>All arrays of a zip file, as fields of their names.</summary>
    public static ArraySource OfNpz(string name, string path, string? label, RowRange? split) => BoundedStream.Named(path, () =>
    {
        using var zip = ZipFile.OpenRead(path);
        if (zip.Entries.Count is 0 or > MostArrays)
            throw new InvalidDataException($"{zip.Entries.Count} arrays; expected 1 to {MostArrays}");
        return new ArraySource(name, path, label, split, [.. zip.Entries.Select(e => (ArrayName(e), Header(e)))]);
    });

    private static string ArrayName(ZipArchiveEntry entry) =>
        entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;

    private static NpyHeader Header(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        return BoundedStream.Named(entry.FullName, () => Fitting(NpyHeader.Read(stream), entry.Length));
    }

    private static NpyHeader Fitting(NpyHeader header, long length) =>
        header.Bytes <= length ? header : throw Npy.NotFitting(header, length);

    /// <summary>[rows] gives one number, [rows, h, w] an image of one map, anything else but three sizes a vector.</summary>
    private static int[] RowShape(int[] shape) => shape.Length switch
    {
        3 => [1, shape[1], shape[2]],
        4 => [.. shape.Skip(1)],
        _ => [shape.Skip(1).Aggregate(1, (a, b) => checked(a * b))],
    };

    private NpyArray Array(string name)
    {
        if (!_path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
            return Npy.Load(_path);
        using var zip = ZipFile.OpenRead(_path);
        var entry = zip.Entries.First(e => ArrayName(e) == name);
        if (entry.Length > entry.CompressedLength * BoundedStream.MostExpansion + 64)
            throw new InvalidDataException($"{_path}: '{name}' declares {entry.Length} bytes out of {entry.CompressedLength}");
        using var stream = entry.Open();
        return BoundedStream.Named($"{_path}: {name}", () => Npy.Read(stream, entry.Length));
    }

    private int Classes(string name)
    {
        float[] values = Array(name).Values;
        int wrong = System.Array.FindIndex(values, v => v is not (>= 0 and < 1_000_000) || v != MathF.Floor(v));
        if (wrong >= 0)
            throw new InvalidDataException($"{_path}: row {wrong} of '{name}' is {values[wrong]}, not the number of a class");
        return (int)values.Max() + 1;
    }

    private DataSet Load()
    {
        var values = Fields.ToDictionary(f => f.Name, f => Array(f.Name).Values);
        var (train, test) = RowSplit.Of(Rows, _split);
        return new DataSet(Fields, values, train, test);
    }
}
