namespace CostSociety.Synthesis;

/// <summary>
/// What an entry point makes of nodes: <see cref="Name"/> is 1 where it learns and 0 where it does not, so that a
/// <c>where</c> of it folds to one side. Shapes stay as they were; what does not depend on it stays the same node.
/// </summary>
/// <param name="graph">The graph, which grows by the nodes that differ.</param>
/// <param name="learning">1 in an entry point that learns, else 0.</param>
internal sealed class Specialization(Graph graph, double learning)
{
    /// <summary>The name that texts read.</summary>
    public const string Name = "learning";

    private readonly NodeMap<Node> _known = new();

    /// <summary>The node as the entry point computes it.</summary>
    public Node Of(Node root)
    {
        if (!graph.ReadsLearning)
            return root;
        foreach (var node in GraphOrder.Of([root], _known.ContainsKey))
            _known[node] = Rebuild(node);
        return _known[root];
    }

    private Node Rebuild(Node node)
    {
        if (node.Kind == NodeKind.Host && node.DataAs<string>() == Name)
            return graph.Const(learning);
        var inputs = Array.ConvertAll(node.Inputs, i => _known[i]);
        return inputs.AsSpan().SequenceEqual(node.Inputs) ? node : graph.With(node, inputs);
    }
}
