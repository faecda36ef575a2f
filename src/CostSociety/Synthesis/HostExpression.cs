namespace CostSociety.Synthesis;

/// <summary>An expression of named numbers, for the host to evaluate for one set of values after the other.</summary>
internal sealed class HostExpression
{
    private readonly Node[] _order;
    private readonly int[][] _inputs;
    private readonly int[] _names;
    private readonly double[] _values;

    /// <summary>Compiles an expression.</summary>
    /// <param name="root">The expression.</param>
    /// <param name="names">Its names, in the order <see cref="Evaluate"/> takes their values.</param>
    public HostExpression(Node root, IReadOnlyList<string> names)
    {
        _order = [.. GraphOrder.Of([root])];
        var position = new Dictionary<Node, int>();
        for (int i = 0; i < _order.Length; i++)
            position[_order[i]] = i;
        _inputs = Array.ConvertAll(_order, n => Array.ConvertAll(n.Inputs, i => position[i]));
        _names = Array.ConvertAll(_order, n => n.Kind == NodeKind.Host ? names.TakeWhile(name => name != n.DataAs<string>()).Count() : -1);
        _values = new double[_order.Length];
    }

    /// <summary>The value for the given names.</summary>
    public double Evaluate(ReadOnlySpan<double> names)
    {
        for (int i = 0; i < _order.Length; i++)
            _values[i] = _order[i].Kind switch
            {
                NodeKind.Const => _order[i].Value,
                NodeKind.Host => names[_names[i]],
                _ => HostMath.Apply(_order[i].Code, Input(i, 0), Input(i, 1), Input(i, 2)),
            };
        return _values[^1];
    }

    private double Input(int node, int index) => index < _inputs[node].Length ? _values[_inputs[node][index]] : 0;
}
