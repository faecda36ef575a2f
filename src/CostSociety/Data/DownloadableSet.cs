namespace CostSociety.Data;

/// <summary>One file of a data set.</summary>
/// <param name="Name">Its name, unpacked.</param>
/// <param name="Sha256">Hash of the unpacked bytes, in lower-case hexadecimal digits.</param>
public sealed record DownloadableFile(string Name, string Sha256);

/// <summary>A well-known data set that does not ship with the program: where to get it, and how to know it.</summary>
/// <param name="Name">The name that circuits use.</param>
/// <param name="Doc">What it is.</param>
/// <param name="Licence">Its licence.</param>
/// <param name="Mirrors">Addresses of folders that hold its files packed, <c>NAME.gz</c>; tried in order.</param>
/// <param name="Files">Its four files.</param>
public sealed record DownloadableSet(
    string Name, string Doc, string Licence, IReadOnlyList<string> Mirrors, IReadOnlyList<DownloadableFile> Files)
{
    private static readonly string[] _names =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>All known sets.</summary>
    public static IReadOnlyList<DownloadableSet> All { get; } =
    [
        new("fashion-mnist", "70,000 pictures of clothing in ten classes, 28 x 28 (Xiao, Rasul and Vollgraf 2017; Zalando SE).", "MIT",
            ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"],
            Hashed("c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")),
        new("mnist", "70,000 handwritten digits, 28 x 28 (LeCun, Cortes and Burges 1998).", "CC-BY-SA-3.0",
            ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
            Hashed("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),
    ];

    /// <summary>The set of a name, or null.</summary>
    public static DownloadableSet? Find(string name) => All.FirstOrDefault(s => s.Name == name);

    private static DownloadableFile[] Hashed(params string[] hashes) => [.. _names.Zip(hashes, (n, h) => new DownloadableFile(n, h))];
}

/// <summary>
/// A downloadable set as a source. Its size is known without its files, so that a circuit can be checked without them;
/// whatever stands in its folder is what is read.
/// </summary>
internal sealed class DownloadableSource(DownloadableSet set) : IDataSource
{
    private const int Classes = 10;
    private const int WholeRows = 70_000;

    private static readonly DataField[] _fields =
        [new("image", [1, 28, 28], 0, "pixels from 0 to 255"), new("label", [1], Classes, "the class")];

    private readonly Lock _lock = new();
    private IdxSource? _opened;

    public string Name => set.Name;

    public string Doc => set.Doc;

    public IReadOnlyList<DataField> Fields => _fields;

    public int Rows => TryOpen()?.Rows ?? WholeRows;

    public string Licence => set.Licence;

    public string? Place => IsHere ? DataFolder.Of(set.Name) : null;

    private bool IsHere => IdxSource.TryFind(DataFolder.Of(set.Name), "train", "images", 3) is not null;

    public DataSet Open()
    {
        var source = TryOpen() ?? throw new FileNotFoundException(
            $"the data set '{Name}' is not on this machine (looked in {DataFolder.Of(Name)})\nget it with: costsociety data get {Name}");
        if (!source.Fields[0].Shape.SequenceEqual(_fields[0].Shape) || source.Fields[1].Classes > Classes)
            throw new InvalidDataException(
                $"{source.Place}: images of {string.Join(" x ", source.Fields[0].Shape)} in {source.Fields[1].Classes} classes are not {Name}");
        var data = source.Open();
        return new DataSet(_fields, data);
    }

    private IdxSource? TryOpen()
    {
        lock (_lock)
        {
            string folder = DataFolder.Of(Name);
            if (_opened?.Place != folder)
                _opened = IsHere ? new IdxSource(Name, folder) : null;
            return _opened;
        }
    }
}
