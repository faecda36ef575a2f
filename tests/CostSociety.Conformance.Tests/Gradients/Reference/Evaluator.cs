using CostSociety.Language;

namespace CostSociety.Conformance.Tests.Gradients.Reference;

/// <summary>
/// Interprets trees of the language on <see cref="Dual"/>: a second meaning of the language, written apart from the
/// engine's. Nothing has a past yet, so <c>previous</c> is 0.
/// </summary>
internal sealed class Evaluator(DualMath math, IReadOnlyDictionary<string, Dual> names)
{
    private readonly Stack<(string Name, Dual Value)> _locals = new();

    public Dual Evaluate(Syntax syntax) => syntax switch
    {
        NumberSyntax number => Dual.Constant(number.Value),
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
        if (call is { Function: "log", Arguments: [CallSyntax { Function: "softmax" } softmax] })
            return math.LogSoftmax(Evaluate(softmax.Arguments[0]));
        if (call is { Function: "cross_entropy", Arguments: [CallSyntax { Function: "softmax" } exact, var target] })
            return Negate(math.Sum(math.Mul(Evaluate(target), math.LogSoftmax(Evaluate(exact.Arguments[0])))));
        var a = call.Arguments.Select(Evaluate).ToArray();
        return a.Length switch { 1 => Unary(call.Function, a[0]), 2 => Binary(call.Function, a[0], a[1]), _ => Ternary(call.Function, a) };
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
