using CostSociety.Synthesis;

namespace CostSociety.Language;

/// <summary>
/// A shaped area lies site by site, a flat one unit by unit; both have the same logical units. These bring a value into
/// the layout that an operation needs.
/// </summary>
internal static class Layouts
{
    /// <summary>The value with all units of a sample in one row; a matrix has only one row then.</summary>
    public static Node Flatten(Graph graph, Node x) => x.Shape.IsMatrix
        ? graph.FlattenMatrix(x)
        : x.Shape.Sites == 1 || x.Shape.Rows != RowKind.Batch ? x : graph.Gather(Whole(graph, x), graph.Tables.Flatten(x.Shape.Cols, x.Shape.Sites));

    /// <summary>The value laid out over sites.</summary>
    public static Node Unflatten(Graph graph, Node x, int sites) =>
        sites == 1 || x.Shape.Sites == sites ? x : graph.Gather(Whole(graph, x), graph.Tables.Unflatten(x.Shape.Cols / sites, sites));

    /// <summary>Values of equal logical width in one layout: flat ones stay, shaped ones that meet a flat one are flattened.</summary>
    public static Node[] Conform(Graph graph, ReadOnlySpan<Node> values)
    {
        int flat = 0;
        foreach (var value in values)
            if (value.Shape.Sites == 1 && value.Shape.Cols > 1)
                flat = Math.Max(flat, value.Shape.Cols);
        var result = values.ToArray();
        for (int i = 0; i < result.Length; i++)
            if (result[i].Shape is { Rows: RowKind.Batch, Sites: > 1 } shape && shape.Cols * shape.Sites == flat)
                result[i] = Flatten(graph, result[i]);
        return result;
    }

    private static Node Whole(Graph graph, Node x) => x.Kind == NodeKind.Const ? graph.Spread(x, x.Shape) : x;
}
