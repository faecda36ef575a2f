using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Conformance.Tests.Gradients.Reference;

/// <summary>
/// The circuit of the random expressions, in the engine and written out by hand: x -> a (tanh) -> b (softplus) -> p
/// (softmax), and an image seen through shared patches by m; streams t, u and s.
/// </summary>
internal sealed class SmallSociety
{
    public const int Batch = 4;

    private const int Units = 4;
    private const int Maps = 2;

    private static readonly Circuit _circuit = GradientLab.ParseCircuit(
        Texts.Circuit(
            """
            "x": { "source": "host", "shape": [3] }, "image": { "source": "host", "shape": [1, 3, 3] },
            "t": { "source": "host", "shape": [4] }, "u": { "source": "host", "shape": [8] }, "s": { "source": "host", "shape": [1] }
            """,
            """
            "retina": { "reads": "x" }, "eye": { "reads": "image" },
            "a": { "units": 4, "dynamics": "tanh(basal + bias)", "variables": { "bias": 0.125 } },
            "b": { "units": 4, "activation": "softplus" }, "p": { "units": 4, "activation": "softmax" },
            "m": { "shape": [2, 2, 2], "activation": "tanh" }
            """,
            """
            "retina -> a": {}, "a -> b": {}, "b -> p": {}, "eye -> m": { "patch": { "size": 2, "stride": 1 } }
            """),
        Texts.Cost("mean(a)", area: "a"));

    private readonly Dictionary<string, float[]> _streams = [];
    private readonly Dictionary<string, double[]> _directions;

    /// <summary>A society with random weights and samples that minimizes a text.</summary>
    public SmallSociety(string cost, string weight, int samples, int seed)
    {
        var diagnostics = new Diagnostics();
        var costs = CostFile.Parse(
            new SourceText("<random>", Texts.Cost(cost, area: "a", weight: weight, parameters: "\"k\": 0.375")), diagnostics);
        diagnostics.ThrowIfErrors();
        Lab = new GradientLab(Society.Build(_circuit, costs!, new OracleExecutor()), seed) { Samples = samples };
        foreach (var stream in _circuit.Streams)
            Lab.Society.Set(stream.Name, _streams[stream.Name] = Lab.Normals(Batch * stream.Width));
        _directions = Lab.Parameters.ToDictionary(p => p.Name, p => Array.ConvertAll(Lab.Normals(p.Units * p.Inputs), d => (double)d));
    }

    public GradientLab Lab { get; }

    /// <summary>The engine's value of the cost and its derivative along the direction.</summary>
    public (double Value, double Slope) Engine()
    {
        double value = Lab.Cost("a.cost");
        return (value, Lab.Gradients().Sum(g => g.Value.Zip(_directions[g.Key], (x, d) => x * d).Sum()));
    }

    /// <summary>The reference's value of the cost, and the derivative of the weighted cost along the direction.</summary>
    public (double Value, double Slope) Expected(string cost, string weight, DualMath math)
    {
        var evaluator = new Evaluator(math, Names(math));
        var term = evaluator.Evaluate(Parse(cost));
        var whole = math.Mul(evaluator.Evaluate(Parse(weight)), term);
        return (math.BatchSum(term)[0, 0].Value / Lab.Samples, math.BatchMean(whole)[0, 0].Slope);
    }

    private Dictionary<string, Dual> Names(DualMath math)
    {
        var a = Unary(math, "tanh", math.Add(Project("retina -> a", Stream("x", 3)), Variable("a.bias")));
        var basal = Project("a -> b", a);
        var b = Unary(math, "softplus", math.Add(basal, Variable("b.bias")));
        var maps = Patches();
        return new Dictionary<string, Dual>
        {
            ["a"] = a,
            ["b"] = b,
            ["b.basal"] = basal,
            ["p"] = math.Softmax(math.Add(Project("b -> p", b), Variable("p.bias"))),
            ["m.basal"] = maps,
            ["m"] = Unary(math, "tanh", math.Add(maps, new Dual(1, Units * Maps, (_, c) => Parameter("m.bias", c / Units)))),
            ["t"] = Stream("t", 4),
            ["u"] = Stream("u", 8),
            ["s"] = Stream("s", 1),
            ["k"] = Dual.Constant(0.375),
            ["valid"] = new Dual(Batch, 1, (r, _) => (r < Lab.Samples ? 1 : 0, 0)),
            ["weights a -> b"] = new Dual(1, Units * Units, (_, c) => Parameter("a -> b", c % Units * Units + c / Units)),
            ["a.bias"] = Variable("a.bias"),
            ["b.bias"] = Variable("b.bias"),
            ["p.bias"] = Variable("p.bias"),
        };
    }

    private Dual Stream(string name, int width) => new(Batch, width, (r, c) => (_streams[name][r * width + c], 0));

    private Dual Variable(string name) => new(1, Units, (_, c) => Parameter(name, c));

    private (double Value, double Slope) Parameter(string name, int index) => (Lab.Read(name)[index], _directions[name][index]);

    private Dual Project(string name, Dual x)
    {
        var (weights, direction) = (Lab.Read(name), _directions[name]);
        return new Dual(Batch, Units, (row, unit) =>
        {
            double value = 0, slope = 0;
            for (int i = 0; i < x.Cols; i++)
            {
                double w = weights[unit * x.Cols + i];
                value += w * x[row, i].Value;
                slope += direction[unit * x.Cols + i] * x[row, i].Value + w * x[row, i].Slope;
            }
            return (value, slope);
        });
    }

    /// <summary>Two maps of 2 x 2 places, each seeing 2 x 2 pixels of the 3 x 3 image; unit = (map * 2 + y) * 2 + x.</summary>
    private Dual Patches()
    {
        var (weights, direction) = (Lab.Read("eye -> m"), _directions["eye -> m"]);
        return new Dual(Batch, Units * Maps, (row, unit) =>
        {
            double value = 0, slope = 0;
            for (int i = 0; i < 4; i++)
            {
                double pixel = _streams["image"][row * 9 + (unit / 2 % 2 + i / 2) * 3 + unit % 2 + i % 2];
                value += weights[unit / 4 * 4 + i] * pixel;
                slope += direction[unit / 4 * 4 + i] * pixel;
            }
            return (value, slope);
        });
    }

    private static Dual Unary(DualMath math, string function, Dual x) => function == "tanh"
        ? math.Map(x, Math.Tanh, v => 1 - Math.Tanh(v) * Math.Tanh(v))
        : math.Map(x, v => Math.Max(v, 0) + Math.Log(1 + Math.Exp(-Math.Abs(v))), v => 1 / (1 + Math.Exp(-v)));

    private static Syntax Parse(string text)
    {
        var diagnostics = new Diagnostics();
        var tree = Parser.ParseExpression(ExpressionText.Plain(new SourceText("<random>", text)), diagnostics);
        diagnostics.ThrowIfErrors();
        return tree!;
    }
}
