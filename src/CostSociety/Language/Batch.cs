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

    /// <summary>mean of the squared distance from the mean.</summary>
    public static Node Variance(Graph graph, Node x) => Mean(graph, graph.Square(graph.Sub(x, Mean(graph, x))));
}
