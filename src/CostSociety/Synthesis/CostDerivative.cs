using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// Derivatives of a cost term with respect to the signals it reads, to be looked at. What lies behind a named signal is
/// not differentiated; training itself goes through <see cref="Backward"/>.
/// </summary>
internal sealed class CostDerivative(Graph graph, IReadOnlyDictionary<Node, string> names)
{
    private readonly Dictionary<Node, Node> _adjoints = [];
    private readonly Dictionary<Node, bool> _active = [];
    private readonly List<Node> _order = [];

    /// <summary>Signals of <paramref name="term"/> and the derivative for each, in the order they are read.</summary>
    public IReadOnlyList<(Node Signal, Node Derivative)> Of(Node term)
    {
        Visit(term);
        _adjoints[term] = graph.One;
        for (int i = _order.Count - 1; i >= 0; i--)
            if (_active[_order[i]] && !names.ContainsKey(_order[i]) && _adjoints.TryGetValue(_order[i], out var adjoint))
                GiveToInputs(_order[i], adjoint);
        return [.. _order.Where(n => names.ContainsKey(n) && _adjoints.ContainsKey(n)).Select(n => (n, _adjoints[n]))];
    }

    /// <summary>Operations of an expression down to named signals.</summary>
    public int CountOperations(Node expression)
    {
        var seen = new HashSet<Node>();
        int count = 0;
        Count(expression);
        return count;

        void Count(Node node)
        {
            if (!seen.Add(node) || names.ContainsKey(node) || node.IsHost || node.Kind == NodeKind.Memory)
                return;
            count++;
            foreach (var input in node.Inputs)
                Count(input);
        }
    }

    private bool Visit(Node node)
    {
        if (_active.TryGetValue(node, out bool known))
            return known;
        bool active = names.ContainsKey(node);
        if (!active && node.Kind != NodeKind.Stop && !IsNetlist(node))
            foreach (var input in node.Inputs)
                active |= Visit(input);
        _order.Add(node);
        return _active[node] = active;
    }

    private void GiveToInputs(Node node, Node adjoint)
    {
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            var input = node.Inputs[i];
            if (!_active.GetValueOrDefault(input) || Given(node, i, adjoint) is not { } given || given.IsConst(0))
                continue;
            if (!Derivative.LaysOut(node))
                given = graph.ReduceTo(given, node.Shape, input.Shape);
            _adjoints[input] = _adjoints.TryGetValue(input, out var sum) ? graph.Add(sum, given) : given;
        }
    }

    private Node? Given(Node node, int input, Node adjoint) => node.Kind == NodeKind.Gather
        ? graph.Gather(graph.Spread(adjoint, node.Shape), graph.Tables.Transpose(node.DataAs<GatherTable>()), node.Inputs[0].Shape)
        : Derivative.Of(graph, node, input, adjoint);

    private static bool IsNetlist(Node node) => node.Kind is NodeKind.Project or NodeKind.ProjectBack;
}
