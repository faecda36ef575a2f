using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// The derivative of every expression node: given the adjoint of the node, the adjoint it gives to each input (before
/// repeating is undone). One line a function; null means no gradient. Netlist operations stand in <see cref="Backward"/>.
/// </summary>
internal static class Derivative
{
    /// <summary>Whether an operation lays values out anew: what it gives back has the shape of the input already.</summary>
    public static bool LaysOut(Node node) =>
        node.Kind is NodeKind.Project or NodeKind.ProjectBack or NodeKind.Gather or NodeKind.Contract;

    /// <summary>Keeps the adjoint of a root of 0 finite, so that the norm of a silent area has the gradient 0, not NaN.</summary>
    private const double SmallestRoot = 1e-18;

    /// <summary>Adjoint that input <paramref name="index"/> of <paramref name="y"/> receives from <paramref name="dy"/>.</summary>
    public static Node? Of(Graph g, Node y, int index, Node dy) => y.Kind switch
    {
        NodeKind.Apply => OfOpcode(g, y, index, dy),
        NodeKind.SumUnits or NodeKind.SumSites or NodeKind.SumRows => dy,
        NodeKind.MaxUnits => g.Mul(dy, g.Apply(Opcode.Equal, FirstLargest(g, y.Inputs[0]), UnitIndex(g, y.Inputs[0]))),
        NodeKind.Softmax => g.Mul(y, g.Sub(dy, g.SumUnits(g.Mul(dy, y)))),
        NodeKind.LogSumExp => g.Mul(dy, g.Softmax(y.Inputs[0])),
        NodeKind.As => index == 1 ? dy : null,
        NodeKind.Contract => OfContract(g, y, index, g.Spread(dy, y.Shape)),
        NodeKind.Rank => index == 0 ? g.Mul(dy, g.Apply(Opcode.Equal, g.RankIndex(y), UnitIndex(g, y.Inputs[0]))) : null,
        NodeKind.Stop or NodeKind.ArgMaxUnits or NodeKind.RankIndex => null,
        _ => throw new InvalidOperationException($"{y.Kind} has no expression derivative"),
    };

    private static Node? OfOpcode(Graph g, Node y, int index, Node dy)
    {
        var a = y.Inputs.Length > 0 ? y.Inputs[0] : y;
        var b = y.Inputs.Length > 1 ? y.Inputs[1] : y;
        return (y.Code, index) switch
        {
            (Opcode.Spread, _) => dy,
            (Opcode.Neg, _) => g.Neg(dy),
            (Opcode.Abs, _) => g.Mul(dy, g.Apply(Opcode.Sign, a)),
            (Opcode.Sqrt, _) => g.Div(dy, g.Apply(Opcode.Max, g.Mul(g.Const(2), y), g.Const(SmallestRoot))),
            (Opcode.Exp, _) => g.Mul(dy, y),
            (Opcode.Log, _) => g.Div(dy, a),
            (Opcode.Tanh, _) => g.Mul(dy, g.Sub(g.One, g.Square(y))),
            (Opcode.Sigmoid, _) => g.Mul(dy, g.Mul(y, g.Sub(g.One, y))),
            (Opcode.Softplus, _) => g.Mul(dy, g.Apply(Opcode.Sigmoid, a)),
            (Opcode.Sin, _) => g.Mul(dy, g.Apply(Opcode.Cos, a)),
            (Opcode.Cos, _) => g.Neg(g.Mul(dy, g.Apply(Opcode.Sin, a))),
            (Opcode.Add, _) => dy,
            (Opcode.Sub, 0) => dy,
            (Opcode.Sub, 1) => g.Neg(dy),
            (Opcode.Mul, 0) => g.Mul(dy, b),
            (Opcode.Mul, 1) => g.Mul(dy, a),
            (Opcode.Div, 0) => g.Div(dy, b),
            (Opcode.Div, 1) => g.Neg(g.Mul(dy, g.Div(y, b))),
            (Opcode.Min, 0) => g.Mul(dy, g.Apply(Opcode.LessEqual, a, b)),
            (Opcode.Min, 1) => g.Mul(dy, g.Apply(Opcode.Less, b, a)),
            (Opcode.Max, 0) => g.Mul(dy, g.Apply(Opcode.LessEqual, b, a)),
            (Opcode.Max, 1) => g.Mul(dy, g.Apply(Opcode.Less, a, b)),
            (Opcode.Pow, 0) => g.Mul(dy, g.Mul(b, g.Apply(Opcode.Pow, a, g.Sub(b, g.One)))),
            (Opcode.Pow, 1) => g.Mul(dy, g.Mul(y, g.Apply(Opcode.Log, a))),
            (Opcode.Fma, 0) => g.Mul(dy, b),
            (Opcode.Fma, 1) => g.Mul(dy, a),
            (Opcode.Fma, 2) => dy,
            (Opcode.Select, 1) => g.Select(a, dy, g.Zero),
            (Opcode.Select, 2) => g.Select(a, g.Zero, dy),
            _ => null,
        };
    }

    /// <summary>Two products: of C = op(A) op(B), dA is dC op(B)' or its transpose, dB is op(A)' dC or its transpose.</summary>
    private static Node OfContract(Graph g, Node y, int index, Node dy)
    {
        var (a, b, form) = (y.Inputs[0], y.Inputs[1], y.DataAs<ContractForm>());
        Node Product(Node left, bool transposeLeft, Node right, bool transposeRight, Shape shape) =>
            g.Contract(left, right, form with { TransposeA = transposeLeft, TransposeB = transposeRight }, shape);
        return (index, form.TransposeA, form.TransposeB) switch
        {
            (0, false, var t) => Product(dy, false, b, !t, a.Shape),
            (0, true, var t) => Product(b, t, dy, true, a.Shape),
            (_, var t, false) => Product(a, !t, dy, false, b.Shape),
            (_, var t, true) => Product(dy, true, a, t, b.Shape),
        };
    }

    private static Node FirstLargest(Graph g, Node x) => g.ArgMaxUnits(x);

    private static Node UnitIndex(Graph g, Node x) => g.Index(Opcode.UnitIndex, x.Shape);
}
