namespace CostSociety.Data;

/// <summary>
/// A folder in the layout of MNIST: images and labels in idx files, packed or not, the files <c>t10k</c> held out. Only
/// the headers and labels are read before the data is needed.
/// </summary>
internal sealed class IdxSource : IDataSource
{
    private readonly string _folder;
    private readonly string _trainImages;
    private readonly string _trainLabels;
    private readonly string? _testImages;
    private readonly RowRange? _split;
    private readonly Lazy<DataSet> _data;
    private readonly int[] _shape;
    private readonly byte[] _labels;

    public IdxSource(string name, string folder, RowRange? split = null)
    {
        (Name, _folder, _split) = (name, folder, split);
        (_trainImages, _trainLabels) = (Find("train", "images", 3), Find("train", "labels", 1));
        _testImages = TryFind("t10k", "images", 3);
        _shape = Idx.Shape(_trainImages);
        int testRows = _testImages is null ? 0 : TestRows(_testImages);
        _labels = [.. Labels(_trainLabels, _shape[0]), .. _testImages is null ? [] : Labels(Find("t10k", "labels", 1), testRows)];
        Rows = _shape[0] + testRows;
        Fields = [new("image", ImageShape(_shape), 0, "bytes from 0 to 255"), new("label", [1], _labels.Max() + 1, "the class")];
        _data = new(Load);
    }

    public string Name { get; }

    public string Doc => $"Images and labels in idx files of {_folder}.";

    public IReadOnlyList<DataField> Fields { get; }

    public int Rows { get; }

    public string? Place => _folder;

    public DataSet Open() => _data.Value;

    /// <summary>The file of a part under one of the names in use, or null.</summary>
    public static string? TryFind(string folder, string part, string what, int axes)
    {
        string[] names = [$"{part}-{what}-idx{axes}-ubyte", $"{part}-{what}.idx{axes}-ubyte"];
        return names.SelectMany(n => new[] { n, n + ".gz" }).Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists);
    }

    private string? TryFind(string part, string what, int axes) => TryFind(_folder, part, what, axes);

    private string Find(string part, string what, int axes) => TryFind(part, what, axes) ?? throw new FileNotFoundException(
        Directory.Exists(_folder) ? $"'{_folder}' has no {part}-{what}-idx{axes}-ubyte, packed (.gz) or not" : $"there is no folder '{_folder}'");

    private static int[] ImageShape(int[] shape) => shape.Length == 3 ? [1, shape[1], shape[2]] : [.. shape.Skip(1).DefaultIfEmpty(1)];

    private int TestRows(string path)
    {
        int[] shape = Idx.Shape(path);
        return shape.Skip(1).SequenceEqual(_shape.Skip(1))
            ? shape[0]
            : throw new InvalidDataException($"{path}: images of {string.Join(" x ", shape.Skip(1))}, but those to learn from have {string.Join(" x ", _shape.Skip(1))}");
    }

    private static byte[] Labels(string path, int rows)
    {
        var (shape, labels) = Idx.Load(path);
        return shape.Length == 1 && labels.Length == rows
            ? labels
            : throw new InvalidDataException($"{path}: {string.Join(" x ", shape)} labels for {rows} images");
    }

    private DataSet Load()
    {
        byte[] images = Idx.Load(_trainImages).Values;
        if (_testImages is not null)
            images = [.. images, .. Idx.Load(_testImages).Values];
        int train = _shape[0];
        var (trainRows, testRows) = _split is null && _testImages is not null
            ? (Enumerable.Range(0, train).ToArray(), Enumerable.Range(train, Rows - train).ToArray())
            : RowSplit.Of(Rows, _split);
        return new DataSet(Fields, [new("image", images), new("label", _labels)], trainRows, testRows);
    }
}
