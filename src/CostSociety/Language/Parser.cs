namespace CostSociety.Language;

/// <summary>
/// Reads texts of the language. Nothing throws for what a user wrote: messages go to the diagnostics, and a tree is
/// returned only when its text had no error.
/// </summary>
public static class Parser
{
    internal const int LongestText = 20_000;
    private const int LongestLibrary = 1_000_000;

    /// <summary>Reads an expression: <c>mean(square(a - b))</c>.</summary>
    public static Syntax? ParseExpression(ExpressionText text, Diagnostics diagnostics) =>
        Read(text, diagnostics, (cursor, expressions) =>
        {
            var tree = expressions.Parse();
            ExpectEnd(cursor, tree);
            return tree;
        });

    /// <summary>
    /// Reads assignments, <c>v = v + basal; activity = tanh(v)</c>. If <paramref name="defaultName"/> is given, a text
    /// of one bare expression assigns to that name.
    /// </summary>
    public static BlockSyntax? ParseBlock(ExpressionText text, Diagnostics diagnostics, string? defaultName = null) =>
        Read(text, diagnostics, (cursor, expressions) =>
            new BlockParser(cursor, expressions).Parse(closing: null, defaultName));

    /// <summary>Reads the condition of a stage: <c>cost.v1.reconstruct &lt; 0.02 for 200 steps</c>.</summary>
    public static ConditionSyntax? ParseCondition(ExpressionText text, Diagnostics diagnostics) =>
        Read(text, diagnostics, (cursor, expressions) => new ConditionParser(cursor, expressions).Parse());

    /// <summary>
    /// Reads a library file: definitions <c>name(a, b = 1) variables(c = 0) = body;</c>, where lines <c>## text</c>
    /// directly above one are its documentation. Definitions with errors are left out.
    /// </summary>
    public static IReadOnlyList<DefinitionSyntax> ParseLibrary(SourceText file, Diagnostics diagnostics)
    {
        var text = ExpressionText.Plain(file);
        var errors = new TextErrors(text, diagnostics);
        if (!errors.FitsIn(LongestLibrary))
            return [];
        var cursor = new ParserCursor(text, errors);
        var expressions = new ExpressionParser(cursor);
        return new LibraryParser(cursor, expressions, new BlockParser(cursor, expressions)).Parse();
    }

    private static T? Read<T>(
        ExpressionText text, Diagnostics diagnostics, Func<ParserCursor, ExpressionParser, T?> parse)
        where T : Syntax
    {
        var errors = new TextErrors(text, diagnostics);
        if (!errors.FitsIn(LongestText))
            return null;
        var cursor = new ParserCursor(text, errors);
        var tree = parse(cursor, new ExpressionParser(cursor));
        return tree is not null && errors.Accepts(tree) && !errors.Any ? tree : null;
    }

    /// <summary>Reports what follows a whole expression; silent if that had an error.</summary>
    internal static void ExpectEnd(ParserCursor cursor, Syntax? tree)
    {
        if (tree is null || cursor.AtEnd)
            return;
        string? hint = cursor.Current switch
        {
            { Kind: TokenKind.Symbol, Text: ")" } => "no '(' belongs to this ')'",
            { Kind: TokenKind.Symbol, Text: ";" or "," } => "one expression is read here",
            { Kind: TokenKind.Number or TokenKind.Name or TokenKind.Quoted } => "an operator is missing, perhaps *",
            { Kind: TokenKind.Symbol, Text: "(" } => "an operator is missing, perhaps *",
            _ => null,
        };
        cursor.Unexpected("an operator or the end of the text", hint);
    }
}
