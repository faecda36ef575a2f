using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CostSociety.Circuits;

/// <summary>Writes JSON as all files of the product have it: keys in order, texts unescaped, line feeds.</summary>
internal static class JsonText
{
    /// <summary>A value as it was read, numbers as they were written.</summary>
    public static string Write(JsonValue value) => Write(indented: true, writer => Write(value, writer), asObject: false) + "\n";

    /// <summary>One object with whatever <paramref name="members"/> puts into it.</summary>
    public static string Write(bool indented, Action<Utf8JsonWriter> members) => Write(indented, members, asObject: true);

    private static string Write(bool indented, Action<Utf8JsonWriter> content, bool asObject)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Options(indented)))
        {
            if (asObject)
                json.WriteStartObject();
            content(json);
            if (asObject)
                json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static JsonWriterOptions Options(bool indented) => new()
    {
        Indented = indented,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static void Write(JsonValue value, Utf8JsonWriter writer)
    {
        switch (value.Kind)
        {
            case JsonKind.Object:
                WriteObject(value, writer);
                break;
            case JsonKind.List:
                WriteList(value, writer);
                break;
            case JsonKind.Text:
                writer.WriteStringValue(value.Text);
                break;
            default:
                writer.WriteRawValue(value.Text);
                break;
        }
    }

    private static void WriteObject(JsonValue value, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var member in value.Members)
        {
            writer.WritePropertyName(member.Name);
            Write(member.Value, writer);
        }
        writer.WriteEndObject();
    }

    private static void WriteList(JsonValue value, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var item in value.Items)
            Write(item, writer);
        writer.WriteEndArray();
    }
}
