using System.Globalization;
using System.Text;

namespace CostSociety.Language;

/// <summary>
/// A text of the language together with the place in a file it came from. Inside a JSON string with escapes the text
/// differs from the file, so every character keeps its own position.
/// </summary>
public sealed class ExpressionText
{
    private readonly SourceText _source;
    private readonly int _offset;
    private readonly int[]? _map;

    private ExpressionText(string text, SourceText source, int offset, int[]? map)
    {
        Text = text;
        _source = source;
        _offset = offset;
        _map = map;
    }

    /// <summary>The text, escapes decoded.</summary>
    public string Text { get; }

    /// <summary>A text that stands in the file as it is.</summary>
    public static ExpressionText Plain(SourceSpan span) =>
        new(span.Source.Text.Substring(span.Start, span.Length), span.Source, span.Start, null);

    /// <summary>A whole file.</summary>
    public static ExpressionText Plain(SourceText source) => new(source.Text, source, 0, null);

    /// <summary>The inside of a JSON string.</summary>
    /// <param name="file">The file.</param>
    /// <param name="firstCharInsideQuotes">Position of the character behind the opening quote.</param>
    /// <param name="length">Number of characters of the file between the quotes, escapes as written.</param>
    public static ExpressionText FromJsonString(SourceText file, int firstCharInsideQuotes, int length)
    {
        var raw = file.Text.AsSpan(firstCharInsideQuotes, length);
        if (!raw.Contains('\\'))
            return Plain(new SourceSpan(file, firstCharInsideQuotes, length));

        var text = new StringBuilder(length);
        var map = new List<int>(length + 1);
        for (int i = 0; i < length;)
        {
            map.Add(firstCharInsideQuotes + i);
            i += Decode(raw[i..], out char decoded);
            text.Append(decoded);
        }
        map.Add(firstCharInsideQuotes + length);
        return new ExpressionText(text.ToString(), file, firstCharInsideQuotes, [.. map]);
    }

    /// <summary>The place in the file of a range of <see cref="Text"/>.</summary>
    public SourceSpan Span(int start, int length)
    {
        int first = Place(start);
        return new SourceSpan(_source, first, Place(start + length) - first);
    }

    /// <summary>A text that stands in the file as it is.</summary>
    public static implicit operator ExpressionText(SourceSpan span) => Plain(span);

    private int Place(int index) => _map is null ? _offset + index : _map[index];

    // Whoever read the JSON has refused unknown escapes already; here they stand for themselves.
    private static int Decode(ReadOnlySpan<char> raw, out char decoded)
    {
        decoded = raw[0];
        if (decoded != '\\' || raw.Length < 2)
            return 1;
        if (raw[1] == 'u' && raw.Length >= 6 &&
            ushort.TryParse(raw[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code))
        {
            decoded = (char)code;
            return 6;
        }
        decoded = raw[1] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var other => other };
        return 2;
    }
}
