using System.Collections.Frozen;
using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Names that a user may give.</summary>
internal static class Names
{
    /// <summary>Pattern of a name.</summary>
    public const string Pattern = "^[A-Za-z_][A-Za-z0-9_]*$";

    private const int Longest = 100;

    /// <summary>Words of the language, which nothing may be called.</summary>
    public static FrozenSet<string> Reserved { get; } = FrozenSet.ToFrozenSet(
        ["let", "in", "and", "or", "not", "for", "true", "false", "step", "epoch", "since_swap", "cost", "previous", "noise", "stop", "as", "where", "upstream", "learning"],
        StringComparer.Ordinal);

    /// <summary>Whether the text is formed like a name.</summary>
    public static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Length > Longest || char.IsAsciiDigit(text[0]))
            return false;
        foreach (char c in text)
            if (c != '_' && !char.IsAsciiLetterOrDigit(c))
                return false;
        return true;
    }

    /// <summary>Reports a name that cannot be used.</summary>
    public static bool Check(string name, SourceSpan span, Diagnostics diagnostics)
    {
        if (!IsName(name))
            diagnostics.Error(FileErrors.BadName, span, $"'{name}' is not a name",
                "a name is a letter or underscore, then letters, digits and underscores, at most 100 in all");
        else if (Reserved.Contains(name))
            diagnostics.Error(FileErrors.BadName, span, $"'{name}' is a word of the language and names nothing else",
                $"for example '{name}_'");
        else
            return true;
        return false;
    }
}
