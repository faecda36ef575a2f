using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CostSociety.Runs;

/// <summary>
/// Reads and writes safetensors: 8 bytes header length, a JSON header, then the values. The writer's bytes depend
/// on the content alone: wider types first (so that all stay aligned), then names in ordinal order. A checksum of the
/// content stands among the strings; a file of another program may go without.
/// </summary>
public static class Safetensors
{
    internal const string MetadataKey = "__metadata__";
    internal const string ChecksumKey = "crc32c";
    internal const long LargestHeader = 100_000_000;
    internal const int Chunk = 1 << 18;

    /// <summary>Writes a file whole or not at all.</summary>
    public static void Save(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Reads a file.</summary>
    /// <exception cref="CheckpointException">The file is not exactly what the format asks for.</exception>
    public static TensorFile Load(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        try
        {
            return Read(stream);
        }
        catch (CheckpointException e)
        {
            throw new CheckpointException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Writes tensors and strings.</summary>
    /// <exception cref="CheckpointException">Two tensors have one name, or one has the reserved name.</exception>
    public static void Write(
        Stream stream, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        StoredTensor[] sorted = [.. tensors.OrderByDescending(t => StoredTensor.WidthOf(t.Type)).ThenBy(t => t.Name, StringComparer.Ordinal)];
        RefuseBadNames(sorted);
        var header = Header(sorted, WithChecksum(sorted, metadata));
        int padding = -header.WrittenCount & 7;
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.WrittenCount + padding);
        stream.Write(length);
        stream.Write(header.WrittenSpan);
        stream.Write("       "u8[..padding]);
        foreach (var tensor in sorted)
            WriteValues(stream, tensor);
    }

    /// <summary>Reads tensors and strings up to the end of the stream, which must be the end of the file.</summary>
    /// <exception cref="CheckpointException">The bytes are not exactly what the format asks for.</exception>
    public static TensorFile Read(Stream stream)
    {
        if (!stream.CanSeek)
            return ReadBuffered(stream);
        var (entries, metadata) = SafetensorsHeader.Parse(ReadHeader(stream));
        CheckLayout(entries, stream.Length - stream.Position);
        var tensors = new List<StoredTensor>(entries.Count);
        foreach (var entry in entries)
            tensors.Add(ReadValues(stream, entry));
        return new TensorFile(tensors, metadata) { IsChecked = CheckSum(tensors, metadata) };
    }

    private static Dictionary<string, string> WithChecksum(StoredTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var strings = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        strings[ChecksumKey] = Checksum.Of(tensors, strings);
        return strings;
    }

    /// <summary>Takes the checksum out of the strings; false when there is none.</summary>
    private static bool CheckSum(List<StoredTensor> tensors, Dictionary<string, string> metadata)
    {
        if (!metadata.Remove(ChecksumKey, out string? expected))
            return false;
        string actual = Checksum.Of(tensors, metadata);
        return actual == expected
            ? true
            : throw new CheckpointException($"damaged: the content has the checksum {actual}, but {expected} was written");
    }

    private static TensorFile ReadBuffered(Stream stream)
    {
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        buffer.Position = 0;
        return Read(buffer);
    }

    private static void RefuseBadNames(StoredTensor[] tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { MetadataKey };
        foreach (var tensor in tensors)
            if (!names.Add(tensor.Name))
                throw new CheckpointException($"two tensors have the name '{tensor.Name}', or it is reserved");
    }

    private static ArrayBufferWriter<byte> Header(StoredTensor[] tensors, Dictionary<string, string> metadata)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        WriteMetadata(json, metadata);
        long offset = 0;
        foreach (var tensor in tensors)
        {
            WriteEntry(json, tensor, offset);
            offset += tensor.ByteCount;
        }
        json.WriteEndObject();
        json.Flush();
        return bytes;
    }

    private static void WriteMetadata(Utf8JsonWriter json, Dictionary<string, string> metadata)
    {
        json.WriteStartObject(MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, StoredTensor tensor, long offset)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.ToString());
        json.WriteStartArray("shape");
        foreach (long size in tensor.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + tensor.ByteCount);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValues(Stream stream, StoredTensor tensor)
    {
        for (long first = 0; first < tensor.Elements; first += Chunk)
            stream.Write(tensor.Bytes((int)first, (int)Math.Min(Chunk, tensor.Elements - first)));
    }

    private static byte[] ReadHeader(Stream stream)
    {
        long left = stream.Length - stream.Position;
        if (left < 8)
            throw new CheckpointException($"only {left} bytes: too short for the header length of a safetensors file");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LargestHeader)
            throw new CheckpointException($"the header claims {length} bytes, but at most {LargestHeader} are read; not a safetensors file?");
        if ((long)length > left - 8)
            throw new CheckpointException($"cut off: the header claims {length} bytes, but {left - 8} follow");
        byte[] header = new byte[length];
        stream.ReadExactly(header);
        return header;
    }

    private static void CheckLayout(List<SafetensorsEntry> entries, long available)
    {
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long end = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
                throw new CheckpointException(entry.Begin < end
                    ? $"tensor '{entry.Name}' begins at byte {entry.Begin}, inside another that ends at {end}"
                    : $"a hole of {entry.Begin - end} bytes before tensor '{entry.Name}'");
            end = entry.End;
        }
        if (end > available)
            throw new CheckpointException($"cut off: the tensors take {end} bytes, but {available} follow the header");
        if (end < available)
            throw new CheckpointException($"{available - end} bytes follow the last tensor");
    }

    private static StoredTensor ReadValues(Stream stream, SafetensorsEntry entry)
    {
        long elements = (entry.End - entry.Begin) / StoredTensor.WidthOf(entry.Type);
        if (elements > Array.MaxLength)
            throw new CheckpointException($"tensor '{entry.Name}' has {elements} values; at most {Array.MaxLength} are read");
        var tensor = StoredTensor.Empty(entry.Name, entry.Shape, entry.Type, elements);
        for (long first = 0; first < elements; first += Chunk)
            stream.ReadExactly(tensor.Bytes((int)first, (int)Math.Min(Chunk, elements - first)));
        return tensor;
    }
}
