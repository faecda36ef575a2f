using CostSociety.Language;

namespace CostSociety.Tests.Language;

public sealed class DiagnosticTextTests
{
    private static string Render(string text, int start, int length, string? hint = null) => DiagnosticText.Render(
        new Diagnostic(Severity.Error, "COST2003", "unknown name 'eror'", new SourceSpan(new SourceText("a.json", text), start, length), hint));

    [Fact]
    public void Render_ShowsLineCaretAndHint() => Assert.Equal(
        "a.json:2:11: error COST2003: unknown name 'eror'\n | \"x\": mean(eror^2)\n | ..........^^^^\nhint: did you mean 'error'?",
        Render("{\n\"x\": mean(eror^2)\r\n}", 12, 4, "did you mean 'error'?"));

    [Fact]
    public void Render_AtTheEnd_PointsBehindTheLastCharacter() =>
        Assert.Equal("a.json:1:4: error COST2003: unknown name 'eror'\n | a +\n | ...^", Render("a +", 3, 0));

    [Fact]
    public void Render_BeyondTheEnd_StillShowsTheLastLine() =>
        Assert.Equal("a.json:1:4: error COST2003: unknown name 'eror'\n | a +\n | ...^", Render("a +", 30, 5));

    [Fact]
    public void Render_OverSeveralLines_UnderlinesTheFirst() =>
        Assert.Equal("a.json:1:2: error COST2003: unknown name 'eror'\n | abc\n | .^^", Render("abc\ndef", 1, 6));

    [Fact]
    public void Render_WithoutSource_IsOneLine() => Assert.Equal(
        "<built in>:1:1: warning COST9: odd", DiagnosticText.Render(new Diagnostic(Severity.Warning, "COST9", "odd", SourceSpan.None)));

    [Fact]
    public void Render_OfALongLine_ShowsThePartAroundThePlace()
    {
        string[] lines = Render(new string('a', 500) + "!" + new string('b', 500), 500, 1).Split('\n');

        Assert.Equal("a.json:1:501: error COST2003: unknown name 'eror'", lines[0]);
        Assert.Equal(" | " + new string('a', 80) + "!" + new string('b', 79), lines[1]);
        Assert.Equal(" | " + new string('.', 80) + "^", lines[2]);
    }

    [Fact]
    public void Render_ShowsControlCharactersAsBlanks() =>
        Assert.Equal("a.json:1:4: error COST2003: unknown name 'eror'\n | a   b\n | ...^", Render("a\t\u001b\0b", 3, 1));

    [Fact]
    public void Position_CountsFromOne()
    {
        var source = new SourceText("a", "x\ny\n");

        Assert.Equal((1, 1), DiagnosticText.Position(new SourceSpan(source, 0, 1)));
        Assert.Equal((2, 1), DiagnosticText.Position(new SourceSpan(source, 2, 1)));
        Assert.Equal((3, 1), DiagnosticText.Position(new SourceSpan(source, 4, 0)));
    }

    [Fact]
    public void Items_AreSortedAndSingle()
    {
        var source = new SourceText("b", "xy");
        var diagnostics = new Diagnostics();
        diagnostics.Error("COST2", new SourceSpan(source, 1, 1), "later");
        diagnostics.Warning("COST1", new SourceSpan(source, 0, 1), "earlier");
        diagnostics.Error("COST3", new SourceSpan(new SourceText("a", "x"), 0, 1), "first");
        diagnostics.Error("COST2", new SourceSpan(source, 1, 1), "later");

        Assert.Equal(["first", "earlier", "later"], diagnostics.Items.Select(d => d.Message));
        Assert.Contains("a:1:1: error COST3: first", Assert.Throws<CostSocietyException>(diagnostics.ThrowIfErrors).Message, StringComparison.Ordinal);
    }
}
