using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// Makes nodes: equal nodes are one node (common subexpressions are found here), constants are folded and neutral
/// elements dropped. Every value of a society (forward, backward, costs, updates, host scalars) is a node of one graph.
/// </summary>
/// <param name="budget">What the nodes and tables may use on the host.</param>
internal sealed partial class Graph(MemoryBudget budget)
{
    private readonly NodeTable _nodes = new();
    private readonly Dictionary<Parameter, int> _firstUses = [];

    private Graph(Graph original, MemoryBudget budget)
        : this(budget)
    {
        _nodes = original._nodes.Copy();
        _firstUses = new(original._firstUses);
        Tables = original.Tables.Copy(budget);
        (Valid, ReadsLearning) = (original.Valid, original.ReadsLearning);
    }

    /// <summary>A graph with the same nodes, to be extended by itself.</summary>
    /// <param name="budget">What its further nodes and tables may use.</param>
    public Graph Copy(MemoryBudget budget) => new(this, budget);

    /// <summary>The mask of valid samples; set by the netlist.</summary>
    public Node Valid { get; set; } = null!;

    /// <summary>Tables of the gathers of this graph.</summary>
    public GatherTables Tables { get; } = new(budget);

    public Node Const(double value) => Make(NodeKind.Const, Shape.Scalar, [], value: value);

    /// <summary>1 in entry points that learn, else 0; each entry point puts its number in (<see cref="Specialization"/>).</summary>
    public Node Learning => Host(Specialization.Name);

    /// <summary>Whether any value depends on <see cref="Learning"/>.</summary>
    public bool ReadsLearning { get; private set; }

    /// <summary>A number the host knows by name.</summary>
    public Node Host(string name) => Make(NodeKind.Host, Shape.Scalar, [], data: name);

    public Node Memory(Symbol symbol, Shape shape) => Make(NodeKind.Memory, shape, [], data: symbol);

    public Node Gradient(Shape shape) => Make(NodeKind.Gradient, shape, []);

    /// <summary>Noise of a given shape; the key names the symbol it belongs to.</summary>
    public Node Noise(Opcode code, string key, Shape shape) => Make(NodeKind.Apply, shape, [], code, data: key);

    public Node Index(Opcode code, Shape shape) => Make(NodeKind.Apply, shape, [], code);

    public Node Stop(Node x) => x.Kind is NodeKind.Const or NodeKind.Host ? x : Make(NodeKind.Stop, x.Shape, [x]);

    public Node As(Node value, Node gradient) =>
        Make(NodeKind.As, Shape.Broadcast(value.Shape, gradient.Shape)!.Value, [value, gradient]);

    public Node Softmax(Node x) => Make(NodeKind.Softmax, x.Shape, [x]);

    public Node LogSumExp(Node x) => Make(NodeKind.LogSumExp, x.Shape.WithCols(1), [x]);

    public Node SumUnits(Node x) => x.Shape.Cols == 1 ? x : Make(NodeKind.SumUnits, x.Shape.WithCols(1), [x]);

    public Node MaxUnits(Node x) => x.Shape is { Cols: 1, Rows: not RowKind.Matrix } ? x : Make(NodeKind.MaxUnits, x.Shape.WithCols(1), [x]);

    public Node ArgMaxUnits(Node x) =>
        x.Shape is { Cols: 1, Rows: not RowKind.Matrix } ? Const(0) : Make(NodeKind.ArgMaxUnits, x.Shape.WithCols(1), [x]);

    /// <summary>Sum over the sites of a sample; of a matrix over its rows.</summary>
    public Node SumSites(Node x) => x.Shape.IsMatrix ? Make(NodeKind.SumSites, Shape.Unit(x.Shape.Cols), [x])
        : x.Shape.Sites == 1 ? x : Make(NodeKind.SumSites, x.Shape with { Sites = 1 }, [x]);

    public Node SumRows(Node x) =>
        x.Shape.Rows == RowKind.One ? x : Make(NodeKind.SumRows, Shape.Unit(x.Shape.Cols), [x]);

    public Node Project(Node x, BankUse use) => x.IsConst(0)
        ? x
        : Make(NodeKind.Project, x.Shape.WithCols(use.Bank.Cols), [x], data: use);

    public Node ProjectBack(Node d, BankUse use) => d.IsConst(0)
        ? d
        : Make(NodeKind.ProjectBack, d.Shape.WithCols(use.Bank.Rows), [d], data: use);

    public Node Gather(Node x, GatherTable table) =>
        Gather(x, table, Shape.Signal(table.DestinationCols, table.DestinationRows));

    /// <summary>An indexed copy to any shape that has the rows of the table.</summary>
    public Node Gather(Node x, GatherTable table, Shape shape) => x.IsConst(0) ? x : Make(NodeKind.Gather, shape, [x], data: table);

    /// <summary>Applies an opcode element by element, repeating smaller inputs.</summary>
    public Node Apply(Opcode code, params ReadOnlySpan<Node> inputs)
    {
        if (Fold(code, inputs) is { } folded)
            return folded;
        var shape = inputs[0].Shape;
        foreach (var input in inputs[1..])
            if (input.Shape != shape)
                shape = Shape.Broadcast(shape, input.Shape)
                    ?? throw new InvalidOperationException($"{code}: {shape} and {input.Shape} do not fit");
        return Make(NodeKind.Apply, shape, inputs, code);
    }

    /// <summary>The value repeated to a larger shape.</summary>
    public Node Spread(Node x, Shape shape) => x.Shape == shape ? x : Make(NodeKind.Apply, shape, [x], Opcode.Spread);

    /// <summary>The same operation on other inputs of the same shapes; the result keeps its shape, whatever folds.</summary>
    public Node With(Node node, Node[] inputs) => Spread(
        node is { Kind: NodeKind.Apply, Code: not Opcode.Spread }
            ? Apply(node.Code, inputs)
            : Make(node.Kind, node.Shape, inputs, node.Code, node.Value, node.Data),
        node.Shape);

    /// <summary>No use of a parameter has a lower number than this; it is the number of all nodes when there is none.</summary>
    public int FirstUse(Parameter parameter) => _firstUses.GetValueOrDefault(parameter, _nodes.Count);

    private void NoteUse(Node node)
    {
        var parameter = node.Data switch { BankUse use => use.Owner, Symbol symbol => symbol.Parameter, _ => null };
        if (parameter is not null)
            _firstUses.TryAdd(parameter, node.Id);
        ReadsLearning |= node.Kind == NodeKind.Host && node.DataAs<string>() == Specialization.Name;
    }

    private Node Make(
        NodeKind kind, Shape shape, ReadOnlySpan<Node> inputs, Opcode code = default, double value = 0, object? data = null)
    {
        var identity = new NodeIdentity(kind, shape, code, value, data, inputs);
        int hash = identity.Hash();
        return _nodes.Find(identity, hash) ?? Add(identity, hash);
    }

    private Node Add(in NodeIdentity identity, int hash)
    {
        budget.Take("one operation more", MemoryBudget.NodeBytes);
        var node = new Node
        {
            Id = _nodes.Count,
            Kind = identity.Kind,
            Shape = identity.Shape,
            Inputs = identity.Inputs.ToArray(),
            Code = identity.Code,
            Value = identity.Value,
            Data = identity.Data,
            IsHost = IsHost(identity),
        };
        _nodes.Add(node, hash);
        NoteUse(node);
        return node;
    }

    private static bool IsHost(in NodeIdentity identity)
    {
        if (identity.Kind is NodeKind.Const or NodeKind.Host)
            return true;
        if (identity.Kind != NodeKind.Apply || identity.Inputs.Length == 0 || identity.Code == Opcode.Spread)
            return false;
        foreach (var input in identity.Inputs)
            if (!input.IsHost)
                return false;
        return true;
    }
}
