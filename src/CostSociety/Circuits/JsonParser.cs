using System.Globalization;
using System.Text;
using System.Text.Json;
using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Reads JSON with comments and trailing commas into values that keep their places.</summary>
internal sealed class JsonParser
{
    /// <summary>Deepest nesting of objects and lists.</summary>
    public const int DeepestNesting = 64;

    /// <summary>Largest file in bytes.</summary>
    public const int LargestFile = 64 << 20;

    private readonly SourceText _source;
    private readonly byte[] _bytes;
    private readonly Diagnostics _diagnostics;
    private int _byte;
    private int _char;

    private JsonParser(SourceText source, int start, Diagnostics diagnostics)
    {
        (_source, _char, _diagnostics) = (source, start, diagnostics);
        _bytes = Encoding.UTF8.GetBytes(source.Text[start..]);
    }

    /// <summary>Reads the text from <paramref name="start"/> to its end; null after a syntax error.</summary>
    public static JsonValue? Parse(SourceText source, Diagnostics diagnostics, int start = 0)
    {
        if (source.Text.Length - start <= LargestFile)
            return new JsonParser(source, start, diagnostics).Document(start);
        diagnostics.Error(FileErrors.Unreadable, new SourceSpan(source, 0, 0),
            $"the file has {source.Text.Length} characters; at most {LargestFile} are read");
        return null;
    }

    private JsonValue? Document(int start)
    {
        var options = new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
            MaxDepth = DeepestNesting,
        };
        try
        {
            var reader = new Utf8JsonReader(_bytes, options);
            reader.Read();
            var value = Value(ref reader);
            reader.Read();
            return value;
        }
        catch (JsonException problem)
        {
            _diagnostics.Error(FileErrors.Syntax, PlaceOf(problem, start), MessageOf(problem));
            return null;
        }
    }

    private JsonValue Value(ref Utf8JsonReader reader)
    {
        int start = CharAt(reader.TokenStartIndex);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => Object(ref reader, start),
            JsonTokenType.StartArray => List(ref reader, start),
            JsonTokenType.String => TextValue(ref reader, start),
            JsonTokenType.Number => Number(ref reader, start),
            JsonTokenType.Null => JsonValue.OfNull(new SourceSpan(_source, start, 4)),
            _ => Flag(reader.TokenType == JsonTokenType.True, start),
        };
    }

    private JsonValue Object(ref Utf8JsonReader reader, int start)
    {
        var members = new List<JsonMember>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = TextAt(ref reader, CharAt(reader.TokenStartIndex));
            reader.Read();
            var value = Value(ref reader);
            if (names.Add(key.Text))
                members.Add(new JsonMember(key.Text, key.Span, value));
            else
                _diagnostics.Error(FileErrors.DuplicateKey, key.Span, $"the key '{key.Text}' stands twice in this object");
        }
        return JsonValue.OfObject(members, SpanTo(start, CharAt(reader.TokenStartIndex) + 1));
    }

    private JsonValue List(ref Utf8JsonReader reader, int start)
    {
        var items = new List<JsonValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(Value(ref reader));
        return JsonValue.OfList(items, SpanTo(start, CharAt(reader.TokenStartIndex) + 1));
    }

    private JsonValue TextValue(ref Utf8JsonReader reader, int start)
    {
        var text = TextAt(ref reader, start);
        return JsonValue.OfText(text, SpanTo(start, _char));
    }

    private ExpressionText TextAt(ref Utf8JsonReader reader, int start)
    {
        int end = CharAt(reader.TokenStartIndex + reader.ValueSpan.Length + 2);
        var text = ExpressionText.FromJsonString(_source, start + 1, end - start - 2);
        if (HasLoneSurrogate(text.Text))
            _diagnostics.Error(FileErrors.Syntax, SpanTo(start, end), "the text holds half of a surrogate pair");
        return text;
    }

    private JsonValue Number(ref Utf8JsonReader reader, int start)
    {
        var span = SpanTo(start, CharAt(reader.TokenStartIndex + reader.ValueSpan.Length));
        return JsonValue.OfNumber(double.Parse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture), span);
    }

    private JsonValue Flag(bool flag, int start) =>
        JsonValue.OfFlag(flag, new SourceSpan(_source, start, flag ? 4 : 5));

    private SourceSpan SpanTo(int start, int end) => new(_source, start, end - start);

    /// <summary>Character position of a byte position; positions only grow.</summary>
    private int CharAt(long target)
    {
        while (_byte < target)
        {
            byte b = _bytes[_byte];
            _byte += b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
            _char += b < 0xF0 ? 1 : 2;
        }
        return _char;
    }

    private SourceSpan PlaceOf(JsonException problem, int start)
    {
        int line = 0;
        for (long n = problem.LineNumber ?? 0; n > 0 && line < _bytes.Length; n--)
            line += _bytes.AsSpan(line).IndexOf((byte)'\n') + 1;
        int end = (int)Math.Min(_bytes.Length, line + (problem.BytePositionInLine ?? 0));
        int place = start + Encoding.UTF8.GetCharCount(_bytes, 0, end);
        return new SourceSpan(_source, place, Math.Min(1, _source.Text.Length - place));
    }

    private string MessageOf(JsonException problem)
    {
        if (_bytes.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            return "this is not JSON: the text is empty";
        string text = problem.Message;
        if (text.Contains("maximum configured depth", StringComparison.Ordinal))
            return $"objects and lists are nested deeper than {DeepestNesting}";
        int tail = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return "this is not JSON: " + (tail < 0 ? text : text[..tail]).Replace(" Change the reader options.", "", StringComparison.Ordinal);
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }
        return false;
    }
}
