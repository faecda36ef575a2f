using System.Text;
using CostSociety.Circuits;

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
