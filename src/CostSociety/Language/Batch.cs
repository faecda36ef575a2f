using CostSociety.Synthesis;

namespace CostSociety.Language;

/// <summary>Reductions over the valid samples of a batch. Every site of a sample counts.</summary>
internal static class Batch
{
    /// <summary>Host name of 1 / number of valid samples.</summary>
    public const string InverseValid = "inverse_valid";

    /// <summary>sum over samples of valid * x.</summary>
    public static Node Sum(Graph graph, Node x) =>
        graph.SumRows(graph.Mul(x.Shape.Rows == RowKind.Batch ? x : graph.Spread(x, x.Shape with { Rows = RowKind.Batch }), graph.Valid));

    /// <summary>sum / number of valid samples (and sites).</summary>
    public static Node Mean(Graph graph, Node x) =>
        graph.Mul(Sum(graph, x), graph.Mul(graph.Host(InverseValid), graph.Const(1.0 / x.Shape.Sites)));

    /// <summary>Largest of the valid samples (and sites).</summary>
    public static Node Max(Graph graph, Node x)
    {
        if (x.Shape.Rows == RowKind.One)
            return x;
        var masked = graph.Select(graph.Valid, x, graph.Const(-float.MaxValue));
        var rows = graph.TransposeBatch(masked);
        return graph.ColumnToRow(rows.Shape.Cols == 1 ? rows : graph.MaxUnits(rows));
    }

    /// <summary>Smallest of the valid samples (and sites).</summary>
    public static Node Min(Graph graph, Node x) => graph.Neg(Max(graph, graph.Neg(x)));

    /// <summary>mean of the squared distance from the mean.</summary>
    public static Node Variance(Graph graph, Node x) => Mean(graph, graph.Square(graph.Sub(x, Mean(graph, x))));
}
