namespace CostSociety.Synthesis;

/// <summary>
/// Numbers made of all synapses of a bank, such as the norm of a gradient. They must be known before any synapse changes,
/// so what reads them cannot run while the gradient is made.
/// </summary>
internal static class BankReductions
{
    /// <summary>The outermost reductions over a bank that some values need.</summary>
    public static List<Node> Of(IEnumerable<Node> roots)
    {
        var found = new List<Node>();
        var seen = new NodeSet();
        var waiting = new Stack<Node>(roots.Reverse());
        while (waiting.TryPop(out var node))
            if (!seen.Add(node))
                continue;
            else if (IsReduction(node))
                found.Add(node);
            else
                foreach (var input in node.Inputs)
                    waiting.Push(input);
        return found;
    }

    private static bool IsReduction(Node node) =>
        node.Kind is NodeKind.SumSites or NodeKind.SumUnits or NodeKind.MaxUnits or NodeKind.ArgMaxUnits
        && node.Inputs[0].Shape.Rows == RowKind.Matrix;
}
