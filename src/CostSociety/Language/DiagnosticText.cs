using System.Text;

namespace CostSociety.Language;

/// <summary>Renders diagnostics as <c>FILE:LINE:COL: error ID: message</c>, the line, a caret and a hint.</summary>
public static class DiagnosticText
{
    private const int LongestLine = 160;

    /// <summary>Line and column of a character, both from 1.</summary>
    public static (int Line, int Column) Position(SourceSpan span)
    {
        int line = 1, start = 0;
        string text = span.Source.Text;
        int end = Math.Min(span.Start, text.Length);
        for (int i = 0; i < end; i++)
            if (text[i] == '\n')
                (line, start) = (line + 1, i + 1);
        return (line, end - start + 1);
    }

    /// <summary>The whole message on one to four lines.</summary>
    public static string Render(Diagnostic diagnostic)
    {
        var (line, column) = Position(diagnostic.Span);
        string severity = diagnostic.Severity == Severity.Error ? "error" : "warning";
        var text = new StringBuilder($"{diagnostic.Span.Source.Path}:{line}:{column}: {severity} {diagnostic.Id}: {diagnostic.Message}");
        AppendSource(text, diagnostic.Span, column);
        if (diagnostic.Hint is { } hint)
            text.Append("\nhint: ").Append(hint);
        return text.ToString();
    }

    private static void AppendSource(StringBuilder text, SourceSpan span, int column)
    {
        string source = span.Source.Text;
        if (source.Length == 0)
            return;
        int start = Math.Min(span.Start, source.Length) - (column - 1);
        int end = source.IndexOf('\n', start);
        string line = (end < 0 ? source[start..] : source[start..end]).TrimEnd('\r');
        int cut = Math.Max(0, column - 1 - LongestLine / 2);
        string shown = line[cut..Math.Min(line.Length, cut + LongestLine)];
        int carets = Math.Clamp(span.Length, 1, Math.Max(1, cut + shown.Length - (column - 1)));
        text.Append("\n | ").Append(Visible(shown))
            .Append("\n | ").Append('.', column - 1 - cut).Append('^', carets);
    }

    // One blank a character, so that the caret stays below its place and a terminal obeys nothing that a file says.
    private static string Visible(string text) => string.Create(text.Length, text, static (shown, from) =>
    {
        for (int i = 0; i < shown.Length; i++)
            shown[i] = char.IsControl(from[i]) ? ' ' : from[i];
    });
}
