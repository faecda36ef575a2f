using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace CostSociety.Runs;

/// <summary>
/// CRC-32C (Castagnoli 1993) of the content of a safetensors file: names, types, shapes, values and strings, in a fixed
/// order. It finds every flipped bit and every burst of up to 32 bits, wherever in the file it was.
/// </summary>
internal struct Checksum()
{
    private uint _crc = uint.MaxValue;

    /// <summary>Adds strings, and tensors in the order of the file.</summary>
    public static string Of(IEnumerable<StoredTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var sum = new Checksum();
        foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            sum.Add(key);
            sum.Add(value);
        }
        foreach (var tensor in tensors)
            sum.Add(tensor);
        return (~sum._crc).ToString("x8", CultureInfo.InvariantCulture);
    }

    private void Add(StoredTensor tensor)
    {
        Add(tensor.Name);
        Add((ulong)tensor.Type);
        Add((ulong)tensor.Shape.Count);
        foreach (long size in tensor.Shape)
            Add((ulong)size);
        for (long first = 0; first < tensor.Elements; first += Safetensors.Chunk)
            Add(tensor.Bytes((int)first, (int)Math.Min(Safetensors.Chunk, tensor.Elements - first)));
    }

    // The length comes first, so that no text can run into the next one.
    private void Add(string text)
    {
        Add((ulong)text.Length);
        Add(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private void Add(ulong number) => _crc = BitOperations.Crc32C(_crc, number);

    private void Add(ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        uint crc = _crc;
        foreach (ulong word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, rest);
        _crc = crc;
    }
}
