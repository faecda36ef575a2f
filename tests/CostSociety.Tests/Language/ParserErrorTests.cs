using CostSociety.Language;

namespace CostSociety.Tests.Language;

/// <summary>The whole text of messages, in golden files.</summary>
public sealed class ParserErrorTests
{
    [Fact]
    public void Characters() => Golden.Verify("Language/characters", Expressions(
        "a $ b", "a && b", "a || b", "!a", "a ** 2", "a % 2", "v1 -> it", "a ? b : c", "a[1]", "a \u2212 b", "a \u2264 b",
        "gr\u00F6\u00DFe", "a\u00A0+ b", "a \u0001 b", "\U0001F600", "a @ b $ c", "a <> b", "\\", "\u201Cv1\u201D"));

    [Fact]
    public void Numbers() => Golden.Verify("Language/numbers", Expressions(
        "3.5e38", "1e999", "2x", "2 x", ".5", "5.", "1.2.3", "1e", "1e+", "0x10", "1_000", "-3.5e38", new string('9', 100)));

    [Fact]
    public void Operands() => Golden.Verify("Language/operands", Expressions(
        "", "   # only a comment", "a +", "* a", "+1", "a + * b", "a b", "a 'b'", "a = b", "a === b", "a + not b", "a < b < c",
        "a == b != c > d", "mean(x) < sum(y + z) + longer_name_1 + longer_name_2 <= c", "a; b", "a, b", "a.", "a .b", "a..b", "a }"));

    [Fact]
    public void Brackets() => Golden.Verify("Language/brackets", Expressions(
        "(a + b", "(a b)", "f(a, b", "f(a,)", "f(,a)", "f(a,,b)", "f(a b)", "()", "a)", "f(a + (b * c)", "f((a, b)", "f($, +, *)",
        "weights('v1 -> it)", "weights('')", "f(g(1, h(2)", "{ a }"));

    [Fact]
    public void Lets() => Golden.Verify("Language/lets", Expressions(
        "let x = 1", "let x = 1 x", "let x 1 in x", "let = 1 in x", "let in = 1 in x", "let a.b = 1 in 2", "let x = in x",
        "let x = 1 in", "let x == 1 in x", "in", "x for 20 steps"));

    [Fact]
    public void Blocks() => Golden.Verify("Language/blocks", Texts.Messages(
        (text, d) => Parser.ParseBlock(text, d),
        "", "v + 1", "v == 1", "v = ", "v = 1 w = 2 u = $", "a = 1;; b = 2", ";", "v += 1", "a = 1; b; c = 2", "a = (1; b = 2 +; c = f(;",
        "'v' = 1", "a = b = c", "a = 1 }"));

    [Fact]
    public void Dynamics() => Golden.Verify("Language/dynamics", Texts.Messages(
        (text, d) => Parser.ParseBlock(text, d, "activity"), "", "tanh(v); v = 1", "v = 1; tanh(v)", "tanh(v) v = 1", "tanh(v"));

    [Fact]
    public void Conditions() => Golden.Verify("Language/conditions", Texts.Messages(
        (text, d) => Parser.ParseCondition(text, d),
        "", "step >= 3 for", "step >= 3 for 0 steps", "step >= 3 for 2.5 steps", "step >= 3 for n steps", "step >= 3 for 20",
        "step >= 3 for 20 epochs", "step = 3", "step >= 3 for 20 steps or a", "for 20 steps"));

    [Fact]
    public void Libraries() => Golden.Verify("Language/libraries", Texts.Messages(
        (text, d) => Parser.ParseLibrary(Texts.File(text.Text), d),
        "f(x) = x\ng(x) = x;", "f(x) = x;\nf(y) = y;", "f(x, x) = x;", "f(x = 1, y) = x;", "f variables(a) = 1;", "f variables = 1;",
        "f(x) variables(a = 0, a = 1) = 1;", "f(x) x;", "1 = 2;", "f(x = x;", "f(1) = 2;", "f(x) = { };", "f(x) = { x };",
        "f(x) = { a = 1; b = 2\ng(x) = x;\nh(x) = +;", "f(x) = { a = 1", "f(x) = ;\ng(x) = *;", "f(x,) = { a = 1; b = 2 };\ng = $;", "}"));

    [Fact]
    public void Limits() => Golden.Verify("Language/limits", Expressions(
        new string('(', 300) + "1" + new string(')', 300), "1" + string.Concat(Enumerable.Repeat("+1", 2000)), new string(' ', 20_001) + "1",
        string.Concat(Enumerable.Repeat("- ", 300)) + "1", string.Concat(Enumerable.Repeat("2^", 300)) + "1", new string('$', 100)));

    private static string Expressions(params string[] texts) => Texts.Messages((text, d) => Parser.ParseExpression(text, d), texts);
}
