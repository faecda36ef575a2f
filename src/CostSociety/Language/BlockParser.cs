namespace CostSociety.Language;

/// <summary>Assignments separated by semicolons.</summary>
internal sealed class BlockParser(ParserCursor cursor, ExpressionParser expressions)
{
    /// <summary>Parses up to the end of the text, or up to a closing brace.</summary>
    /// <param name="closing">"}" or null.</param>
    /// <param name="defaultName">What a text of one bare expression assigns to, or null.</param>
    public BlockSyntax? Parse(string? closing, string? defaultName)
    {
        int start = cursor.Current.Start;
        var assignments = new List<AssignmentSyntax>();
        bool good = true;
        do
        {
            bool isFirst = cursor.Current.Start == start;
            var assignment = ParseItem(isFirst ? defaultName : null, defaultName);
            if (assignment is not null)
                assignments.Add(assignment);
            good &= ParseSeparator(closing, assignment is not null);
        }
        while (!IsDone(closing));
        return good ? new BlockSyntax(assignments, cursor.SpanFrom(start)) : null;
    }

    // No assignment looks like a call: in braces, one that starts a line is the next definition, a brace missing.
    private bool IsDone(string? closing) =>
        cursor.AtEnd || (closing is not null && (cursor.Is(closing) || cursor.StartsDefinition()));

    private AssignmentSyntax? ParseItem(string? bareName, string? defaultName)
    {
        var first = cursor.Current;
        if (first.Kind == TokenKind.Name && cursor.Next.Is("="))
            return ParseAssignment();
        if (bareName is null || cursor.IsEmpty)
            return NoAssignment(defaultName);
        return ParseBare(bareName);
    }

    private AssignmentSyntax? ParseBare(string name)
    {
        var first = cursor.Current;
        if (expressions.Parse() is not { } value)
            return null;
        if (cursor.Is(";") && cursor.Next.Kind != TokenKind.End)
            cursor.Errors.Report("COST1008", value.Span, Expected(first), BareHint(name));
        return new AssignmentSyntax(name, value.Span, value, value.Span);
    }

    private AssignmentSyntax? ParseAssignment()
    {
        var name = cursor.Take();
        cursor.Take();
        return expressions.Parse() is { } value
            ? new AssignmentSyntax(name.Text, cursor.Span(name), value, cursor.SpanFrom(name.Start))
            : null;
    }

    private AssignmentSyntax? NoAssignment(string? defaultName)
    {
        cursor.Report("COST1008", Expected(cursor.Current), Hint(defaultName));
        return null;
    }

    private static string Expected(Token found) => $"expected an assignment 'name = value', found {found.Describe()}";

    private string? Hint(string? defaultName)
    {
        if (cursor.Is(";"))
            return "remove this ';'";
        if (cursor.IsEmpty && defaultName is not null)
            return $"write an expression, or assignments to {defaultName} and others";
        if (cursor.Next.Is("==") && defaultName is null)
            return "use = to assign";
        return defaultName is null ? null : BareHint(defaultName);
    }

    private static string BareHint(string name) => $"only a text of one expression may leave out '{name} ='";

    // A new assignment is recognised without its semicolon, so that one missing does not hide the next error.
    private bool ParseSeparator(string? closing, bool good)
    {
        if (good && (cursor.Accept(";") || IsDone(closing)))
            return true;
        bool assignment = good && cursor.Current.Kind == TokenKind.Name && cursor.Next.Is("=");
        if (good)
            cursor.Unexpected("an operator or ';'", assignment ? "assignments are separated by ';'" : null);
        if (assignment)
            return false;
        cursor.SkipTo(closing ?? "");
        cursor.Accept(";");
        return false;
    }
}
