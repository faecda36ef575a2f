using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// One-sided parts of a dw text for all samples at once: what a synapse sees as a value of each input becomes a signal
/// [rows, inputs], what it sees as a value of each unit a signal [rows, units].
/// </summary>
internal sealed class BatchValues(LocalText text, Graph graph)
{
    private readonly Dictionary<Node, Node> _values = [];
    private readonly Lowering _lowering = new(graph);

    /// <summary>The signal, in opcodes.</summary>
    public Node Of(Node root)
    {
        foreach (var node in GraphOrder.Of([root]))
            if (!_values.ContainsKey(node))
                _values[node] = Rebuild(node, Array.ConvertAll(node.Inputs, i => _values[i]));
        return Lower(_values[root]);
    }

    /// <summary>The signal with a row for each sample and position, and all its columns.</summary>
    public Node Whole(Node root, int cols)
    {
        var value = Of(root);
        return Lower(graph.Spread(value, Shape.Signal(value.Shape.Cols == 1 ? 1 : cols, text.Sites)));
    }

    /// <summary>The same, 0 for samples that are not valid.</summary>
    public Node Valid(Node root, int cols) =>
        Lower(graph.Mul(graph.Spread(Of(root), Shape.Signal(cols, text.Sites)), graph.Valid));

    /// <summary>The mean over valid samples and positions.</summary>
    public Node Mean(Node root, int cols, double coefficient) =>
        Lower(graph.Mul(graph.SumRows(graph.Mul(Whole(root, cols), graph.Valid)), graph.Mul(Scale, graph.Const(coefficient))));

    /// <summary>1 / (valid samples times positions).</summary>
    public Node Scale => graph.Mul(graph.Host(Language.Batch.InverseValid), graph.Const(1.0 / text.Sites));

    /// <summary>The value in opcodes.</summary>
    public Node Lower(Node node) => _lowering.Lower(node);

    private Node Rebuild(Node node, Node[] inputs) => node.Kind switch
    {
        NodeKind.Memory => text.Real.TryGetValue(node, out var real) ? real.Signal : node,
        NodeKind.Stop or NodeKind.As => inputs[0],
        NodeKind.Softmax => graph.Softmax(inputs[0]),
        NodeKind.LogSumExp => graph.LogSumExp(inputs[0]),
        // What no activity enters is a number of the weights, the same for all samples.
        _ when inputs.Length > 0 && inputs.AsSpan().SequenceEqual(node.Inputs) && node.Inputs[0].Shape.IsMatrix => node,
        NodeKind.SumUnits or NodeKind.SumSites => graph.SumUnits(inputs[0]),
        NodeKind.MaxUnits => graph.MaxUnits(inputs[0]),
        NodeKind.ArgMaxUnits => graph.ArgMaxUnits(inputs[0]),
        NodeKind.SumRows => graph.SumRows(inputs[0]),
        NodeKind.Apply when inputs.Length == 0 => Index(node),
        NodeKind.Apply when node.Code == Opcode.Spread => Widened(inputs[0], node.Shape),
        NodeKind.Apply => graph.Apply(node.Code, inputs),
        _ => node,
    };

    /// <summary>Inputs are the columns of what the sender sends.</summary>
    private Node Index(Node node) =>
        node.Shape.Rows == RowKind.Matrix ? graph.Index(Opcode.UnitIndex, Shape.Unit(node.Shape.Sites)) : node;

    private Node Widened(Node value, Shape seen)
    {
        int cols = seen.Rows == RowKind.Matrix ? seen.Sites : seen.Cols;
        return value.Shape.Cols >= cols ? value : graph.Spread(value, value.Shape.WithCols(cols));
    }
}
