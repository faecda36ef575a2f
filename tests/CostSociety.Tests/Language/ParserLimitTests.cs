using CostSociety.Language;

namespace CostSociety.Tests.Language;

public sealed class ParserLimitTests
{
    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void Brackets_NestTo200(int depth, bool accepted)
    {
        string text = new string('(', depth) + "1" + new string(')', depth);

        string[] ids = Texts.Ids(d => Parser.ParseExpression(Texts.Of(text), d));

        Assert.Equal(accepted ? [] : ["COST1004"], ids);
    }

    [Theory]
    [InlineData("1", "+1", 999, true)]
    [InlineData("1", "+1", 1000, false)]
    [InlineData("1", " or 1", 1000, false)]
    public void Chain_IsBoundedByTheHeightOfTheTree(string first, string more, int count, bool accepted)
    {
        string text = first + string.Concat(Enumerable.Repeat(more, count));

        string[] ids = Texts.Ids(d => Parser.ParseExpression(Texts.Of(text), d));

        Assert.Equal(accepted ? [] : ["COST1004"], ids);
    }

    [Fact]
    public void Chains_InsideEachOther_AddUp()
    {
        string chain = string.Concat(Enumerable.Repeat("+1", 400));
        string text = $"((1{chain}){chain}){chain}";

        Assert.Equal(["COST1004"], Texts.Ids(d => Parser.ParseExpression(Texts.Of(text), d)));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("f(")]
    [InlineData("not ")]
    [InlineData("-")]
    [InlineData("2^")]
    [InlineData("let x = ")]
    [InlineData("let x = 1 in ")]
    [InlineData("f(1,")]
    [InlineData("{ a = ")]
    [InlineData("1+")]
    [InlineData("1<")]
    public void FiftyThousandOfAnything_AreRefusedQuickly(string piece)
    {
        string text = string.Concat(Enumerable.Repeat(piece, 50_000));

        Assert.Contains("COST1005", Texts.Ids(d => Parser.ParseExpression(Texts.Of(text), d)));
        Assert.NotEmpty(Texts.Ids(d => Parser.ParseLibrary(Texts.File("f(x) = " + text), d)));
    }

    [Fact]
    public void Text_OfMoreThan20000Characters_IsRefused()
    {
        Assert.Empty(Texts.Ids(d => Parser.ParseExpression(Texts.Of("1" + new string(' ', 19_999)), d)));
        Assert.Equal(["COST1005"], Texts.Ids(d => Parser.ParseExpression(Texts.Of("1" + new string(' ', 20_000)), d)));
    }

    [Fact]
    public void Library_MayBeLongerThanOneExpression()
    {
        string text = string.Concat(Enumerable.Range(0, 2000).Select(i => $"f{i}(x) = x + {i};\n"));

        Assert.Equal(2000, Texts.Library(text).Count);
        Assert.Equal(["COST1005"], Texts.Ids(d => Parser.ParseLibrary(Texts.File("f = 1" + new string(' ', 30_000) + "+ 1;"), d)));
    }

    [Fact]
    public void Errors_OfOneText_AreBounded() =>
        Assert.Equal(20, Texts.Ids(d => Parser.ParseExpression(Texts.Of(Repeat("$@", 7_000)), d)).Length);

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
