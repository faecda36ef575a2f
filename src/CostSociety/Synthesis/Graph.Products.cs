using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>Products of signals, ranks, weights read as matrices, and what lays a matrix out anew.</summary>
internal sealed partial class Graph
{
    /// <summary>Samples of a batch, valid or not.</summary>
    public int BatchSize => Valid.DataAs<Symbol>().Rows;

    /// <summary>op(a) op(b), whole or sample by sample; both have to fill their shapes.</summary>
    public Node Contract(Node a, Node b, ContractForm form, Shape shape) => a.IsConst(0) || b.IsConst(0)
        ? Zero
        : Make(NodeKind.Contract, shape, [a, b], data: form);

    /// <summary>The k-th largest unit of a row; k is a number of the host.</summary>
    public Node Rank(Node x, Node k) => x.Shape.Cols == 1 ? x : Make(NodeKind.Rank, x.Shape.WithCols(1), [x, k]);

    /// <summary>Column of what <paramref name="rank"/> found.</summary>
    public Node RankIndex(Node rank) => rank.Kind == NodeKind.Rank ? Make(NodeKind.RankIndex, rank.Shape, [rank]) : Zero;

    /// <summary>The bank of a projection as a matrix [inputs, units].</summary>
    public Node Weights(BankUse use) => Make(NodeKind.Weights, Shape.Matrix(use.Bank.Rows, use.Bank.Cols), [], data: use);

    /// <summary>The value where the sample is valid, else 0: nothing of an invalid sample, not even a NaN, comes through.</summary>
    public Node OnlyValid(Node x) => Select(Valid, x, Zero);

    /// <summary>The units of every sample of a batch as rows: matrix[units, batch * sites].</summary>
    public Node TransposeBatch(Node x) => TransposeRows(x, Shape.Matrix(x.Shape.Cols, x.Shape.RowCount(BatchSize)));

    /// <summary>A matrix of one column as one row.</summary>
    public Node ColumnToRow(Node x) => TransposeRows(x, Shape.Unit(x.Shape.Sites));

    /// <summary>The diagonal of a square matrix.</summary>
    public Node Diagonal(Node x) => Gather(x, Tables.Diagonal(x.Shape.Cols), Shape.Unit(x.Shape.Cols));

    /// <summary>All elements of a matrix in one row.</summary>
    public Node FlattenMatrix(Node x) =>
        Gather(x, Tables.Reshape(x.Shape.Sites, x.Shape.Cols, 1, x.Shape.Sites * x.Shape.Cols), Shape.Unit(x.Shape.Sites * x.Shape.Cols));

    /// <summary>One row as the matrix that <see cref="FlattenMatrix"/> laid out.</summary>
    public Node UnflattenMatrix(Node x, Shape shape) =>
        Gather(x, Tables.Reshape(1, shape.Sites * shape.Cols, shape.Sites, shape.Cols), shape);

    private Node TransposeRows(Node x, Shape shape) =>
        Gather(Spread(x, x.Shape), Tables.TransposeRows(x.Shape.RowCount(BatchSize), x.Shape.Cols), shape);
}
