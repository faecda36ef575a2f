namespace CostSociety.Language;

/// <summary>An expression and how long it has to hold: <c>step &gt;= 300 for 20 steps</c>.</summary>
internal sealed class ConditionParser(ParserCursor cursor, ExpressionParser expressions)
{
    public ConditionSyntax? Parse()
    {
        int start = cursor.Current.Start;
        if (expressions.Parse() is not { } condition)
            return null;
        int steps = 0;
        if (cursor.Accept("for") && !ParseDuration(out steps))
            return null;
        Parser.ExpectEnd(cursor, condition);
        return new ConditionSyntax(condition, steps, cursor.SpanFrom(start));
    }

    private bool ParseDuration(out int steps)
    {
        var number = cursor.Current;
        steps = 0;
        if (number.Kind != TokenKind.Number || number.Value is < 1 or > int.MaxValue || number.Value % 1 != 0)
        {
            cursor.Unexpected("a whole number of steps, 1 or more", "write for 20 steps");
            return false;
        }
        steps = (int)cursor.Take().Value;
        if (cursor.Current is { Kind: TokenKind.Name, Text: "step" or "steps" })
        {
            cursor.Take();
            return true;
        }
        cursor.Unexpected("'steps'", $"write for {number.Text} steps");
        return false;
    }
}
