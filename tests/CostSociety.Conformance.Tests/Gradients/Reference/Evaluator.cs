using CostSociety.Language;

namespace CostSociety.Conformance.Tests.Gradients.Reference;

/// <summary>
/// Interprets trees of the language on <see cref="Dual"/>: a second meaning of the language, written apart from the
/// engine's. Nothing has a past yet, so <c>previous</c> is 0 and <c>trace</c> a part. Matrices lie in one row.
/// </summary>
internal sealed class Evaluator(DualMath math, IReadOnlyDictionary<string, Dual> names)
{
    /// <summary>Library costs that have a meaning of their own here.</summary>
    private static readonly string[] _direct = ["l1", "l2", "sparse", "mse", "mae", "info_nce"];

    private readonly Stack<(string Name, Dual Value)> _locals = new();

    public Dual Evaluate(Syntax syntax) => syntax switch
    {
        NumberSyntax number => Dual.Constant((float)number.Value),
        NameSyntax name => Resolve(name.Name),
        UnarySyntax { Operator: "not" } not => Truth(Evaluate(not.Operand), 0, 1),
        UnarySyntax minus => Negate(Evaluate(minus.Operand)),
        BinarySyntax binary => Operator(binary.Operator, Evaluate(binary.Left), Evaluate(binary.Right)),
        LetSyntax let => Let(let),
        CallSyntax call => Call(call),
        _ => throw new InvalidOperationException($"{syntax.GetType().Name} is not an expression"),
    };

    private Dual Resolve(string name)
    {
        foreach (var (local, value) in _locals)
            if (local == name)
                return value;
        return names[name];
    }

    private Dual Let(LetSyntax let)
    {
        _locals.Push((let.Name, Evaluate(let.Value)));
        var body = Evaluate(let.Body);
        _locals.Pop();
        return body;
    }

    private Dual Operator(string op, Dual a, Dual b) => op switch
    {
        "+" => math.Add(a, b),
        "-" => math.Sub(a, b),
        "*" => math.Mul(a, b),
        "/" => math.Div(a, b),
        "^" => math.Pow(a, b),
        "<" => math.Compare(a, b, (x, y) => x < y),
        ">" => math.Compare(a, b, (x, y) => x > y),
        "<=" => math.Compare(a, b, (x, y) => x <= y),
        ">=" => math.Compare(a, b, (x, y) => x >= y),
        "==" => math.Compare(a, b, (x, y) => x == y),
        "!=" => math.Compare(a, b, (x, y) => x != y),
        "and" => math.Zip(a, b, (x, y) => (x.V != 0 && y.V != 0 ? 1 : 0, 0)),
        "or" => math.Zip(a, b, (x, y) => (x.V != 0 || y.V != 0 ? 1 : 0, 0)),
        _ => throw new InvalidOperationException($"unknown operator {op}"),
    };

    private Dual Call(CallSyntax call)
    {
        if (call.Function is "log" or "entropy" or "cross_entropy" or "kl" or "bernoulli" && Exact(call) is { } exact)
            return exact;
        if (call.Function == "weights")
            return names["weights " + ((NameSyntax)call.Arguments[0]).Name];
        if (Library.Shipped.Costs.TryGetValue(call.Function, out var definition) && !_direct.Contains(call.Function))
            return Expand(definition, call);
        var a = call.Arguments.Select(Evaluate).ToArray();
        return a.Length switch { 1 => Unary(call.Function, a[0]), 2 => Binary(call.Function, a[0], a[1]), _ => Ternary(call.Function, a) };
    }

    /// <summary>The meaning of a library text is that of its body.</summary>
    private Dual Expand(DefinitionSyntax definition, CallSyntax call)
    {
        var values = call.Arguments.Concat(definition.Parameters.Skip(call.Arguments.Count).Select(p => p.Default!)).Select(Evaluate).ToArray();
        foreach (var (parameter, value) in definition.Parameters.Zip(values))
            _locals.Push((parameter.Name, value));
        var body = Evaluate(definition.Body);
        foreach (var _ in values)
            _locals.Pop();
        return body;
    }

    /// <summary>Entropy and likelihoods from the inputs of softmax and sigmoid, which do not come near log(0).</summary>
    private Dual? Exact(CallSyntax call)
    {
        var inner = call.Arguments.OfType<CallSyntax>().Where(c => c.Function is "softmax" or "sigmoid").Select(c => Evaluate(c.Arguments[0])).ToArray();
        return (call.Function, inner) switch
        {
            ("log", [var x]) => math.LogSoftmax(x),
            ("entropy", [var x]) => Negate(math.Sum(math.Mul(math.Softmax(x), math.LogSoftmax(x)))),
            ("cross_entropy", [var x, ..]) when call.Arguments[0] is CallSyntax { Function: "softmax" } =>
                Negate(math.Sum(math.Mul(Evaluate(call.Arguments[1]), math.LogSoftmax(x)))),
            ("kl", [var x, var y]) => math.Sum(math.Mul(math.Softmax(x), math.Sub(math.LogSoftmax(x), math.LogSoftmax(y)))),
            ("bernoulli", [var x, var y]) => math.Sum(math.Add(
                math.Mul(Unary("sigmoid", y), Unary("softplus", Negate(x))), math.Mul(Unary("sigmoid", Negate(y)), Unary("softplus", x)))),
            _ => null,
        };
    }

    private Dual Unary(string name, Dual x) => name switch
    {
        "abs" => math.Abs(x),
        "sqrt" => math.Sqrt(x),
        "exp" => math.Map(x, Math.Exp, Math.Exp),
        "log" => math.Map(x, Math.Log, v => 1 / v),
        "tanh" => math.Map(x, Math.Tanh, v => 1 - Math.Tanh(v) * Math.Tanh(v)),
        "sigmoid" => math.Map(x, Sigmoid, v => Sigmoid(v) * (1 - Sigmoid(v))),
        "softplus" => math.Map(x, Softplus, Sigmoid),
        "sin" => math.Map(x, Math.Sin, Math.Cos),
        "cos" => math.Map(x, Math.Cos, v => -Math.Sin(v)),
        "floor" => math.Flat(x, Math.Floor, v => v - Math.Round(v)),
        "sign" => math.Flat(x, v => Math.Sign(v), v => v),
        "step" => math.Flat(x, v => v > 0 ? 1 : 0, v => v),
        "square" or "sum" or "mean" or "max" or "min" or "var" or "norm" => Reduction(name, x),
        "logsumexp" => math.LogSumExp(x),
        "softmax" => math.Softmax(x),
        "argmax" => math.ArgMax(x),
        "stop" => math.Map(x, v => v, _ => 0),
        "previous" => math.Map(x, _ => 0, _ => 0),
        "batch_mean" => math.BatchMean(x),
        "batch_sum" => math.BatchSum(x),
        "batch_var" => math.BatchVariance(x),
        "batch_max" => math.BatchMax(x),
        "batch_min" => Negate(math.BatchMax(Negate(x))),
        "gram" => math.Gram(x, x),
        "covariance" => math.Covariance(x, x),
        "index" => DualMath.Index(x),
        "count" => Dual.Constant(x.Cols),
        "diagonal" => Diagonal(x),
        "off_diagonal" => math.Sub(x, OnDiagonal(x)),
        "l1" => math.Sum(math.Abs(x)),
        "l2" => math.Sum(math.Mul(x, x)),
        "sparse" => math.Mean(math.Abs(x)),
        _ => throw new InvalidOperationException($"unknown function {name}"),
    };

    private Dual Reduction(string name, Dual x) => name switch
    {
        "square" => math.Mul(x, x),
        "sum" => math.Sum(x),
        "mean" => math.Mean(x),
        "max" => math.MaxUnit(x),
        "min" => Negate(math.MaxUnit(Negate(x))),
        "var" => Variance(x),
        _ => Unary("sqrt", math.Sum(math.Mul(x, x))),
    };

    private Dual Binary(string name, Dual a, Dual b) => name switch
    {
        "max" => math.Max(a, b),
        "min" => math.Min(a, b),
        "dot" => math.Sum(math.Mul(a, b)),
        "as" => math.Zip(a, b, (x, y) => (x.V, y.D)),
        "previous" => math.Map(a, _ => 0, _ => 0),
        "gram" => math.Gram(a, b),
        "covariance" => math.Covariance(a, b),
        "outer" => math.Outer(a, b),
        "rank" => math.Rank(a, (int)Math.Floor(b[0, 0].Value)),
        "gather" => math.Gather(a, b),
        "one_hot" => math.OneHot(a, (int)b[0, 0].Value),
        "trace" => math.Div(a, b),
        "info_nce" => math.InfoNce(a, b, 10),
        "mse" => math.Mean(Unary("square", math.Sub(a, b))),
        "mae" => math.Mean(math.Abs(math.Sub(a, b))),
        "cross_entropy" => Negate(math.Sum(math.Mul(b, Unary("log", math.Max(a, Dual.Constant(1e-7f)))))),
        _ => throw new InvalidOperationException($"unknown function {name}"),
    };

    private Dual Ternary(string name, Dual[] a) => name switch
    {
        "where" => math.Where(a[0], a[1], a[2]),
        "clamp" => math.Min(math.Max(a[0], a[1]), a[2]),
        "ramp" => math.Min(math.Max(math.Div(math.Sub(a[0], a[1]), math.Sub(a[2], a[1])), Dual.Constant(0)), Dual.Constant(1)),
        _ => throw new InvalidOperationException($"unknown function {name}"),
    };

    /// <summary>Of a flat matrix of four units the diagonal; of a gram one number a sample.</summary>
    private Dual Diagonal(Dual x) => IsFlatMatrix(x) ? math.Pick(x, 4, c => 5 * c) : math.Sum(OnDiagonal(x));

    private static Dual OnDiagonal(Dual x) =>
        new(x.Rows, x.Cols, (r, c) => IsFlatMatrix(x) ? c % 5 == 0 ? x[r, c] : (0, 0) : c == r ? x[r, c] : (0, 0));

    private static bool IsFlatMatrix(Dual x) => x.Cols == 16;

    private Dual Variance(Dual x)
    {
        var distance = math.Sub(x, math.Mean(x));
        return math.Mean(math.Mul(distance, distance));
    }

    private Dual Truth(Dual x, double whenTrue, double whenFalse) =>
        math.Zip(x, x, (v, _) => (v.V != 0 ? whenTrue : whenFalse, 0));

    private Dual Negate(Dual x) => math.Map(x, v => -v, _ => -1);

    private static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));

    private static double Softplus(double v) => Math.Max(v, 0) + Math.Log(1 + Math.Exp(-Math.Abs(v)));
}
