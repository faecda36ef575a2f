using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// Makes nodes: equal nodes are one node (common subexpressions are found here), constants are folded and neutral
/// elements dropped. Every value of a society (forward, backward, costs, updates, host scalars) is a node of one graph.
/// </summary>
/// <param name="budget">What the nodes and tables may use on the host.</param>
internal sealed partial class Graph(MemoryBudget budget)
{
    private readonly Dictionary<NodeKey, Node> _nodes = [];
    private readonly Dictionary<Parameter, int> _firstUses = [];

    /// <summary>The mask of valid samples; set by the netlist.</summary>
    public Node Valid { get; set; } = null!;

    /// <summary>Tables of the gathers of this graph.</summary>
    public GatherTables Tables { get; } = new(budget);

    public Node Const(double value) => Make(NodeKind.Const, Shape.Scalar, [], value: value);

    /// <summary>1 in entry points that learn, else 0; each entry point puts its number in (<see cref="Specialization"/>).</summary>
    public Node Learning => Host(Specialization.Name);

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
            shape = Shape.Broadcast(shape, input.Shape)
                ?? throw new InvalidOperationException($"{code}: {shape} and {input.Shape} do not fit");
        return Make(NodeKind.Apply, shape, inputs.ToArray(), code);
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
    }

    private Node Make(
        NodeKind kind, Shape shape, Node[] inputs, Opcode code = default, double value = 0, object? data = null)
    {
        var key = new NodeKey(kind, shape, code, value, data, inputs);
        if (_nodes.TryGetValue(key, out var node))
            return node;
        budget.Take("one operation more", MemoryBudget.NodeBytes);
        node = new Node
        {
            Id = _nodes.Count,
            Kind = kind,
            Shape = shape,
            Inputs = inputs,
            Code = code,
            Value = value,
            Data = data,
            IsHost = kind is NodeKind.Const or NodeKind.Host
                || (kind == NodeKind.Apply && inputs.Length > 0 && code != Opcode.Spread && Array.TrueForAll(inputs, i => i.IsHost)),
        };
        _nodes.Add(key, node);
        NoteUse(node);
        return node;
    }

    /// <summary>Identity of a node: kind, shape, opcode, value, data and the identities of its inputs.</summary>
    private readonly struct NodeKey(NodeKind kind, Shape shape, Opcode code, double value, object? data, Node[] inputs)
        : IEquatable<NodeKey>
    {
        private readonly (NodeKind Kind, Shape Shape, Opcode Code, long Value, object? Data) _head =
            (kind, shape, code, BitConverter.DoubleToInt64Bits(value), data);

        private readonly Node[] _inputs = inputs;

        public bool Equals(NodeKey other) => _head.Equals(other._head) && _inputs.AsSpan().SequenceEqual(other._inputs);

        public override bool Equals(object? obj) => obj is NodeKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(_head);
            foreach (var input in _inputs)
                hash.Add(input.Id);
            return hash.ToHashCode();
        }
    }
}
