using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety.Language;

/// <summary>Functions that make matrices of signals and weights, and numbers of matrices.</summary>
internal static class MatrixFunctions
{
    private static readonly ContractForm _rowsWithRows = new(TransposeA: false, TransposeB: true, PerSample: false);
    private static readonly ContractForm _unitsWithUnits = new(TransposeA: true, TransposeB: false, PerSample: false);

    /// <summary>Their rows of the table.</summary>
    public static IReadOnlyList<Function> All { get; } =
    [
        new("gram(a, b)", 1, 2, "signal[batch, batch]: dot(a of sample i, b of sample j) at sample i and unit j, 0 where one of both is not valid; b is a when left out", Gram),
        new("covariance(a, b)", 1, 2, "matrix[units of a, units of b]: batch_mean of (a_i - batch_mean(a_i)) * (b_j - batch_mean(b_j)); b is a when left out", Covariance),
        new("outer(a, b)", 2, 2, "a_i * b_j of every sample: the units of a become sites, those of b units", Outer),
        new("diagonal(m)", 1, 1, "the diagonal of a square matrix, one value a unit; of a gram, one number a sample", Diagonal),
        new("off_diagonal(m)", 1, 1, "a square matrix or gram with 0 in its diagonal", OffDiagonal),
        new("weights('a -> b')", 1, 1, "matrix[inputs, units]: the weights of a projection, of patches those of one site; a transposed projection has those it shares", Weights)
        {
            TakesName = true,
        },
    ];

    private static Node? Gram(CallContext c, Node[] a)
    {
        if (Pair(c, a) is not var (left, right))
            return null;
        if (left.Shape.Cols != right.Shape.Cols)
            return c.Binder.FailToFit("gram", c.Call.Span, left.Shape, right.Shape);
        return c.Graph.Contract(c.Graph.OnlyValid(left), c.Graph.OnlyValid(right), _rowsWithRows, Shape.Signal(c.Graph.BatchSize));
    }

    private static Node? Covariance(CallContext c, Node[] a)
    {
        if (Pair(c, a) is not var (left, right))
            return null;
        var product = c.Graph.Contract(
            Centered(c.Graph, left), Centered(c.Graph, right), _unitsWithUnits, Shape.Matrix(left.Shape.Cols, right.Shape.Cols));
        return c.Graph.Mul(product, c.Graph.Host(Batch.InverseValid));
    }

    private static Node? Outer(CallContext c, Node[] a)
    {
        if (Pair(c, a) is not var (left, right))
            return null;
        return c.Graph.Contract(left, right, _unitsWithUnits with { PerSample = true }, Shape.Signal(right.Shape.Cols, left.Shape.Cols));
    }

    private static Node? Diagonal(CallContext c, Node[] a) => !IsSquare(c, a[0]) ? null
        : a[0].Shape.IsMatrix ? c.Graph.Diagonal(a[0])
        : c.Graph.SumUnits(c.Graph.Select(OnDiagonal(c.Graph, a[0].Shape), a[0], c.Graph.Zero));

    private static Node? OffDiagonal(CallContext c, Node[] a) =>
        IsSquare(c, a[0]) ? c.Graph.Select(OnDiagonal(c.Graph, a[0].Shape), c.Graph.Zero, a[0]) : null;

    private static Node? Weights(CallContext c, Node[] a)
    {
        var name = (NameSyntax)c.Call.Arguments[0];
        return c.Scope.Weights is { } weights
            ? weights(name.Name, name.Span)
            : c.Fail("COST2013", $"'weights' has no meaning in {c.Scope.Where}", "costs and measures read weights");
    }

    /// <summary>Both arguments with all units of a sample in one row, a row for each sample.</summary>
    private static (Node Left, Node Right)? Pair(CallContext c, Node[] a) =>
        c.AreSamples(a) ? (Rows(c.Graph, a[0]), Rows(c.Graph, a[^1])) : null;

    private static Node Rows(Graph graph, Node x)
    {
        var flat = Layouts.Flatten(graph, x);
        return graph.Spread(flat, flat.Shape with { Rows = RowKind.Batch });
    }

    private static Node Centered(Graph graph, Node x) => graph.OnlyValid(graph.Sub(x, Batch.Mean(graph, x)));

    private static bool IsSquare(CallContext c, Node m)
    {
        if (!c.HasSamples())
            return false;
        int rows = m.Shape.IsMatrix ? m.Shape.Sites : m.Shape is { Rows: RowKind.Batch, Sites: 1 } ? c.Graph.BatchSize : -1;
        return rows == m.Shape.Cols || c.Fail("COST2045", $"'{c.Call.Function}' expects a square matrix, got {m.Shape}",
            "covariance(a) and gram(a) are square") is not null;
    }

    private static Node OnDiagonal(Graph graph, Shape shape) =>
        graph.Apply(Opcode.Equal, graph.Index(Opcode.RowIndex, shape), graph.Index(Opcode.UnitIndex, shape));
}
