namespace CostSociety.Conformance.Tests.Gradients.Reference;

/// <summary>
/// Writes random well-typed texts: numbers of a sample, values of four units (for each sample or for all), and of the
/// eight units of a shaped area. Functions stay in their domains by what they are applied to; numbers are exact in float.
/// </summary>
internal sealed class RandomExpression(int seed)
{
    private static readonly string[] _elementwise =
    [
        "tanh({0})", "sigmoid({0})", "softplus({0})", "sin({0})", "cos({0})", "abs({0} + 0.1875)", "square({0})", "exp(tanh({0}))", "exp(-square({0}))",
        "log(square({0}) + 0.25)", "log(1.5 + sin({0}))", "sqrt(square({0}) + 0.5)", "sqrt(softplus({0}) + 0.125)", "floor(3.5 * {0} + 0.3125)",
        "sign({0} + 0.0625)", "step({0} - 0.15625)", "clamp({0}, -0.53125, 0.78125)", "ramp({0}, -1.03125, 2.96875)", "stop({0})", "(-{0})", "({0})^2", "softplus({0})^3", "tanh({0})^4",
        "(square({0}) + 0.5)^1.5", "(square({0}) + 0.5)^-1", "2^tanh({0})", "({0} / 4)", "({0} * 0.375)", "(0.5 + {0})", "(0.25 - {0})",
        "as(step({0} - 0.09375), tanh({0}))", "({0} * k)", "({0} * valid)",
    ];

    /// <summary>Not for scalars: the engine folds constant ones and holds them as floats.</summary>
    private static readonly string[] _rare = ["(0 * {0})", "({0})^0", "previous({0})", "previous({0}, 2)", "as(0.5, {0})", "(0 / (1.5 + square({0})))", "trace({0}, 4)", "({0} + count({0}))"];

    private static readonly string[] _binary =
    [
        "({0} + {1})", "({0} - {1})", "({0} * {1})", "({0} / (1.5 + square({1})))", "({0} / (1.25 + sin({1})))", "max({0}, {1})", "min({0}, {1})",
        "({0} * ({1} > 0.140625))", "(1 + square(tanh({0})))^sin({1})", "as({0}, {1})", "where({0} > {1} + 0.03125, {0}, {1} * 0.5)",
        "where({0} <= 0.28125 and not ({1} < -0.28125), {0}, {1})", "where({0} >= 0.109375 or {1} != 0.53125, {1}, {0})", "(stop({0}) * {1})",
    ];

    private static readonly string[] _reductions =
    [
        "sum({0})", "mean({0})", "max({0})", "min({0})", "var({0})", "norm({0})", "logsumexp({0})", "argmax({0})", "l1({0})", "l2({0})",
        "sparse({0})", "norm({0} + 2)", "max(softmax({0}))", "rank({0}, 2)", "rank({0}, 3.5)", "gather({0}, 2)", "gather({0}, 9)", "sum(index({0}) * {0})",
        "entropy(softmax({0}))", "sum(diagonal(gram({0})))",
    ];

    /// <summary>Of whole signals: matrices, outer products, and costs of batches.</summary>
    private static readonly string[] _products =
    [
        "norm(outer({0}, {1}))", "max(outer({0}, {1}))", "argmax(outer({1}, {0}))", "rank(outer({0}, {1}), 3)", "logsumexp(outer({0}, {1}))", "mean(gram({0}, {1}))",
        "gather({0}, argmax({1}))", "dot(one_hot(argmax({0}), 4), {1})", "info_nce({0}, {1})", "similarity({0}, {1})", "hinge({0}, one_hot(argmax({1}), 4))",
        "kl(softmax({0}), softmax({1}))", "bernoulli(sigmoid({0}), sigmoid({1}))", "gaussian({0}, {1}, s)", "contrastive({0}, {1}, 0.25)",
    ];

    /// <summary>Matrices of four rows and columns.</summary>
    private static readonly string[] _matrices =
    [
        "covariance({0}, {1})", "tanh(covariance({0}, {1}))", "(covariance({0}, {1}) * covariance({1}, {0}))", "(covariance({0}) - weights('a -> b'))",
        "(weights('a -> b') * covariance({0}, {1}))", "off_diagonal(covariance({0}, {1}))", "square(weights('a -> b'))", "softmax(covariance({0}, {1}))",
        "where(covariance({0}, {1}) > 0.015625, covariance({1}, {0}), 0)", "(diagonal(covariance({0}, {1})) - 0.5)", "max(covariance({0}, {1}), weights('a -> b'))", "log(softmax(weights('a -> b')))",
    ];

    private static readonly string[] _matrixReductions =
        ["sum({0})", "mean({0})", "max({0})", "min({0})", "var({0})", "norm({0})", "logsumexp({0})", "argmax({0})", "l1({0})", "l2({0})", "rank({0}, 5)", "sum(index({0}) * {0})"];

    private static readonly string[] _pairs =
        ["dot({0}, {1})", "mse({0}, {1})", "mae({0}, {1})", "cross_entropy(softmax({0}), softmax({1}))", "cross_entropy(sigmoid({0}), sigmoid({1}))", "dot(log(softmax({0})), {1})"];

    private static readonly string[] _batch = ["batch_mean({0})", "batch_sum({0})", "batch_var({0})", "batch_max({0})", "batch_min({0})"];

    private readonly Random _random = new(seed);
    private readonly List<(Type Type, string Name)> _locals = [];
    private int _names;

    private enum Type : byte
    {
        Scalar,
        Sample,
        Units,
        Signal,
        Wide,
    }

    /// <summary>A text of one number a sample.</summary>
    public string Cost(int depth) => Make(Type.Sample, depth);

    private string Make(Type type, int depth)
    {
        if (depth <= 0)
            return Leaf(type);
        int choice = _random.Next(100);
        if (choice < 8)
            return Let(type, depth);
        return choice < 40 ? string.Format(Pick(choice == 39 && type != Type.Scalar ? _rare : _elementwise), Make(type, depth - 1))
            : choice < 65 ? Pair(type, depth)
            : Special(type, depth);
    }

    private string Let(Type type, int depth)
    {
        var bound = (Type)_random.Next(5);
        string value = Make(bound, depth - 1), name = $"y{_names++}";
        _locals.Add((bound, name));
        string body = Make(type, depth - 1);
        _locals.RemoveAt(_locals.Count - 1);
        return $"(let {name} = {value} in {body})";
    }

    /// <summary>Two values that repeat to the type.</summary>
    private string Pair(Type type, int depth)
    {
        string first = Make(type, depth - 1), second = Make(Smaller(type), depth - 1);
        if (first == second)
            second = $"(0.625 - {second})";
        return _random.Next(2) == 0 ? string.Format(Pick(_binary), first, second) : string.Format(Pick(_binary), second, first);
    }

    private Type Smaller(Type type) => type switch
    {
        Type.Scalar => Type.Scalar,
        Type.Sample => Choose(Type.Sample, Type.Scalar),
        Type.Units => Choose(Type.Units, Type.Scalar),
        Type.Signal => Choose(Type.Signal, Type.Signal, Type.Units, Type.Sample, Type.Scalar),
        _ => Choose(Type.Wide, Type.Wide, Type.Sample, Type.Scalar),
    };

    private string Special(Type type, int depth) => type switch
    {
        Type.Scalar when _random.Next(3) == 0 =>
            string.Format(Pick(_matrixReductions), string.Format(Pick(_matrices), Make(Type.Signal, depth - 1), Make(Type.Signal, depth - 1))),
        Type.Sample when _random.Next(4) == 0 => string.Format(Pick(_products), Make(Type.Signal, depth - 1), Make(Type.Signal, depth - 1)),
        Type.Signal when _random.Next(4) == 0 => string.Format(Choose("gram({0}, {1})", "off_diagonal(gram({0}))", "one_hot(argmax({0}), 4)"),
            Make(Type.Signal, depth - 1), Make(Type.Signal, depth - 1)),
        Type.Scalar => _random.Next(2) == 0 ? string.Format(Pick(_batch), Make(Type.Sample, depth - 1)) : Reduce(Type.Units, depth),
        Type.Sample => Reduce(Choose(Type.Signal, Type.Signal, Type.Wide), depth),
        Type.Units => _random.Next(3) > 0
            ? string.Format(Pick(_batch), Make(Choose(Type.Signal, Type.Signal, Type.Units), depth - 1))
            : $"softmax({Make(type, depth - 1)})",
        _ => string.Format(Choose("softmax({0})", "log(softmax({0}))"), Make(type, depth - 1)),
    };

    private string Reduce(Type type, int depth) => _random.Next(3) > 0
        ? string.Format(Pick(_reductions), Make(type, depth - 1))
        : string.Format(Pick(_pairs), Make(type, depth - 1), Make(type, depth - 1));

    private string Leaf(Type type)
    {
        var locals = _locals.Where(l => l.Type == type).Select(l => l.Name).ToArray();
        if (locals.Length > 0 && _random.Next(3) > 0)
            return Pick(locals);
        return type switch
        {
            Type.Scalar => Choose("batch_mean(mean(a))", "batch_mean(s)", "mean(b.bias)", "k * batch_mean(dot(a, t))"),
            Type.Sample => Choose("s", "mean(a)", "sum(b)", "mean(m)", "dot(a, t)", "k * s"),
            Type.Units => Choose("a.bias", "b.bias", "batch_mean(a)", "batch_mean(b)", "p.bias"),
            Type.Signal => Choose("a", "a", "b", "b", "t", "p", "b.basal"),
            _ => Choose("m", "m", "u", "m.basal"),
        };
    }

    private string Pick(string[] texts) => texts[_random.Next(texts.Length)];

    private T Choose<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
