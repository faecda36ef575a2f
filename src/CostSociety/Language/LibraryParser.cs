namespace CostSociety.Language;

/// <summary>Definitions of a library file.</summary>
internal sealed class LibraryParser(ParserCursor cursor, ExpressionParser expressions, BlockParser blocks)
{
    private const string Form = "a definition 'name(parameters) = body'";

    private readonly Dictionary<string, Token> _defined = new(StringComparer.Ordinal);

    public List<DefinitionSyntax> Parse()
    {
        var definitions = new List<DefinitionSyntax>();
        while (!cursor.AtEnd)
        {
            var definition = ParseDefinition();
            ParseSeparator(definition is not null);
            if (definition is not null && IsSmall(definition))
                definitions.Add(definition);
        }
        return definitions;
    }

    private bool IsSmall(DefinitionSyntax definition)
    {
        int length = definition.Span.Length;
        if (length > Parser.LongestText)
            cursor.Errors.Report("COST1005", definition.NameSpan,
                $"the definition has {length} characters; at most {Parser.LongestText} are read");
        return length <= Parser.LongestText && cursor.Errors.Accepts(definition);
    }

    // The next definition is recognised without the semicolon before it, so that its errors are found too.
    private void ParseSeparator(bool good)
    {
        if (good && (cursor.Accept(";") || cursor.AtEnd))
            return;
        bool next = good ? cursor.StartsLine() : cursor.StartsDefinition();
        if (good)
            cursor.Unexpected("an operator or ';'", next ? "a definition ends with ';'" : null);
        if (!next)
            SkipDefinition();
    }

    private void SkipDefinition()
    {
        for (int depth = 0; !cursor.AtEnd && !(depth == 0 && cursor.Is(";")); cursor.Take())
            depth += cursor.Is("{") ? 1 : cursor.Is("}") && depth > 0 ? -1 : 0;
        cursor.Accept(";");
    }

    private DefinitionSyntax? ParseDefinition()
    {
        var name = cursor.Current;
        if (name.Kind != TokenKind.Name)
        {
            cursor.Unexpected(Form);
            return null;
        }
        cursor.Take();
        CheckNew(_defined, name, "definition");
        var parameters = cursor.Is("(") ? ParseParameters(isVariable: false) : [];
        if (parameters is null || ParseVariables() is not { } variables || !cursor.Expect("=", $"write {Form}"))
            return null;
        var body = cursor.Is("{") ? ParseBraces() : expressions.Parse();
        return body is null ? null : new DefinitionSyntax(
            name.Text, cursor.Span(name), parameters, variables, body,
            DocumentationAbove(cursor.Text, name.Start), cursor.SpanFrom(name.Start));
    }

    private void CheckNew(Dictionary<string, Token> known, Token name, string what)
    {
        if (!known.TryAdd(name.Text, name))
            cursor.Errors.Report("COST1009", cursor.Span(name), $"second {what} of the name '{name.Text}'",
                $"the first is at {cursor.Place(known[name.Text])}");
    }

    private List<ParameterSyntax>? ParseVariables()
    {
        if (cursor.Current is not { Kind: TokenKind.Name, Text: "variables" })
            return [];
        cursor.Take();
        if (cursor.Is("("))
            return ParseParameters(isVariable: true);
        cursor.Unexpected("'('", "write variables(bias = 0)");
        return null;
    }

    private List<ParameterSyntax>? ParseParameters(bool isVariable)
    {
        var open = cursor.Take();
        var parameters = new List<ParameterSyntax>();
        var known = new Dictionary<string, Token>(StringComparer.Ordinal);
        if (cursor.Accept(")"))
            return parameters;
        do
        {
            bool mustHaveDefault = isVariable || parameters is [.., { Default: not null }];
            if (ParseParameter(known, mustHaveDefault, isVariable) is not { } parameter)
                return null;
            parameters.Add(parameter);
        }
        while (cursor.Accept(","));
        if (cursor.Accept(")"))
            return parameters;
        cursor.StillOpen(open, "',' or ')'");
        return null;
    }

    private ParameterSyntax? ParseParameter(Dictionary<string, Token> known, bool mustHaveDefault, bool isVariable)
    {
        string? hint = cursor.Is(")") ? "remove the comma before ')'" : null;
        string kind = isVariable ? "variable" : "parameter";
        if (cursor.ExpectIdentifier($"the name of a {kind}", hint) is not { } name)
            return null;
        CheckNew(known, name, kind);
        if (!cursor.Is("=") && mustHaveDefault)
        {
            hint = isVariable ? $"write {name.Text} = 0" : "parameters with a default come last";
            cursor.Unexpected($"'=' and {(isVariable ? "a start value" : "a default")} for '{name.Text}'", hint);
            return null;
        }
        Syntax? value = null;
        if (cursor.Accept("=") && (value = expressions.Parse()) is null)
            return null;
        return new ParameterSyntax(name.Text, cursor.Span(name), value, cursor.SpanFrom(name.Start));
    }

    private BlockSyntax? ParseBraces()
    {
        var open = cursor.Take();
        var block = blocks.Parse("}", defaultName: null);
        bool closed = cursor.Accept("}");
        if (!closed && block is not null)
            cursor.StillOpen(open, "'}'");
        return closed && block is not null ? block with { Span = cursor.SpanFrom(open.Start) } : null;
    }

    /// <summary>The <c>##</c> lines directly above a place that starts its line.</summary>
    internal static string DocumentationAbove(string text, int start)
    {
        var lines = new List<string>();
        int lineStart = text.LastIndexOf('\n', Math.Max(0, start - 1)) + 1;
        if (!text.AsSpan(lineStart, start - lineStart).IsWhiteSpace())
            return "";
        while (lineStart > 0)
        {
            int end = lineStart - 1;
            lineStart = end == 0 ? 0 : text.LastIndexOf('\n', end - 1) + 1;
            string line = text[lineStart..end].Trim();
            if (!line.StartsWith("##", StringComparison.Ordinal))
                break;
            lines.Add(line.TrimStart('#').Trim());
        }
        lines.Reverse();
        return string.Join('\n', lines);
    }
}
