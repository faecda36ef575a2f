using CostSociety.Fabric;

namespace CostSociety.Data;

/// <summary>
/// Square patches at random places of the PNG pictures of a folder, sorted by name. The places are a function of the
/// seed and the number of the patch alone; whitening is learned from the patches to learn from.
/// </summary>
internal sealed class PatchSource : IDataSource, IWhitened
{
    private const int MostAttempts = 1000;
    private const long MostBytes = 1L << 29;

    private readonly string _folder;
    private readonly PatchLayout _layout;
    private readonly RowRange? _split;
    private readonly Lazy<(DataSet Data, Whitening? Whitening)> _loaded;

    public PatchSource(string name, string folder, PatchLayout layout, RowRange? split)
    {
        (Name, _folder, _layout, _split) = (name, folder, layout, split);
        Fields = [new("image", layout.Shape, 0, layout.Whiten is null ? "a patch" : $"a patch, whitened ({layout.Whiten})")];
        _loaded = new(Load);
    }

    public string Name { get; }

    public string Doc => $"Patches of the pictures in {_folder}.";

    public IReadOnlyList<DataField> Fields { get; }

    public int Rows => _layout.Count;

    public string? Place => Directory.Exists(_folder) ? _folder : null;

    /// <summary>The map from patches to samples, or null when they are not whitened.</summary>
    public Whitening? Whitening => _loaded.Value.Whitening;

    public bool IsWhitened => _layout.Whiten is not null;

    public float[] ToPixels(float[] weights) => Whitening?.Through(weights) ?? weights;

    public DataSet Open() => _loaded.Value.Data;

    private (DataSet, Whitening?) Load()
    {
        var images = Images();
        var patches = new float[(long)_layout.Count * _layout.Pixels];
        for (int i = 0; i < _layout.Count; i++)
            Cut(images, i, patches.AsSpan(i * _layout.Pixels, _layout.Pixels));
        var (train, test) = RowSplit.Of(_layout.Count, _split);
        var whitening = _layout.Whiten is null ? null
            : Data.Whitening.Of(patches, _layout.Pixels, train, _layout.Epsilon, _layout.Whiten == "pca" ? Fields[0].Width : 0);
        float[] values = whitening is null ? patches : Apply(whitening, patches);
        return (new DataSet(Fields, new Dictionary<string, float[]> { ["image"] = values }, train, test), whitening);
    }

    private List<GreyImage> Images()
    {
        if (!Directory.Exists(_folder))
            throw new FileNotFoundException($"there is no folder '{_folder}' with pictures for the source '{Name}'");
        var images = new List<GreyImage>();
        foreach (string path in Directory.EnumerateFiles(_folder, "*.png").Order(StringComparer.Ordinal))
        {
            images.Add(PngImage.Load(path));
            if (images[^1].Width < _layout.Size || images[^1].Height < _layout.Size)
                throw new InvalidDataException($"{path}: {images[^1].Width} x {images[^1].Height} pixels are smaller than a patch of {_layout.Size} x {_layout.Size}");
            if (images.Sum(i => (long)i.Pixels.Length) > MostBytes)
                throw new InvalidDataException($"{_folder}: the pictures have more than {MostBytes} pixels");
        }
        return images.Count > 0 ? images : throw new FileNotFoundException($"'{_folder}' has no .png file for the source '{Name}'");
    }

    private void Cut(List<GreyImage> images, int patch, Span<float> destination)
    {
        ulong key = CounterRandom.Key(_layout.Seed, 0, CounterRandom.Hash("patches"));
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            var image = images[Draw(key, patch, attempt, 0, images.Count)];
            int x = Draw(key, patch, attempt, 1, image.Width - _layout.Size + 1), y = Draw(key, patch, attempt, 2, image.Height - _layout.Size + 1);
            for (int row = 0; row < _layout.Size; row++)
                for (int col = 0; col < _layout.Size; col++)
                    destination[row * _layout.Size + col] = image.Pixels[(y + row) * image.Width + x + col];
            if (IsTaken(destination))
                return;
        }
        throw new InvalidDataException(
            $"{_folder}: no patch with a standard deviation of {_layout.LeastContrast} or more in {MostAttempts} attempts; choose a smaller \"least-contrast\"");
    }

    private static int Draw(ulong key, int patch, int attempt, uint what, int count) =>
        (int)(((ulong)CounterRandom.Word(key, (uint)patch, attempt, what) * (uint)count) >> 32);

    /// <summary>Whether the patch has contrast enough; then it is brought to mean 0 and standard deviation 1 if wanted.</summary>
    private bool IsTaken(Span<float> patch)
    {
        double mean = 0, squares = 0;
        foreach (float v in patch)
            mean += v / (double)patch.Length;
        foreach (float v in patch)
            squares += (v - mean) * (v - mean) / patch.Length;
        double deviation = Math.Sqrt(squares);
        if (deviation < _layout.LeastContrast)
            return false;
        if (_layout.Contrast)
            for (int i = 0; i < patch.Length; i++)
                patch[i] = (float)((patch[i] - mean) / Math.Max(deviation, 1e-6));
        return true;
    }

    private float[] Apply(Whitening whitening, float[] patches)
    {
        var values = new float[(long)_layout.Count * whitening.Outputs];
        for (int i = 0; i < _layout.Count; i++)
            whitening.Apply(patches.AsSpan(i * _layout.Pixels, _layout.Pixels), values.AsSpan(i * whitening.Outputs, whitening.Outputs));
        return values;
    }
}
