using CostSociety.Language;

namespace CostSociety.Tests.Language;

public sealed class ExpressionParserTests
{
    [Theory]
    [InlineData("a + b + c", "(+ (+ a b) c)")]
    [InlineData("a - b - c", "(- (- a b) c)")]
    [InlineData("a / b * c", "(* (/ a b) c)")]
    [InlineData("a + b * c", "(+ a (* b c))")]
    [InlineData("(a + b) * c", "(* (+ a b) c)")]
    [InlineData("a ^ b ^ c", "(^ a (^ b c))")]
    [InlineData("-x^2", "(- (^ x 2))")]
    [InlineData("(-x)^2", "(^ (- x) 2)")]
    [InlineData("2^-x^2", "(^ 2 (- (^ x 2)))")]
    [InlineData("2^-3*4", "(* (^ 2 (- 3)) 4)")]
    [InlineData("-a * b", "(* (- a) b)")]
    [InlineData("a * -b", "(* a (- b))")]
    [InlineData("--a", "(- (- a))")]
    [InlineData("a - -b", "(- a (- b))")]
    [InlineData("a + b < c * d", "(< (+ a b) (* c d))")]
    [InlineData("not a < b", "(not (< a b))")]
    [InlineData("not not a", "(not (not a))")]
    [InlineData("not a and b", "(and (not a) b)")]
    [InlineData("a and not b", "(and a (not b))")]
    [InlineData("a or b and c", "(or a (and b c))")]
    [InlineData("a or b or c", "(or (or a b) c)")]
    [InlineData("a < b and c >= d or e == f", "(or (and (< a b) (>= c d)) (== e f))")]
    [InlineData("(a < b) == c", "(== (< a b) c)")]
    public void Operators_BindByPrecedence(string text, string tree) => Assert.Equal(tree, TreeText.Of(Texts.Expression(text)));

    [Theory]
    [InlineData("let x = 1 in x + 1", "(let x 1 (+ x 1))")]
    [InlineData("let x = 1 in let y = x in y", "(let x 1 (let y x y))")]
    [InlineData("let x = let y = 1 in y in x", "(let x (let y 1 y) x)")]
    [InlineData("1 + let x = 2 in x + 3", "(+ 1 (let x 2 (+ x 3)))")]
    [InlineData("f(let x = 1 in x, 2)", "(call f (let x 1 x) 2)")]
    public void Let_ReachesAsFarAsItCan(string text, string tree) => Assert.Equal(tree, TreeText.Of(Texts.Expression(text)));

    [Theory]
    [InlineData("mean(square(retina.apical - retina))", "(call mean (call square (- retina.apical retina)))")]
    [InlineData("noise.normal(0, 1)", "(call noise.normal 0 1)")]
    [InlineData("f()", "(call f)")]
    [InlineData("weights('v1 -> it')", "(call weights 'v1 -> it')")]
    [InlineData("weights(\"v1 -> it\")", "(call weights 'v1 -> it')")]
    [InlineData("'v1'", "v1")]
    [InlineData("cost.v1.in", "cost.v1.in")]
    [InlineData("step >= 300", "(>= step 300)")]
    public void CallsAndNames_AreRead(string text, string tree) => Assert.Equal(tree, TreeText.Of(Texts.Expression(text)));

    [Theory]
    [InlineData("1", 1)]
    [InlineData("0.5", 0.5)]
    [InlineData("1e-3", 0.001)]
    [InlineData("2E+2", 200)]
    [InlineData("007", 7)]
    [InlineData("3.4e38", 3.4e38)]
    [InlineData("1e-60", 1e-60)]
    public void Number_IsRead(string text, double value) => Assert.Equal(value, Assert.IsType<NumberSyntax>(Texts.Expression(text)).Value);

    [Theory]
    [InlineData("a # the rest\n + b // more")]
    [InlineData("# before\na + b")]
    [InlineData("\t a\r\n+ b ")]
    public void CommentsAndBlanks_CountForNothing(string text) => Assert.Equal("(+ a b)", TreeText.Of(Texts.Expression(text)));

    [Fact]
    public void Span_OfGroup_CountsItsParentheses()
    {
        var product = Assert.IsType<BinarySyntax>(Texts.Expression("  (a + b) * c # x"));

        Assert.Equal((2, 11), (product.Span.Start, product.Span.Length));
        Assert.Equal((2, 7), (product.Left.Span.Start, product.Left.Span.Length));
    }

    [Fact]
    public void Span_OfCallAndLet_PointsAtTheNames()
    {
        var let = Assert.IsType<LetSyntax>(Texts.Expression("let x = f(1) in x"));
        var call = Assert.IsType<CallSyntax>(let.Value);

        Assert.Equal((4, 1), (let.NameSpan.Start, let.NameSpan.Length));
        Assert.Equal((8, 1), (call.FunctionSpan.Start, call.FunctionSpan.Length));
        Assert.Equal((8, 4), (call.Span.Start, call.Span.Length));
    }
}
