namespace CostSociety.Language;

/// <summary>
/// Reports the errors of one text: one message a place, since a second one there follows from the first, and a bounded
/// number of them.
/// </summary>
internal sealed class TextErrors(ExpressionText text, Diagnostics diagnostics)
{
    private const int Most = 20;
    private const int Deepest = 1000;

    private readonly HashSet<int> _places = [];

    public bool Any => _places.Count > 0;

    public bool IsFull => _places.Count >= Most;

    public void Report(string id, int start, int length, string message, string? hint = null) =>
        Report(id, text.SpanOf(start, length), message, hint);

    public void Report(string id, SourceSpan span, string message, string? hint = null)
    {
        if (!IsFull && _places.Add(span.Start))
            diagnostics.Error(id, span, message, hint);
    }

    /// <summary>Whether the text is short enough to be read; reports if not.</summary>
    public bool FitsIn(int longest)
    {
        if (text.Text.Length > longest)
            Report("COST1005", 0, 1, $"the text has {text.Text.Length} characters; at most {longest} are read");
        return text.Text.Length <= longest;
    }

    /// <summary>Whether a tree is small enough for everything that walks over it; reports if not.</summary>
    public bool Accepts(Syntax tree)
    {
        int height = tree.Height();
        if (height > Deepest)
            Report("COST1004", tree.Span, $"the expression is {height} operations deep; at most {Deepest} are read",
                "group a long chain with parentheses: (a + b) + (c + d)");
        return height <= Deepest;
    }
}
