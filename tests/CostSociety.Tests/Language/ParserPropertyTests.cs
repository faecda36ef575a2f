using CostSociety.Language;
using CsCheck;

namespace CostSociety.Tests.Language;

public sealed class ParserPropertyTests
{
    private static readonly SourceSpan _none = SourceSpan.None;

    private static readonly Gen<string> _name = Gen.OneOf("a", "v1", "retina.apical", "cost.v1.in", "_x", "step", "inner", "variables");

    private static readonly Gen<Syntax> _leaf = Gen.OneOf<Syntax>(
        Gen.OneOf<double>(Gen.Double[0, 3e38], Gen.Double[0, 1], Gen.Int[0, 100].Select(i => (double)i)).Select(Number),
        _name.Select(Name),
        Gen.OneOf("v1 -> it", "in", "it's", "a\"b", " ", "1x", "a..b", "#no").Select(Name));

    private static readonly Gen<Syntax> _tree = Gen.Recursive<Syntax>((depth, inner) => depth >= 6
        ? _leaf
        : Gen.Frequency<Syntax>(
            (2, _leaf),
            (5, Gen.Select(Gen.OneOf("+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=", "and", "or"), inner, inner, Binary)),
            (2, Gen.Select(Gen.OneOf("-", "not"), inner, Unary)),
            (1, Gen.Select(_name, inner.List[0, 3], Call)),
            (1, Gen.Select(Gen.OneOf("x", "y"), inner, inner, Let))));

    [Fact]
    public void Print_ThenParse_GivesTheSameTree() =>
        _tree.Sample(tree => TreeText.Of(Texts.Expression(SyntaxText.Print(tree))) == TreeText.Of(tree), iter: 5000);

    [Fact]
    public void Print_IsShort() =>
        _tree.Sample(tree => SyntaxText.Print(Texts.Expression(SyntaxText.Print(tree))!) == SyntaxText.Print(tree), iter: 2000);

    [Fact]
    public void TextOfEveryNode_ReadsBackAsThatNode() => _tree.Sample(
        tree =>
        {
            foreach (var (node, _) in Texts.Expression($"# x\n( {SyntaxText.Print(tree)} )+0")!.Walk())
                Assert.Equal(TreeText.Of(node), TreeText.Of(Texts.Expression(TextOf(node.Span))));
        },
        iter: 500);

    [Fact]
    public void TextOfEveryNode_InsideAJsonString_ReadsBackAsThatNode() => _tree.Sample(
        tree =>
        {
            string json = System.Text.Json.JsonSerializer.Serialize(SyntaxText.Print(tree).Replace(" + ", "\n+\t"));
            var file = Texts.File($"{{ \"cost\": {json} }}");
            int start = file.Text.IndexOf(json, StringComparison.Ordinal) + 1;
            var read = Parser.ParseExpression(ExpressionText.FromJsonString(file, start, json.Length - 2), new Diagnostics());
            Assert.Equal(TreeText.Of(tree), TreeText.Of(read));
            foreach (var (node, _) in read!.Walk())
            {
                var again = ExpressionText.FromJsonString(file, node.Span.Start, node.Span.Length);
                Assert.Equal(TreeText.Of(node), TreeText.Of(Parser.ParseExpression(again, new Diagnostics())));
            }
        },
        iter: 500);

    [Fact]
    public void Blocks_PrintThenParse_GiveTheSameTree() => _tree.List[1, 4].Sample(
        values =>
        {
            var block = new BlockSyntax([.. values.Select((v, i) => new AssignmentSyntax($"v{i}", _none, v, _none))], _none);
            var read = Texts.Block(SyntaxText.Print(block))!;
            Assert.Equal(TreeText.Of(block), TreeText.Of(read));
            foreach (var assignment in read.Assignments)
                Assert.Equal(TreeText.Of(assignment), TreeText.Of(Texts.Block(TextOf(assignment.Span))!.Assignments[0]));
        },
        iter: 500);

    [Fact]
    public void Conditions_PrintThenParse_GiveTheSameTree() => Gen.Select(_tree, Gen.Int[0, 3]).Sample(
        (tree, steps) =>
        {
            var condition = new ConditionSyntax(tree, steps, _none);
            return TreeText.Of(Texts.Condition(SyntaxText.Print(condition))) == TreeText.Of(condition);
        },
        iter: 500);

    private static string TextOf(SourceSpan span) => span.Source.Text.Substring(span.Start, span.Length);

    private static Syntax Number(double value) => new NumberSyntax(value, _none);

    private static Syntax Name(string name) => new NameSyntax(name, _none);

    private static Syntax Binary(string symbol, Syntax left, Syntax right) => new BinarySyntax(symbol, left, right, _none);

    private static Syntax Unary(string symbol, Syntax operand) => new UnarySyntax(symbol, operand, _none);

    private static Syntax Call(string name, List<Syntax> arguments) => new CallSyntax(name, _none, arguments, _none);

    private static Syntax Let(string name, Syntax value, Syntax body) => new LetSyntax(name, _none, value, body, _none);
}
