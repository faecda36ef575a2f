namespace CostSociety.Language;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>A number; malformed ones too, so that one mistake gives one message.</summary>
    Number,

    /// <summary>A name, dots included.</summary>
    Name,

    /// <summary>A name in quotes; the text is what stands between them.</summary>
    Quoted,

    /// <summary>An operator, a bracket, a separator or a keyword.</summary>
    Symbol,

    /// <summary>Something the lexer has reported.</summary>
    Error,

    /// <summary>Behind the last token.</summary>
    End,
}

/// <summary>One token; positions count in the decoded text.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int Length, double Value = 0)
{
    private const int LongestShown = 40;

    public int End => Start + Length;

    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    /// <summary>How messages name it.</summary>
    public string Describe() => Kind switch
    {
        TokenKind.End => Start == 0 ? "an empty text" : "the end of the text",
        TokenKind.Quoted => $"the quoted name '{Shorten(Text)}'",
        TokenKind.Number => $"the number {Shorten(Text)}",
        _ => $"'{Shorten(Text)}'",
    };

    private static string Shorten(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "...";
}
