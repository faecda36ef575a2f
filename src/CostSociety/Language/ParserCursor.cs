namespace CostSociety.Language;

/// <summary>Walks over the tokens of a text, and reports what is missing where.</summary>
internal sealed class ParserCursor
{
    private readonly ExpressionText _text;
    private readonly List<Token> _tokens;
    private int _index;

    public ParserCursor(ExpressionText text, TextErrors errors)
    {
        _text = text;
        _tokens = Lexer.Tokenize(text, errors);
        Errors = errors;
    }

    public TextErrors Errors { get; }

    public Token Current => _tokens[_index];

    public Token Next => _tokens[Math.Min(_index + 1, _tokens.Count - 1)];

    public Token Previous => _tokens[Math.Max(_index - 1, 0)];

    public bool AtEnd => Current.Kind == TokenKind.End;

    public bool IsEmpty => _tokens.Count == 1;

    public string Text => _text.Text;

    public bool Is(string symbol) => Current.Is(symbol);

    public Token Take()
    {
        var token = Current;
        if (!AtEnd)
            _index++;
        return token;
    }

    public bool Accept(string symbol)
    {
        bool found = Is(symbol);
        if (found)
            _index++;
        return found;
    }

    public bool Expect(string symbol, string? hint = null)
    {
        bool found = Accept(symbol);
        if (!found)
            Unexpected($"'{symbol}'", hint);
        return found;
    }

    /// <summary>Takes a name without dots.</summary>
    public Token? ExpectIdentifier(string what, string? hint = null)
    {
        if (Current.Kind == TokenKind.Name && !Current.Text.Contains('.'))
            return Take();
        bool keyword = Current.Kind == TokenKind.Symbol && Names.IsKeyword(Current.Text);
        Unexpected(what, keyword ? $"'{Current.Text}' is a word of the language" : hint);
        return null;
    }

    /// <summary>Whether the current token is a name that is the first of its line.</summary>
    public bool StartsLine() => Current.Kind == TokenKind.Name && (_index == 0 || BlanksBefore().Contains('\n'));

    private ReadOnlySpan<char> BlanksBefore() => Text.AsSpan(Previous.End, Current.Start - Previous.End);

    /// <summary>Whether a line starts here like a definition with parameters.</summary>
    public bool StartsDefinition() => StartsLine() && Next.Is("(");

    public void Unexpected(string expected, string? hint = null) =>
        Report("COST1003", $"expected {expected}, found {Current.Describe()}", hint);

    public void StillOpen(Token open, string expected) =>
        Unexpected(expected, $"the '{open.Text}' at {Place(open)} is still open");

    public void Report(string id, string message, string? hint = null) =>
        Errors.Report(id, Current.Start, Current.Length, message, hint);

    /// <summary>
    /// Goes on to the next of some symbols outside brackets, for the next message after an error. A semicolon always
    /// stops: no bracket reaches over it.
    /// </summary>
    public void SkipTo(params ReadOnlySpan<string> stops)
    {
        for (int depth = 0; !AtEnd && !Is(";"); _index++)
        {
            if (depth == 0 && Current.Kind == TokenKind.Symbol && stops.Contains(Current.Text))
                return;
            depth += Is("(") ? 1 : Is(")") && depth > 0 ? -1 : 0;
        }
    }

    public SourceSpan Span(Token token) => _text.SpanOf(token.Start, token.Length);

    /// <summary>From a place up to the last token taken.</summary>
    public SourceSpan SpanFrom(int start) => _text.SpanOf(start, Math.Max(0, Previous.End - start));

    /// <summary>Line and column, for hints; it reads the file from its start, so only while messages count.</summary>
    public string Place(Token token)
    {
        if (Errors.IsFull)
            return "";
        var (line, column) = DiagnosticText.Position(Span(token));
        return $"{line}:{column}";
    }
}
