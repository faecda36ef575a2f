using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CostSociety.Runs;

/// <summary>A number that tells a damaged checkpoint from a whole one: of all names, shapes, values and texts in it.</summary>
internal static class Checksum
{
    /// <summary>Name of the text that holds it.</summary>
    public const string Key = "checksum";

    private const int Chunk = 1 << 18;
    private const int Bytes = 16;

    /// <summary>The checksum of what a file will hold.</summary>
    public static string Of(IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in metadata.Where(m => m.Key != Key).OrderBy(m => m.Key, StringComparer.Ordinal))
            Add(hash, key, value);
        foreach (var tensor in tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
            Add(hash, tensor);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, Bytes));
    }

    /// <summary>Refuses a file whose content has another checksum than it says; files of before checksums have none.</summary>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    public static void Check(TensorFile file)
    {
        if (file.Metadata.TryGetValue(Key, out string? saved) && saved != Of(file.Tensors, file.Metadata))
            throw new CheckpointException("the checkpoint is damaged: its content does not have the checksum that it says");
    }

    private static void Add(IncrementalHash hash, StoredTensor tensor)
    {
        Add(hash, tensor.Name, string.Create(CultureInfo.InvariantCulture, $"{tensor.Type} {string.Join(' ', tensor.Shape)}"));
        for (long first = 0; first < tensor.Elements; first += Chunk)
            hash.AppendData(tensor.Bytes((int)first, (int)Math.Min(Chunk, tensor.Elements - first)));
    }

    private static void Add(IncrementalHash hash, string name, string text) =>
        hash.AppendData(Encoding.UTF8.GetBytes($"{name.Length} {name} {text.Length} {text} "));
}
