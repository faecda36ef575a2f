namespace CostSociety.Language;

/// <summary>Spellings of other languages and keyboards, with what to write instead.</summary>
internal static class Misspellings
{
    // Longer ones first. Where a right spelling is known the parser goes on with it: one slip, one message.
    private static readonly (string Wrong, string? Right, string Hint)[] _table =
    [
        ("&&", "and", "write and"),
        ("||", "or", "write or"),
        ("**", "^", "write ^"),
        ("<>", "!=", "write !="),
        ("=<", "<=", "write <="),
        ("=>", ">=", "write >="),
        ("+=", "=", "write name = name + value"),
        ("-=", "=", "write name = name - value"),
        ("*=", "=", "write name = name * value"),
        ("/=", "=", "write name = name / value"),
        ("->", null, "the name of a projection stands in quotes: 'v1 -> it'"),
        ("&", "and", "write and"),
        ("|", "or", "write or"),
        ("!", "not", "write not"),
        ("%", "*", "there is no remainder; write a - b * floor(a / b)"),
        ("?", null, "write where(condition, a, b)"),
        (":", null, "write where(condition, a, b)"),
        ("[", "(", "calls and groups use ( )"),
        ("]", ")", "calls and groups use ( )"),
        ("\u2212", "-", "write -"),
        ("\u00D7", "*", "write *"),
        ("\u00B7", "*", "write *"),
        ("\u00F7", "/", "write /"),
        ("\u2264", "<=", "write <="),
        ("\u2265", ">=", "write >="),
        ("\u2260", "!=", "write !="),
        ("\u00B2", null, "write ^2"),
        ("\u2018", null, "write the straight quote '"),
        ("\u2019", null, "write the straight quote '"),
        ("\u201C", null, "write the straight quote '"),
        ("\u201D", null, "write the straight quote '"),
    ];

    /// <summary>The entry a text starts with; an empty <c>Wrong</c> means none.</summary>
    public static (string Wrong, string? Right, string Hint) At(ReadOnlySpan<char> text)
    {
        foreach (var entry in _table)
            if (text.StartsWith(entry.Wrong, StringComparison.Ordinal))
                return entry;
        return ("", null, "");
    }
}
