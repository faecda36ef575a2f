using System.Diagnostics;
using System.Text;
using CostSociety.Language;
using CsCheck;

namespace CostSociety.Tests.Language;

public sealed class ParserFuzzTests
{
    private static readonly string[] _valid =
    [
        "let e = retina.apical - retina in mean(square(e)) + sparsity * mean(abs(v1))",
        "step >= 300 or cost.v1.reconstruct < 0.02 for 200 steps",
        "v = v + (basal - v)/tau; activity = as(step(v - theta), surrogate(v - theta)); v = v - theta*activity",
        "## doc\nmomentum(rate, momentum = 0.9) = { m = momentum * m + g; w = w - rate * m };\nf variables(b = 0) = weights('v1 -> it') + b;",
        "not (a == 1e-3 and b != -2^x) # comment",
    ];

    private static readonly string[] _pieces =
        ["(", ")", "{", "}", ",", ";", "=", "==", "'", "\"", "let", "in", "for", "not ", "-", "^", "1e", ".", "##", "\n", "\u2264", "\uD83D", "\0", "->", "<"];

    private static readonly Gen<string> _mutation = Gen.Select(
        Gen.OneOf(_valid),
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 6], Gen.OneOf(_pieces)).Array[1, 4],
        Mutate);

    [Fact]
    public void RandomBytes_NeverThrow() =>
        Gen.Byte.Array[0, 400].Sample(bytes => ReadAll(Encoding.UTF8.GetString(bytes)), iter: 2000);

    [Fact]
    public void RandomCharacters_NeverThrow() => Gen.Char.Array[0, 200].Sample(characters => ReadAll(new string(characters)), iter: 2000);

    [Fact]
    public void RandomPieces_NeverThrow() =>
        Gen.OneOf([.. _pieces, "a", "f(", "x = ", " 1 "]).Array[0, 60].Sample(pieces => ReadAll(string.Concat(pieces)), iter: 2000);

    [Fact]
    public void Mutations_NeverThrow() => _mutation.Sample(ReadAll, iter: 2000);

    private static string Mutate(string text, (int Place, int Remove, string Insert)[] changes)
    {
        foreach (var (place, remove, insert) in changes)
        {
            int at = place % (text.Length + 1);
            text = text.Remove(at, Math.Min(remove, text.Length - at)).Insert(at, insert);
        }
        return text;
    }

    /// <summary>Every way of reading ends soon, and gives either a tree or a message that can be shown.</summary>
    private static void ReadAll(string text)
    {
        long start = Stopwatch.GetTimestamp();
        var json = ExpressionText.FromJsonString(Texts.File(text), 0, text.Length);
        Check(d => Parser.ParseExpression(Texts.Of(text), d));
        Check(d => Parser.ParseExpression(json, d));
        Check(d => Parser.ParseBlock(Texts.Of(text), d));
        Check(d => Parser.ParseBlock(Texts.Of(text), d, "activity"));
        Check(d => Parser.ParseCondition(Texts.Of(text), d));
        Check(d => Parser.ParseLibrary(Texts.File(text), d));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "took long");
    }

    private static void Check(Func<Diagnostics, object?> parse)
    {
        var diagnostics = new Diagnostics();
        object? tree = parse(diagnostics);
        Assert.True(tree is IReadOnlyList<DefinitionSyntax> || (tree is null) == diagnostics.HasErrors);
        Assert.All(diagnostics.Items, d => Assert.Contains(d.Id, DiagnosticText.Render(d), StringComparison.Ordinal));
    }
}
