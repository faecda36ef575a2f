using System.Text;
using CostSociety.Language;

namespace CostSociety.Tests.Language;

/// <summary>Texts as the tests hand them to the parser.</summary>
internal static class Texts
{
    public static SourceText File(string text) => new("test", text);

    public static ExpressionText Of(string text) => ExpressionText.Plain(File(text));

    public static Syntax? Expression(string text) => Read(d => Parser.ParseExpression(Of(text), d));

    public static BlockSyntax? Block(string text, string? defaultName = null) => Read(d => Parser.ParseBlock(Of(text), d, defaultName));

    public static ConditionSyntax? Condition(string text) => Read(d => Parser.ParseCondition(Of(text), d));

    public static IReadOnlyList<DefinitionSyntax> Library(string text) => Read(d => Parser.ParseLibrary(File(text), d));

    /// <summary>Each text with all its messages, one under the other.</summary>
    public static string Messages(Action<ExpressionText, Diagnostics> parse, params string[] texts)
    {
        var all = new StringBuilder();
        foreach (string text in texts)
        {
            var diagnostics = new Diagnostics();
            parse(Of(text), diagnostics);
            all.Append("=== ").Append(text.Length < 500 ? text : $"({text.Length} characters)").Append('\n');
            foreach (var diagnostic in diagnostics.Items)
                all.Append(DiagnosticText.Render(diagnostic)).Append('\n');
            all.Append('\n');
        }
        return all.ToString();
    }

    public static string[] Ids(Action<Diagnostics> parse)
    {
        var diagnostics = new Diagnostics();
        parse(diagnostics);
        return [.. diagnostics.Items.Select(d => d.Id)];
    }

    private static T Read<T>(Func<Diagnostics, T> parse)
    {
        var diagnostics = new Diagnostics();
        var tree = parse(diagnostics);
        diagnostics.ThrowIfErrors();
        return tree;
    }
}
