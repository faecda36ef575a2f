using System.Text;
using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Learning;

namespace CostSociety.Tests.Circuits;

/// <summary>The tables of keys and errors of <c>circuits/README.md</c>, from the tables that the reader uses.</summary>
internal static class FormatDocsText
{
    public static string Write(IReadOnlyList<KeyTable> tables)
    {
        var text = new StringBuilder();
        foreach (var table in tables)
            WriteTable(table, text);
        return text.ToString();
    }

    public static string Errors() => "| number | meaning |\n|---|---|\n"
        + string.Concat(FileErrors.All.Select(e => $"| {e.Id} | {e.Meaning} |\n"));

    public static string Functions() => "| function | meaning |\n|---|---|\n"
        + string.Concat(CostSociety.Language.Functions.All.Select(f => $"| `{f.Signature}` | {Cell(f.Meaning)} |\n"));

    public static string Rules() => "| rule | what it does |\n|---|---|\n"
        + string.Concat(LearningRules.All.Select(r => $"| `{r.Name}` | {r.Summary} |\n"));

    public static string Library() => "| kind | name | text | meaning |\n|---|---|---|---|\n"
        + Rows("cost", CostSociety.Language.Library.Shipped.Costs) + Rows("function", CostSociety.Language.Library.Shipped.Functions) + Rows("activation", CostSociety.Language.Library.Shipped.Activations)
        + Rows("update", CostSociety.Language.Library.Shipped.Updates);

    private static string Rows(string kind, IReadOnlyDictionary<string, DefinitionSyntax> definitions) => string.Concat(definitions.Values.Select(
        d => $"| {kind} | `{d.Name}({string.Join(", ", d.Parameters.Select(p => p.Name))})` | `{Cell(SyntaxText.Print(d.Body))}` | {Cell(d.Documentation)} |\n"));

    private static string Cell(string text) => text.Replace("|", "\\|").ReplaceLineEndings(" ").Trim();

    private static void WriteTable(KeyTable table, StringBuilder text)
    {
        text.Append($"#### {table.Name}\n\n{table.Doc}{ChoicesOf(table)}\n\n| key | value | without it | meaning |\n|---|---|---|---|\n");
        foreach (var key in table.Keys.Where(k => k.Form is not RefusedForm && k.Name is not ("why" or "notes")))
            text.Append($"| `{key.Name}` | {key.Form.Expected} | {(key.Required ? "**required**" : key.Default ?? "-")} | {key.Doc} |\n");
        text.Append('\n');
    }

    private static string ChoicesOf(KeyTable table) => string.Concat(table.Choices.Select(c =>
        $" {(c.OneRequired ? "Exactly" : "At most")} one of {string.Join(", ", c.Names.Select(n => $"`{n}`"))}."));
}
