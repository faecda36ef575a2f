using CostSociety.Language;

namespace CostSociety.Tests.Language;

public sealed class LibraryParserTests
{
    private const string Library = """
        # a plain comment
        ## mean squared error,
        ##   halved
        mse(a, t) = 0.5 * mean(square(a - t));

        ## not of the next one

        momentum(rate, momentum = 0.9) = {
            m = momentum * m + g;   # the moment
            w = w - rate * m
        };
        relu(basal) variables(bias = 0, gain = 1) = max(gain * basal + bias, 0);
        tanh variables(bias = 0) = tanh(basal + bias);
        pi = 3.14159
        """;

    [Fact]
    public void Definitions_AreRead()
    {
        string[] trees = [.. Texts.Library(Library).Select(TreeText.Of)];

        Assert.Equal(
            [
                "(define mse [mean squared error,\nhalved] (parameter a nothing) (parameter t nothing) variables "
                    + "(* 0.5 (call mean (call square (- a t)))))",
                "(define momentum [] (parameter rate nothing) (parameter momentum 0.9) variables "
                    + "(block (set m (+ (* momentum m) g)) (set w (- w (* rate m)))))",
                "(define relu [] (parameter basal nothing) variables (parameter bias 0) (parameter gain 1) "
                    + "(call max (+ (* gain basal) bias) 0))",
                "(define tanh [] variables (parameter bias 0) (call tanh (+ basal bias)))",
                "(define pi [] variables 3.14159)",
            ],
            trees);
    }

    [Fact]
    public void Definition_AfterAnError_IsStillRead()
    {
        var diagnostics = new Diagnostics();

        var read = Parser.ParseLibrary(Texts.File("f(x) = { a = 1; b = $ ; c = 2 };\ng(x) = x *;\nh(x) = x;"), diagnostics);

        Assert.Equal(["h"], read.Select(d => d.Name));
        Assert.Equal(["COST1001", "COST1003"], diagnostics.Items.Select(d => d.Id));
    }

    [Fact]
    public void Library_MayBeEmpty() => Assert.Empty(Texts.Library("# nothing yet\n"));

    [Fact]
    public void Print_ReadsBack()
    {
        var definitions = Texts.Library(Library);

        string printed = string.Join('\n', definitions.Select(SyntaxText.Print));

        Assert.Equal(definitions.Select(TreeText.Of), Texts.Library(printed).Select(TreeText.Of));
        Assert.Contains("relu(basal) variables(bias = 0, gain = 1) = max(gain * basal + bias, 0);", printed, StringComparison.Ordinal);
    }
}
