using CostSociety.Circuits;
using CostSociety.Language;
using CsCheck;

namespace CostSociety.Tests.Circuits;

public class JsonParserTests
{
    [Fact]
    public void Parse_WideCharacters_KeepsPlacesInTheText()
    {
        const string text = "// größe\n{ \"ä😀\": \"x\\n\\u00e4y\", /* 名 */ \"n\": -1.5e3, \"l\": [true, null,], }";

        var root = Parse(text);

        Assert.Equal("ä😀", Cut(text, root.Members[0].NameSpan));
        Assert.Equal("\"x\\n\\u00e4y\"", Cut(text, root.Members[0].Value.Span));
        Assert.Equal("x\näy", root.Members[0].Value.Text);
        Assert.Equal("y", Cut(text, root.Members[0].Value.Expression!.SpanOf(3, 1)));
        Assert.Equal("-1.5e3", Cut(text, root.Members[1].Value.Span));
        Assert.Equal(-1500, root.Members[1].Value.Number);
        Assert.Equal("[true, null,]", Cut(text, root.Members[2].Value.Span));
        Assert.Equal("null", Cut(text, root.Members[2].Value.Items[1].Span));
    }

    [Fact]
    public void Write_ThenParse_GivesTheSameText()
    {
        string text = JsonText.Write(Parse("{ \"a\": [1e-7, -0, 1.50], \"b\": { \"c\": \"\\\"\\\\\\t<ä>\" }, \"d\": [], \"e\": null, \"f\": false }"));

        Assert.Equal(text, JsonText.Write(Parse(text)));
        Assert.Contains("1.50", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_DamagedCircuit_NeverThrows()
    {
        string[] files = [.. ShippedFiles.Paths.Where(p => p.EndsWith(".json", StringComparison.Ordinal)).Select(p => ShippedFiles.Find(p)!.Text)];
        var costs = ShippedFiles.Find("circuits/digits/narrow.costs.json")!;
        string[] inserts = ["", "\"", "{", "}", "[", "0", "-1", "null", "ß", "😀", "\\", "x", ",", ": 1e99", "\ud800"];
        var damage = Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 4000], Gen.Int[0, 12], Gen.Int[0, inserts.Length - 1]);

        damage.Sample((file, at, length, insert) =>
        {
            string text = files[file];
            int start = at % text.Length, end = Math.Min(text.Length, start + length);
            var source = new SourceText("damaged", text[..start] + inserts[insert] + text[end..]);
            foreach (var item in Messages(source, costs))
                Assert.NotEmpty(DiagnosticText.Render(item));
        }, iter: 3000);
    }

    private static IReadOnlyList<Diagnostic> Messages(SourceText source, SourceText costs)
    {
        var diagnostics = new Diagnostics();
        _ = Circuit.Parse(source, costs, ["learning.update.rate=3"], diagnostics);
        _ = Circuit.Parse(new SourceText("circuit", ShippedFiles.Find("circuits/digits/society.circuit.json")!.Text), source, null, diagnostics);
        return diagnostics.Items;
    }

    private static JsonValue Parse(string text)
    {
        var diagnostics = new Diagnostics();
        var value = JsonParser.Parse(new SourceText("test", text), diagnostics);
        Assert.Empty(diagnostics.Items);
        return value!;
    }

    private static string Cut(string text, SourceSpan span) => text.Substring(span.Start, span.Length);
}
