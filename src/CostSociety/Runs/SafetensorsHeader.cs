using System.Text.Json;

namespace CostSociety.Runs;

/// <summary>One tensor of a header; the bytes are counted from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, StoredType Type, long[] Shape, long Begin, long End);

/// <summary>Parses the JSON header of a safetensors file and refuses everything the format does not name.</summary>
internal static class SafetensorsHeader
{
    public static (List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(ReadOnlySpan<byte> header)
    {
        if (header.Length == 0 || header[0] != (byte)'{')
            throw new CheckpointException("the header does not begin with '{'; not a safetensors file?");
        try
        {
            var reader = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 4 });
            return ParseObject(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointException($"the header is not valid JSON: {e.Message}", e);
        }
    }

    private static (List<SafetensorsEntry>, Dictionary<string, string>) ParseObject(ref Utf8JsonReader reader)
    {
        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        while (ReadName(ref reader, names) is { } name)
            if (name == Safetensors.MetadataKey)
                ParseMetadata(ref reader, metadata);
            else
                entries.Add(ParseEntry(ref reader, name));
        if (reader.Read())
            throw new CheckpointException("something follows the header's object");
        return (entries, metadata);
    }

    private static string? ReadName(ref Utf8JsonReader reader, HashSet<string> seen)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
            return null;
        string name = reader.GetString()!;
        return seen.Add(name) ? name : throw new CheckpointException($"the header has the name '{name}' twice");
    }

    private static void ParseMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        Expect(ref reader, JsonTokenType.StartObject, $"the value of {Safetensors.MetadataKey}");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (ReadName(ref reader, seen) is { } key)
        {
            Expect(ref reader, JsonTokenType.String, $"the metadata '{key}'");
            metadata.Add(key, reader.GetString()!);
        }
    }

    private static SafetensorsEntry ParseEntry(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.StartObject, $"the entry of tensor '{name}'");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        StoredType? type = null;
        long[]? shape = null, offsets = null;
        while (ReadName(ref reader, seen) is { } key)
            switch (key)
            {
                case "dtype": type = ParseType(ref reader, name); break;
                case "shape": shape = ParseIntegers(ref reader, name, key); break;
                case "data_offsets": offsets = ParseIntegers(ref reader, name, key); break;
                default: throw new CheckpointException($"tensor '{name}' has the unknown key '{key}'");
            }
        if (type is null || shape is null || offsets is null)
            throw new CheckpointException($"tensor '{name}' needs dtype, shape and data_offsets");
        return Checked(name, type.Value, shape, offsets);
    }

    private static SafetensorsEntry Checked(string name, StoredType type, long[] shape, long[] offsets)
    {
        if (offsets.Length != 2 || offsets[0] > offsets[1])
            throw new CheckpointException($"tensor '{name}' has data_offsets {StoredTensor.ShapeText(offsets)}; expected [begin, end]");
        if (StoredTensor.ElementsOf(shape) is not { } elements)
            throw new CheckpointException($"tensor '{name}' has the shape {StoredTensor.ShapeText(shape)}, which is too large");
        long bytes = offsets[1] - offsets[0];
        if ((UInt128)elements * (UInt128)StoredTensor.WidthOf(type) != (UInt128)bytes)
            throw new CheckpointException($"tensor '{name}' of shape {StoredTensor.ShapeText(shape)} and type {type} takes "
                + $"{(UInt128)elements * (UInt128)StoredTensor.WidthOf(type)} bytes, but its data_offsets span {bytes}");
        return new SafetensorsEntry(name, type, shape, offsets[0], offsets[1]);
    }

    private static StoredType ParseType(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.String, $"dtype of tensor '{name}'");
        return reader.GetString() switch
        {
            "F32" => StoredType.F32,
            "I64" => StoredType.I64,
            "U64" => StoredType.U64,
            var other => throw new CheckpointException($"tensor '{name}' has dtype '{other}'; expected F32, I64 or U64"),
        };
    }

    private static long[] ParseIntegers(ref Utf8JsonReader reader, string name, string key)
    {
        Expect(ref reader, JsonTokenType.StartArray, $"{key} of tensor '{name}'");
        var values = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long value) || value < 0)
                throw new CheckpointException($"{key} of tensor '{name}' holds something that is no integer from 0 to 2^63 - 1");
            values.Add(value);
        }
        return [.. values];
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token, string what)
    {
        if (!reader.Read() || reader.TokenType != token)
            throw new CheckpointException($"{what} is {reader.TokenType}, but {token} is expected");
    }
}
