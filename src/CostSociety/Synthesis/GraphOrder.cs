namespace CostSociety.Synthesis;

/// <summary>Topological order of a graph: inputs first.</summary>
internal static class GraphOrder
{
    /// <summary>All nodes that <paramref name="roots"/> need, each after its inputs; the order is deterministic.</summary>
    /// <param name="roots">Where it begins.</param>
    /// <param name="leavesOut">Nodes that are left out, with what only they need.</param>
    public static IReadOnlyList<Node> Of(IEnumerable<Node> roots, Func<Node, bool>? leavesOut = null)
    {
        var order = new List<Node>();
        var seen = new NodeSet();
        var stack = new Stack<(Node Node, int Next)>();
        foreach (var root in roots)
        {
            Push(root);
            while (stack.TryPop(out var top))
            {
                if (top.Next == top.Node.Inputs.Length)
                {
                    order.Add(top.Node);
                    continue;
                }
                stack.Push((top.Node, top.Next + 1));
                Push(top.Node.Inputs[top.Next]);
            }
        }
        return order;

        void Push(Node node)
        {
            if (leavesOut?.Invoke(node) != true && seen.Add(node))
                stack.Push((node, 0));
        }
    }
}
