using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CostSociety.Circuits;

/// <summary>Writes values back as JSON: two spaces, keys in order, numbers as they were written.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions _options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(JsonValue value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _options))
            Write(value, writer);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

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
