using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety.Language;

/// <summary>Where a built-in function is called.</summary>
internal sealed record CallContext(Binder Binder, Graph Graph, CallSyntax Call, Scope Scope)
{
    /// <summary>Applies an opcode to arguments whose shapes are checked.</summary>
    public Node? Apply(Opcode code, params ReadOnlySpan<Node> inputs) => Binder.Apply(code, Call.Function, Call.Span, inputs);

    /// <summary>Whether the text is one of updates or plasticity, where the rows of a matrix are the inputs of a bank.</summary>
    public bool IsOfSynapses => Scope.Shape.IsMatrix;

    /// <summary>Whether the text is not one of synapses; reports if it is.</summary>
    public bool HasSamples() => !IsOfSynapses || Fail("COST2013", $"'{Call.Function}' has no meaning in {Scope.Where}") is not null;

    /// <summary>The value with all units in one row; inputs of a bank stay rows.</summary>
    public Node Flat(Node x) => x.Shape.IsMatrix && IsOfSynapses ? x : Layouts.Flatten(Graph, x);

    /// <summary>Whether the text has samples and no argument is a matrix; reports if not.</summary>
    public bool AreSamples(params ReadOnlySpan<Node> arguments)
    {
        if (!HasSamples())
            return false;
        foreach (var argument in arguments)
            if (argument.Shape.IsMatrix)
                return Fail("COST2040", $"'{Call.Function}' expects values of samples or units, got {argument.Shape}",
                    "a matrix belongs to no sample; sum(...), mean(...) and norm(...) make one number of it") is not null;
        return true;
    }

    /// <summary>Reports an error at the call.</summary>
    public Node? Fail(string id, string message, string? hint = null) => Binder.Fail(id, Call.Span, message, hint);
}

/// <summary>A built-in function: one row of the table.</summary>
/// <param name="Signature">How it is called.</param>
/// <param name="MinArity">Fewest arguments.</param>
/// <param name="MaxArity">Most arguments.</param>
/// <param name="Meaning">What it gives.</param>
/// <param name="Build">Makes the nodes.</param>
internal sealed record Function(
    string Signature, int MinArity, int MaxArity, string Meaning, Func<CallContext, Node[], Node?> Build)
{
    /// <summary>Whether the argument is a name in quotes, not a value.</summary>
    public bool TakesName { get; init; }

    public string Name => Signature[..Signature.IndexOf('(')];

    public string ArityText => MinArity == MaxArity
        ? MinArity == 1 ? "1 argument" : $"{MinArity} arguments"
        : $"{MinArity} to {MaxArity} arguments";
}

/// <summary>The built-in functions; everything else is library text.</summary>
internal static class Functions
{
    /// <summary>All functions in the order of the documentation.</summary>
    public static IReadOnlyList<Function> All { get; } =
    [
        Unary("abs(x)", Opcode.Abs, "|x|"),
        Unary("sqrt(x)", Opcode.Sqrt, "square root"),
        Unary("exp(x)", Opcode.Exp, "e^x"),
        new("log(x)", 1, 1, "natural logarithm; of a softmax it is x - logsumexp(x), of a sigmoid -softplus(-x), which is exact and finite", (c, a) => c.Graph.Log(a[0])),
        Unary("tanh(x)", Opcode.Tanh, "hyperbolic tangent"),
        Unary("sigmoid(x)", Opcode.Sigmoid, "1/(1 + e^-x)"),
        Unary("softplus(x)", Opcode.Softplus, "log(1 + e^x)"),
        Unary("sin(x)", Opcode.Sin, "sine"),
        Unary("cos(x)", Opcode.Cos, "cosine"),
        Unary("floor(x)", Opcode.Floor, "largest integer not above x; no gradient"),
        Unary("sign(x)", Opcode.Sign, "-1, 0 or 1; no gradient"),
        Unary("step(x)", Opcode.Step, "1 where x > 0, else 0; no gradient"),
        new("square(x)", 1, 1, "x times x", (c, a) => c.Graph.Square(a[0])),
        new("clamp(x, low, high)", 3, 3, "x, at least low and at most high",
            (c, a) => c.Apply(Opcode.Max, a[0], a[1]) is { } low ? c.Apply(Opcode.Min, low, a[2]) : null),
        new("ramp(x, from, to)", 3, 3, "0 until x is from, 1 after x is to, a line between", (c, a) => Ramp(c, a)),
        new("where(condition, a, b)", 3, 3, "a where the condition is not 0, else b", (c, a) => c.Apply(Opcode.Select, a)),
        new("stop(x)", 1, 1, "x; no gradient passes", (c, a) => c.Graph.Stop(a[0])),
        new("as(value, gradient)", 2, 2, "the value of the first, the gradient of the second (a surrogate)", (c, a) => As(c, a)),
        new("previous(x, n)", 1, 2, "x, n ticks ago in dynamics and n steps ago in costs (1 when left out); 0 before the first", (c, a) => Previous(c, a)),
        new("sum(x)", 1, 1, "sum over units and sites", (c, a) => c.Graph.SumAll(a[0])),
        new("mean(x)", 1, 1, "mean over units and sites", (c, a) => c.Graph.MeanAll(a[0])),
        new("max(x)", 1, 2, "largest unit; with two arguments the larger of each pair",
            (c, a) => a.Length == 2 ? c.Apply(Opcode.Max, a) : c.Graph.MaxUnits(c.Flat(a[0]))),
        new("min(x)", 1, 2, "smallest unit; with two arguments the smaller of each pair",
            (c, a) => a.Length == 2 ? c.Apply(Opcode.Min, a) : c.Graph.Neg(c.Graph.MaxUnits(c.Flat(c.Graph.Neg(a[0]))))),
        new("var(x)", 1, 1, "variance over units and sites",
            (c, a) => c.Graph.MeanAll(c.Graph.Square(c.Graph.Sub(a[0], c.Graph.MeanAll(a[0]))))),
        new("norm(x)", 1, 1, "square root of the sum of squares",
            (c, a) => c.Graph.Apply(Opcode.Sqrt, c.Graph.SumAll(c.Graph.Square(a[0])))),
        new("dot(a, b)", 2, 2, "sum of products", (c, a) => c.Apply(Opcode.Mul, a) is { } product ? c.Graph.SumAll(product) : null),
        new("logsumexp(x)", 1, 1, "log(sum(exp(x))), safe for large x", (c, a) => c.Graph.LogSumExp(c.Flat(a[0]))),
        new("softmax(x)", 1, 1, "exp(x)/sum(exp(x)) over units and sites", (c, a) => Softmax(c, a[0])),
        new("argmax(x)", 1, 1, "index of the largest unit, the lower of equals; no gradient",
            (c, a) => c.Graph.ArgMaxUnits(c.Flat(a[0]))),
        new("cross_entropy(a, target)", 2, 2, "-sum(target * log(a)); exact when a is a softmax, else a is at least 1e-7",
            (c, a) => CrossEntropy(c, a[0], a[1])),
        Reduction("batch_mean(x)", Batch.Mean, "mean over the valid samples of the batch"),
        Reduction("batch_sum(x)", Batch.Sum, "sum over the valid samples of the batch"),
        Reduction("batch_var(x)", Batch.Variance, "variance over the valid samples of the batch"),
        new("batch_max(x)", 1, 1, "largest of the valid samples of the batch", (c, a) => c.AreSamples(a) ? Batch.Max(c.Graph, a[0]) : null),
        new("batch_min(x)", 1, 1, "smallest of the valid samples of the batch", (c, a) => c.AreSamples(a) ? Batch.Min(c.Graph, a[0]) : null),
        new("noise.normal(mean, deviation)", 2, 2, "a normal number for every unit", (c, a) => Noise(c, Opcode.Normal, a[0], a[1])),
        new("noise.uniform(low, high)", 2, 2, "a uniform number for every unit",
            (c, a) => c.Apply(Opcode.Sub, a[1], a[0]) is { } width ? Noise(c, Opcode.Uniform, a[0], width) : null),
        new("noise.bernoulli(p)", 1, 1, "1 with probability p, else 0, for every unit",
            (c, a) => c.Apply(Opcode.Less, Draw(c, Opcode.Uniform), a[0])),
        .. UnitFunctions.All,
        .. MatrixFunctions.All,
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(f => f.Name);

    /// <summary>The function of a name, or null.</summary>
    public static Function? Find(string name) => All.FirstOrDefault(f => f.Name == name);

    private static Function Unary(string signature, Opcode code, string meaning) =>
        new(signature, 1, 1, meaning, (c, a) => c.Apply(code, a));

    private static Function Reduction(string signature, Func<Graph, Node, Node> reduce, string meaning) =>
        new(signature, 1, 1, meaning, (c, a) => c.IsOfSynapses || c.AreSamples(a) ? reduce(c.Graph, a[0]) : null);

    private static Node? Ramp(CallContext c, Node[] a)
    {
        if (c.Apply(Opcode.Sub, a[0], a[1]) is not { } done || c.Apply(Opcode.Sub, a[2], a[1]) is not { } whole)
            return null;
        // Where both ends are one it is a step; dividing by 1 there keeps 0/0 out.
        var isStep = c.Graph.Apply(Opcode.Equal, whole, c.Graph.Zero);
        if (c.Apply(Opcode.Div, done, c.Graph.Select(isStep, c.Graph.One, whole)) is not { } part)
            return null;
        var line = c.Graph.Apply(Opcode.Min, c.Graph.Apply(Opcode.Max, part, c.Graph.Zero), c.Graph.One);
        return c.Graph.Select(isStep, c.Graph.Apply(Opcode.Step, done), line);
    }

    private static Node? As(CallContext c, Node[] a)
    {
        var both = Layouts.Conform(c.Graph, a);
        return Shape.Broadcast(both[0].Shape, both[1].Shape) is null
            ? c.Fail("COST2011", $"'as' expects values of one shape, got {both[0].Shape} and {both[1].Shape}", Binder.FittingShapes)
            : c.Graph.As(both[0], both[1]);
    }

    private static Node? Previous(CallContext c, Node[] a)
    {
        double lag = a.Length == 2 ? (a[1].Kind == NodeKind.Const ? a[1].Value : double.NaN) : 1;
        if (lag is not (>= 1 and <= 1000) || lag != Math.Floor(lag))
            return c.Fail("COST2012", "the lag of 'previous' must be a whole number from 1 to 1000", "write previous(x, 1)");
        if (!c.AreSamples(a))
            return null;
        if (c.Scope.Previous is not { } previous)
            return c.Fail("COST2013", $"'previous' has no meaning in {c.Scope.Where}");
        return previous(a[0], (int)lag, $"{c.Scope.Key}.previous{c.Scope.PreviousCount++}");
    }

    private static Node Softmax(CallContext c, Node x) => x.Shape.IsMatrix && !c.IsOfSynapses
        ? c.Graph.UnflattenMatrix(c.Graph.Softmax(c.Flat(x)), x.Shape)
        : x.Shape.Sites == 1 ? c.Graph.Softmax(x)
        : Layouts.Unflatten(c.Graph, c.Graph.Softmax(c.Flat(x)), x.Shape.Sites);

    private static Node? CrossEntropy(CallContext c, Node a, Node target)
    {
        bool isSoftmax = Graph.IsSoftmax(a);
        var safe = isSoftmax ? a : c.Graph.Apply(Opcode.Max, a, c.Graph.Const(1e-7));
        if (!isSoftmax)
            c.Binder.Diagnostics.Warning("COST2101", c.Call.Span,
                "the first argument of 'cross_entropy' is not a softmax: it is held at 1e-7 or more", "give the area the activation softmax");
        return c.Apply(Opcode.Mul, target, c.Graph.Log(safe)) is { } product ? c.Graph.Neg(c.Graph.SumAll(product)) : null;
    }

    private static Node? Noise(CallContext c, Opcode code, Node offset, Node scale) =>
        c.Apply(Opcode.Mul, Draw(c, code), scale) is { } scaled ? c.Apply(Opcode.Add, scaled, offset) : null;

    private static Node Draw(CallContext c, Opcode code) =>
        c.Graph.Noise(code, $"{c.Scope.NoiseKey}.noise{c.Scope.NoiseCount++}", c.Scope.Shape);
}
