using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>Arithmetic of nodes: the names expressions are written in, and the folding of constants.</summary>
internal sealed partial class Graph
{
    public Node Zero => Const(0);

    public Node One => Const(1);

    public Node Add(Node a, Node b) => Apply(Opcode.Add, a, b);

    public Node Sub(Node a, Node b) => Apply(Opcode.Sub, a, b);

    public Node Mul(Node a, Node b) => Apply(Opcode.Mul, a, b);

    public Node Div(Node a, Node b) => Apply(Opcode.Div, a, b);

    public Node Neg(Node a) => Apply(Opcode.Neg, a);

    public Node Square(Node a) => Mul(a, a);

    public Node Select(Node condition, Node a, Node b) => Apply(Opcode.Select, condition, a, b);

    /// <summary>
    /// log, except that of a softmax it is x - logsumexp(x), of a sigmoid -softplus(-x) and of 1 - sigmoid -softplus(x):
    /// exact, and never log(0). It finds them behind a layout and behind a choice between them and a number.
    /// </summary>
    public Node Log(Node a) => FoldedLog(a) ?? Apply(Opcode.Log, a);

    private Node? FoldedLog(Node a) => a.Kind switch
    {
        NodeKind.Softmax => Sub(a.Inputs[0], LogSumExp(a.Inputs[0])),
        NodeKind.Gather when a.DataAs<GatherTable>().IsPermutation() && FoldedLog(a.Inputs[0]) is { } log =>
            Gather(log, a.DataAs<GatherTable>(), a.Shape),
        NodeKind.Apply when a.Code == Opcode.Sigmoid => Neg(Apply(Opcode.Softplus, Neg(a.Inputs[0]))),
        NodeKind.Apply when a.Code == Opcode.Sub && a.Inputs[0].IsConst(1) && a.Inputs[1] is { Kind: NodeKind.Apply, Code: Opcode.Sigmoid } sigmoid =>
            Neg(Apply(Opcode.Softplus, sigmoid.Inputs[0])),
        NodeKind.Apply when a.Code == Opcode.Select && a.Inputs[2] is { Kind: NodeKind.Const, Value: > 0 } other && FoldedLog(a.Inputs[1]) is { } log =>
            Select(a.Inputs[0], log, Const(Math.Log(other.Value))),
        _ => null,
    };

    /// <summary>Whether a value is a softmax, or one laid out over sites.</summary>
    public static bool IsSoftmax(Node a) => a.Kind == NodeKind.Softmax
        || (a.Kind == NodeKind.Gather && a.Inputs[0].Kind == NodeKind.Softmax && a.DataAs<GatherTable>().IsPermutation());

    /// <summary>Sum over units and sites: one value per sample.</summary>
    public Node SumAll(Node x) => SumSites(SumUnits(x));

    /// <summary>Mean over units and sites: one value per sample.</summary>
    public Node MeanAll(Node x) => Div(SumAll(x), Const((double)x.Shape.Cols * x.Shape.Sites));

    /// <summary>
    /// The adjoint of repeating: sums a value that stands for shape <paramref name="from"/> down to <paramref name="to"/>.
    /// An axis on which the value itself is repeated is summed by counting.
    /// </summary>
    public Node ReduceTo(Node x, Shape from, Shape to)
    {
        if (to.Cols == 1 && from.Cols > 1)
            x = x.Shape.Cols > 1 ? SumUnits(x) : Mul(x, Const(from.Cols));
        if (to.Sites == 1 && from.Sites > 1)
            x = x.Shape.Sites > 1 ? SumSites(x) : Mul(x, Const(from.Sites));
        if (to.Rows == RowKind.One && x.Shape.IsMatrix)
            x = SumSites(x);
        if (to.Rows == RowKind.One && from.Rows == RowKind.Batch)
            x = SumRows(x.Shape.Rows == RowKind.One ? Spread(x, x.Shape with { Rows = RowKind.Batch }) : x);
        return x;
    }

    private Node? Fold(Opcode code, ReadOnlySpan<Node> inputs) => inputs.Length switch
    {
        1 when inputs[0].Kind == NodeKind.Const => Const(HostMath.Apply(code, inputs[0].Value, 0, 0)),
        1 => FoldUnary(code, inputs[0]),
        2 when inputs[0].Kind == NodeKind.Const && inputs[1].Kind == NodeKind.Const =>
            Const(HostMath.Apply(code, inputs[0].Value, inputs[1].Value, 0)),
        2 => FoldBinary(code, inputs[0], inputs[1]),
        3 when code == Opcode.Select && inputs[0].Kind == NodeKind.Const => FoldSelect(inputs[0], inputs[1], inputs[2]),
        3 when code == Opcode.Select && ReferenceEquals(inputs[1], inputs[2])
            && Covers(inputs[1].Shape, inputs[0].Shape) => inputs[1],
        _ => null,
    };

    private static Node? FoldUnary(Opcode code, Node a) =>
        code == Opcode.Neg && a.Kind == NodeKind.Apply && a.Code == Opcode.Neg ? a.Inputs[0] : null;

    /// <summary>The side that a known condition chooses, in the shape that both have together.</summary>
    private Node? FoldSelect(Node condition, Node a, Node b) =>
        Shape.Broadcast(a.Shape, b.Shape) is { } shape ? Spread(condition.Value != 0 ? a : b, shape) : null;

    private Node? FoldBinary(Opcode code, Node a, Node b) => code switch
    {
        Opcode.Add when IsZero(a) && Covers(b.Shape, a.Shape) => b,
        Opcode.Add when IsZero(b) && Covers(a.Shape, b.Shape) => a,
        Opcode.Sub when IsZero(b) && Covers(a.Shape, b.Shape) => a,
        Opcode.Sub when a.IsConst(0) => Neg(b),
        Opcode.Mul when a.IsConst(1) => b,
        Opcode.Mul when b.IsConst(1) => a,
        Opcode.Mul when a.IsConst(0) || b.IsConst(0) => Zero,
        Opcode.Mul when a.IsConst(-1) => Neg(b),
        Opcode.Mul when b.IsConst(-1) => Neg(a),
        Opcode.Div when b.IsConst(1) => a,
        Opcode.Div when a.IsConst(0) => Zero,
        Opcode.Div when b.Kind == NodeKind.Const => Mul(a, Const(1 / b.Value)),
        Opcode.Pow => FoldPow(a, b),
        _ => null,
    };

    /// <summary>Powers with a small constant exponent become products and roots, which are exact for negative bases too.</summary>
    private Node? FoldPow(Node a, Node b) => b.Kind != NodeKind.Const || a.IsHost ? null : b.Value switch
    {
        0 => One,
        1 => a,
        2 => Square(a),
        3 => Mul(Square(a), a),
        4 => Square(Square(a)),
        0.5 => Apply(Opcode.Sqrt, a),
        -1 => Div(One, a),
        _ => null,
    };

    /// <summary>0, or 0 repeated to a shape.</summary>
    private static bool IsZero(Node a) => a.IsConst(0) || (a is { Kind: NodeKind.Apply, Code: Opcode.Spread } && a.Inputs[0].IsConst(0));

    private static bool Covers(Shape outer, Shape inner) => Shape.Broadcast(outer, inner) == outer;
}
