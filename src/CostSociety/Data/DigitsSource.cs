using System.Globalization;
using System.IO.Compression;

namespace CostSociety.Data;

/// <summary>
/// 1,797 handwritten digits of 8 x 8 pixels from 0 to 16. Rows 0, 3, 6, ..., 1497 are held out (500), the other 1,297 train.
/// </summary>
public sealed class DigitsSource : IDataSource
{
    private const int Pixels = 64;
    private const int LastTestRow = 1497;

    private static readonly DataField[] _fields =
    [
        new("image", [1, 8, 8], 0, "pixels from 0 to 16"),
        new("label", [1], 10, "the digit"),
    ];

    private static readonly Lazy<DataSet> _data = new(Load);

    /// <inheritdoc/>
    public string Name => "digits";

    /// <inheritdoc/>
    public string Doc => "Handwritten digits, 8 x 8 (Alpaydin and Kaynak 1998; UCI; BSD-3 as shipped by scikit-learn).";

    /// <inheritdoc/>
    public string Licence => "BSD-3-Clause";

    /// <inheritdoc/>
    public IReadOnlyList<DataField> Fields => _fields;

    /// <inheritdoc/>
    public int Rows => 1797;

    /// <inheritdoc/>
    public DataSet Open() => _data.Value;

    private static DataSet Load()
    {
        var images = new List<float>();
        var labels = new List<float>();
        using var packed = typeof(DigitsSource).Assembly.GetManifestResourceStream("data/digits.csv.gz")!;
        using var text = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        while (text.ReadLine() is { Length: > 0 } line)
            ReadRow(line, images, labels);
        var values = new Dictionary<string, float[]> { ["image"] = [.. images], ["label"] = [.. labels] };
        var rows = Enumerable.Range(0, labels.Count).ToList();
        return new DataSet(_fields, values, [.. rows.Where(r => !IsTest(r))], [.. rows.Where(IsTest)]);
    }

    private static bool IsTest(int row) => row % 3 == 0 && row <= LastTestRow;

    private static void ReadRow(string line, List<float> images, List<float> labels)
    {
        string[] cells = line.Split(',');
        for (int i = 0; i < Pixels; i++)
            images.Add(float.Parse(cells[i], CultureInfo.InvariantCulture));
        labels.Add(float.Parse(cells[Pixels], CultureInfo.InvariantCulture));
    }
}
