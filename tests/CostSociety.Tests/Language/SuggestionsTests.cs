using CostSociety.Language;

namespace CostSociety.Tests.Language;

public sealed class SuggestionsTests
{
    private static readonly string[] _known = ["activity", "error", "retina.apical", "target", "v1", "v2", "weight"];

    [Theory]
    [InlineData("eror", "error")]
    [InlineData("reror", "error")]
    [InlineData("erorr", "error")]
    [InlineData("wieght", "weight")]
    [InlineData("Target", "target")]
    [InlineData("retina.apica", "retina.apical")]
    [InlineData("apical", "retina.apical")]
    [InlineData("v3", "v1")]
    [InlineData("V1", "v1")]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("cerebellum", null)]
    public void Nearest_DependsOnLength(string name, string? nearest) => Assert.Equal(nearest, Suggestions.Nearest(name, _known));

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    public void Distance_CountsSlips(string a, string b, int slips) => Assert.Equal(slips, Suggestions.Distance(a, b));

    [Fact]
    public void Hint_ListsKnownNames() => Assert.Equal(
        "did you mean 'error'? known here: activity, error, retina.apical, target, v1, v2, weight",
        Suggestions.Hint("eror", _known.Reverse()));

    [Fact]
    public void Hint_WithoutANearName_OnlyLists() => Assert.Equal("known here: a, b", Suggestions.Hint("cerebellum", ["b", "a", "a"]));

    [Fact]
    public void Hint_ListsTwelveAtMost() => Assert.Equal(
        "known here: n10, n11, n12, n13, n14, n15, n16, n17, n18, n19, n20, n21 and 8 more",
        Suggestions.Hint("something", Enumerable.Range(10, 20).Select(i => $"n{i}")));

    [Fact]
    public void Hint_WithNothingKnown_SaysSo() => Assert.Equal("no name is known here", Suggestions.Hint("a", []));
}
