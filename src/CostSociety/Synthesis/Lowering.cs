using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// Replaces what is only meaningful before differentiation: softmax and logsumexp become opcodes, stop and as become the
/// value they carry. The name <c>learning</c> becomes a number, and a <c>where</c> of it folds to one side.
/// </summary>
/// <param name="graph">The graph, which grows by what is opened.</param>
/// <param name="learning">What the name <c>learning</c> is: 1 in an entry point that learns, else 0.</param>
internal sealed class Lowering(Graph graph, double learning = 1)
{
    private readonly NodeMap<Node> _lowered = new();

    /// <summary>Has a node stand for another one wherever it is used.</summary>
    public void Replace(Node node, Node by) => _lowered[node] = by;

    /// <summary>Whether a node has been replaced or lowered.</summary>
    public bool Knows(Node node) => _lowered.ContainsKey(node);

    /// <summary>The node that computes the same value with opcodes and netlist operations only.</summary>
    public Node Lower(Node root)
    {
        if (_lowered.TryGetValue(root, out var known))
            return known;
        foreach (var node in GraphOrder.Of([root], _lowered.ContainsKey))
            _lowered[node] = graph.Spread(LowerOne(node), node.Shape);
        return _lowered[root];
    }

    /// <summary>A node none of whose inputs changed stays as it is, where its kind does.</summary>
    private Node LowerOne(Node node)
    {
        var inputs = node.Inputs;
        for (int i = 0; i < inputs.Length; i++)
            if (_lowered[inputs[i]] != inputs[i])
                return Rebuild(node, Array.ConvertAll(inputs, n => _lowered[n]));
        return IsOpened(node) ? Rebuild(node, inputs) : node;
    }

    private static bool IsOpened(Node node) => node.Kind
        is NodeKind.Host or NodeKind.Stop or NodeKind.As or NodeKind.Softmax or NodeKind.LogSumExp or NodeKind.Weights;

    private Node Rebuild(Node node, Node[] inputs) => node.Kind switch
    {
        NodeKind.Host when node.DataAs<string>() == Specialization.Name => graph.Const(learning),
        NodeKind.Stop or NodeKind.As => inputs[0],
        NodeKind.Softmax => Softmax(inputs[0]),
        NodeKind.LogSumExp => LogSumExp(inputs[0]),
        NodeKind.Apply when inputs.Length == 0 => node,
        NodeKind.Apply when node.Code == Opcode.Spread => graph.Spread(inputs[0], node.Shape),
        NodeKind.Apply => graph.Apply(node.Code, inputs),
        NodeKind.SumUnits => graph.SumUnits(inputs[0]),
        NodeKind.MaxUnits => graph.MaxUnits(inputs[0]),
        NodeKind.ArgMaxUnits => graph.ArgMaxUnits(inputs[0]),
        NodeKind.SumSites => graph.SumSites(inputs[0]),
        NodeKind.SumRows => graph.SumRows(inputs[0]),
        NodeKind.Project => graph.Project(inputs[0], node.DataAs<BankUse>()),
        NodeKind.ProjectBack => graph.ProjectBack(inputs[0], node.DataAs<BankUse>()),
        NodeKind.Gather => graph.Gather(inputs[0], node.DataAs<GatherTable>(), node.Shape),
        NodeKind.Contract => graph.Contract(inputs[0], inputs[1], node.DataAs<ContractForm>(), node.Shape),
        NodeKind.Rank => graph.Rank(inputs[0], inputs[1]),
        NodeKind.RankIndex => graph.RankIndex(inputs[0]),
        NodeKind.Weights => graph.Memory(node.DataAs<BankUse>().Bank, node.Shape),
        _ => node,
    };

    private Node Softmax(Node x)
    {
        var e = Shifted(x);
        return graph.Div(e, graph.SumUnits(e));
    }

    private Node LogSumExp(Node x) =>
        graph.Add(graph.MaxUnits(x), graph.Apply(Opcode.Log, graph.SumUnits(Shifted(x))));

    /// <summary>exp(x - max x): never above 1.</summary>
    private Node Shifted(Node x) => graph.Apply(Opcode.Exp, graph.Sub(x, graph.MaxUnits(x)));
}
