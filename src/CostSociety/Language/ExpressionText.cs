namespace CostSociety.Language;

/// <summary>
/// A text of the language inside a file. Inside JSON strings escapes make the text shorter than the file, so
/// <see cref="SpanOf"/> maps positions back.
/// </summary>
public sealed class ExpressionText
{
    private readonly SourceText _source;
    private readonly int _start;
    private readonly int[]? _map;

    private ExpressionText(string text, SourceText source, int start, int[]? map) =>
        (Text, _source, _start, _map) = (text, source, start, map);

    /// <summary>The decoded text.</summary>
    public string Text { get; }

    /// <summary>The whole text as a place in its file.</summary>
    public SourceSpan Span => SpanOf(0, Text.Length);

    /// <summary>A text that stands in its file as it is.</summary>
    public static ExpressionText Plain(SourceSpan span) =>
        new(span.Source.Text.Substring(span.Start, span.Length), span.Source, span.Start, null);

    /// <summary>A whole file.</summary>
    public static ExpressionText Plain(SourceText source) => new(source.Text, source, 0, null);

    /// <summary>A text that stands in its file as it is.</summary>
    public static implicit operator ExpressionText(SourceSpan span) => Plain(span);

    /// <summary>A text that the program made; <paramref name="span"/> is the place to blame for it.</summary>
    public static ExpressionText Made(string text, SourceSpan span) =>
        new(text, span.Source, span.Start, new int[text.Length + 1]);

    /// <summary>The inside of a JSON string.</summary>
    /// <param name="source">The file.</param>
    /// <param name="start">First character after the opening quote.</param>
    /// <param name="length">Number of characters before the closing quote.</param>
    public static ExpressionText FromJsonString(SourceText source, int start, int length)
    {
        var raw = source.Text.AsSpan(start, length);
        if (!raw.Contains('\\'))
            return Plain(new SourceSpan(source, start, length));
        var text = new System.Text.StringBuilder();
        var map = new List<int>();
        for (int i = 0; i < raw.Length;)
        {
            map.Add(i);
            text.Append(Decode(raw, ref i));
        }
        map.Add(raw.Length);
        return new(text.ToString(), source, start, [.. map]);
    }

    /// <summary>Place in the file of a part of the decoded text.</summary>
    public SourceSpan SpanOf(int start, int length) => _map is null
        ? new(_source, _start + start, length)
        : new(_source, _start + _map[start], _map[start + length] - _map[start]);

    private static char Decode(ReadOnlySpan<char> raw, ref int i)
    {
        char c = raw[i++];
        if (c != '\\' || i >= raw.Length)
            return c;
        char escaped = raw[i++];
        if (escaped == 'u' && i + 4 <= raw.Length && int.TryParse(raw.Slice(i, 4), System.Globalization.NumberStyles.HexNumber, null, out int code))
        {
            i += 4;
            return (char)code;
        }
        return escaped switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', _ => escaped };
    }
}
