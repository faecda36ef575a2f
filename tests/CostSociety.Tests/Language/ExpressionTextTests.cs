using CostSociety.Language;

namespace CostSociety.Tests.Language;

public sealed class ExpressionTextTests
{
    [Fact]
    public void Plain_MapsByOffset()
    {
        var text = ExpressionText.Plain(new SourceSpan(Texts.File("cost: a + b"), 6, 5));

        Assert.Equal("a + b", text.Text);
        Assert.Equal((10, 1), (text.SpanOf(4, 1).Start, text.SpanOf(4, 1).Length));
    }

    [Fact]
    public void JsonString_DecodesEscapes_AndKeepsTheirPlaces()
    {
        var file = Texts.File("""{ "x": "\"v1\" \u002b\tb\\n" }""");
        int start = file.Text.IndexOf("\\\"", StringComparison.Ordinal);
        int length = file.Text.LastIndexOf('"') - start;

        var text = ExpressionText.FromJsonString(file, start, length);

        Assert.Equal("\"v1\" +\tb\\n", text.Text);
        Assert.Equal((start, 6), (text.SpanOf(0, 4).Start, text.SpanOf(0, 4).Length));
        Assert.Equal((start + 7, 6), (text.SpanOf(5, 1).Start, text.SpanOf(5, 1).Length));
        Assert.Equal((start + length, 0), (text.SpanOf(10, 0).Start, text.SpanOf(10, 0).Length));
    }

    [Fact]
    public void Message_BehindEscapes_PointsIntoTheFile()
    {
        var file = new SourceText("digits.costs.json", """{ "cost": "mean(\"v1\") $ 2" }""");
        int start = file.Text.IndexOf("mean", StringComparison.Ordinal);
        var diagnostics = new Diagnostics();

        Parser.ParseExpression(ExpressionText.FromJsonString(file, start, file.Text.LastIndexOf('"') - start), diagnostics);

        Assert.Equal(
            "digits.costs.json:1:25: error COST1001: unexpected character '$'\n"
                + " | { \"cost\": \"mean(\\\"v1\\\") $ 2\" }\n"
                + " | ........................^",
            DiagnosticText.Render(diagnostics.Items[0]));
    }
}
