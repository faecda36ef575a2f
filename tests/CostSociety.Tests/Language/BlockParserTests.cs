namespace CostSociety.Tests.Language;

public sealed class BlockParserTests
{
    [Theory]
    [InlineData("v = v + (basal - v)/tau; activity = v", "(block (set v (+ v (/ (- basal v) tau))) (set activity v))")]
    [InlineData("a = 1;", "(block (set a 1))")]
    [InlineData("a = 1; a = a + 1; # twice is fine", "(block (set a 1) (set a (+ a 1)))")]
    [InlineData("ok = a == b", "(block (set ok (== a b)))")]
    [InlineData("slow.w = 2", "(block (set slow.w 2))")]
    public void Assignments_AreRead(string text, string tree) => Assert.Equal(tree, TreeText.Of(Texts.Block(text)));

    [Theory]
    [InlineData("relu(basal + bias)", "(block (set activity (call relu (+ basal bias))))")]
    [InlineData("v == 1;", "(block (set activity (== v 1)))")]
    [InlineData("v = 1", "(block (set v 1))")]
    public void DefaultName_TakesABareExpression(string text, string tree) =>
        Assert.Equal(tree, TreeText.Of(Texts.Block(text, "activity")));

    [Theory]
    [InlineData("step >= 300", "(condition (>= step 300) 0)")]
    [InlineData("step >= 300 or cost.v1.reconstruct < 0.02 for 200 steps",
        "(condition (or (>= step 300) (< cost.v1.reconstruct 0.02)) 200)")]
    [InlineData("a < 1 for 1 step", "(condition (< a 1) 1)")]
    public void Condition_IsRead(string text, string tree) => Assert.Equal(tree, TreeText.Of(Texts.Condition(text)));
}
