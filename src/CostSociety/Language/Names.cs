namespace CostSociety.Language;

/// <summary>What the language takes for a name.</summary>
public static class Names
{
    private static readonly HashSet<string> _keywords = ["and", "for", "in", "let", "not", "or"];

    /// <summary>Words that are no names: <c>and for in let not or</c>, sorted.</summary>
    public static IReadOnlyList<string> Keywords { get; } = [.. _keywords.Order(StringComparer.Ordinal)];

    /// <summary>Whether a word is reserved.</summary>
    public static bool IsKeyword(string word) => _keywords.Contains(word);

    /// <summary>Whether a text is one identifier without dots, and not reserved.</summary>
    public static bool IsIdentifier(string text) => IsSegment(text) && !IsKeyword(text);

    /// <summary>Whether a text is a name with or without dots, so that it can be written without quotes.</summary>
    public static bool IsName(string text) => text.Split('.').All(IsSegment) && !IsKeyword(text);

    internal static bool IsStart(char c) => char.IsAsciiLetter(c) || c == '_';

    internal static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsSegment(string text) => text.Length > 0 && IsStart(text[0]) && text.All(IsPart);
}
