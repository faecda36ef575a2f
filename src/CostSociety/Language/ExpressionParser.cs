namespace CostSociety.Language;

/// <summary>
/// Expressions, after Pratt (1973). A null result has been reported; whoever gets one goes on to where it knows its way
/// again. Recursion happens per bracket, prefix, power and <c>let</c> only, and is counted.
/// </summary>
internal sealed class ExpressionParser(ParserCursor cursor)
{
    private const int MostNested = 200;
    private const int LongestQuotedBack = 40;

    private int _nesting;

    public Syntax? Parse() => ParseFrom(Operators.Lowest);

    /// <summary>Parses as much as binds at least this tightly.</summary>
    private Syntax? ParseFrom(int least)
    {
        int start = cursor.Current.Start;
        var left = ParsePrefix(least);
        bool compared = false;
        while (left is not null && InfixPrecedence(least) is >= 0 and var precedence)
        {
            if (compared && precedence == Operators.Comparison)
                ReportChain((BinarySyntax)left);
            compared = precedence == Operators.Comparison;
            left = ParseInfix(left, precedence, start);
        }
        return left;
    }

    private int InfixPrecedence(int least)
    {
        string symbol = cursor.Current.Kind == TokenKind.Symbol ? cursor.Current.Text : "";
        if (symbol == "=" && least <= Operators.Comparison)
        {
            cursor.Unexpected("an operator", "use == to compare");
            return Operators.Comparison;
        }
        int precedence = Operators.Infix(symbol);
        return precedence >= Math.Max(least, 0) ? precedence : -1;
    }

    private void ReportChain(BinarySyntax left)
    {
        bool isShort = left.Span.Length <= LongestQuotedBack;
        string first = isShort ? SyntaxText.Print(left) : "a < b";
        string middle = isShort ? SyntaxText.Print(left.Right) : "b";
        string symbol = cursor.Current.Text;
        cursor.Report("COST1006", $"comparisons do not chain: found a second one, '{symbol}'",
            $"write {first} and {middle} {symbol} ...");
    }

    private Syntax? ParseInfix(Syntax left, int precedence, int start)
    {
        var symbol = cursor.Take();
        // The exponent may carry a sign, and a power in it goes first: 2^-x^2 is 2^(-(x^2)).
        var right = precedence == Operators.Power ? Nested(Operators.Power) : ParseFrom(precedence + 1);
        string name = symbol.Is("=") ? "==" : symbol.Text;
        return right is null ? null : new BinarySyntax(name, left, right, cursor.SpanFrom(start));
    }

    private Syntax? ParsePrefix(int least)
    {
        var token = cursor.Current;
        return token.Kind switch
        {
            TokenKind.Number => new NumberSyntax(cursor.Take().Value, cursor.Span(token)),
            TokenKind.Quoted => new NameSyntax(cursor.Take().Text, cursor.Span(token)),
            TokenKind.Name when cursor.Next.Is("(") => ParseCall(),
            TokenKind.Name => new NameSyntax(cursor.Take().Text, cursor.Span(token)),
            TokenKind.Symbol => ParseSymbol(token.Text, least),
            _ => NoOperand(),
        };
    }

    private Syntax? ParseSymbol(string symbol, int least) => symbol switch
    {
        "(" => ParseGroup(),
        "-" => ParseUnary(Operators.Power),
        "not" => ParseNot(least),
        "let" => ParseLet(),
        _ => NoOperand(),
    };

    private Syntax? NoOperand()
    {
        cursor.Unexpected(cursor.IsEmpty ? "an expression" : "a value", OperandHint(cursor.Current, cursor.Previous));
        return null;
    }

    private static string? OperandHint(Token found, Token before) => found.Text switch
    {
        "+" => "a value has no leading '+'",
        ")" when before.Is(",") => "remove the comma before ')'",
        ")" when before.Is("(") => "only a call may have nothing between its parentheses",
        "=" when before.Is("==") => "use == to compare",
        _ when IsInfix(found) => $"'{found.Text}' needs a value before it",
        _ when IsInfix(before) => $"'{before.Text}' needs a value behind it",
        _ => null,
    };

    private static bool IsInfix(Token token) => token.Kind == TokenKind.Symbol && Operators.Infix(token.Text) >= 0;

    private Syntax? ParseNot(int least)
    {
        if (least > Operators.Not)
            cursor.Unexpected("a value", "put parentheses around 'not ...'");
        return ParseUnary(Operators.Not);
    }

    private Syntax? ParseUnary(int least)
    {
        var symbol = cursor.Take();
        var operand = Nested(least);
        return operand is null ? null : new UnarySyntax(symbol.Text, operand, cursor.SpanFrom(symbol.Start));
    }

    private Syntax? ParseGroup()
    {
        var open = cursor.Take();
        var inner = Nested(Operators.Lowest);
        bool closed = Close(open, "an operator or ')'", inner is not null);
        // With its parentheses, so that the text of every node reads back as that node.
        return closed ? inner! with { Span = cursor.SpanFrom(open.Start) } : null;
    }

    private Syntax? ParseCall()
    {
        var name = cursor.Take();
        var open = cursor.Take();
        var arguments = new List<Syntax>();
        bool good = cursor.Is(")") || ParseArguments(arguments);
        if (!Close(open, "',' or ')'", good))
            return null;
        return new CallSyntax(name.Text, cursor.Span(name), arguments, cursor.SpanFrom(name.Start));
    }

    private bool ParseArguments(List<Syntax> arguments)
    {
        bool good = true;
        do
        {
            if (Nested(Operators.Lowest) is { } argument)
            {
                arguments.Add(argument);
                continue;
            }
            good = false;
            cursor.SkipTo(",", ")");
        }
        while (cursor.Accept(","));
        return good;
    }

    /// <summary>Takes the closing parenthesis; silent if what stood inside has been reported.</summary>
    private bool Close(Token open, string expected, bool good)
    {
        if (good && !cursor.Is(")"))
        {
            cursor.StillOpen(open, expected);
            good = false;
        }
        if (!good)
            cursor.SkipTo(")");
        return cursor.Accept(")") && good;
    }

    private Syntax? ParseLet()
    {
        const string Form = "write let name = value in body";
        var let = cursor.Take();
        if (cursor.ExpectIdentifier("a name behind 'let'") is not { } name || !cursor.Expect("=", Form))
            return null;
        if (Nested(Operators.Lowest) is not { } value)
            return null;
        if (!cursor.Accept("in"))
        {
            cursor.Unexpected("'in'", $"{Form}; the 'let' at {cursor.Place(let)} has no 'in'");
            return null;
        }
        if (Nested(Operators.Lowest) is not { } body)
            return null;
        return new LetSyntax(name.Text, cursor.Span(name), value, body, cursor.SpanFrom(let.Start));
    }

    private Syntax? Nested(int least)
    {
        if (_nesting == MostNested)
            return TooDeep();
        _nesting++;
        var inner = ParseFrom(least);
        _nesting--;
        return inner;
    }

    private Syntax? TooDeep()
    {
        cursor.Report("COST1004", $"nested deeper than {MostNested} levels", "give the inner parts names of their own");
        cursor.SkipTo();
        return null;
    }
}
