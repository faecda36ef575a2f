using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>What makes a node the one it is: equal identities are one node.</summary>
internal readonly ref struct NodeIdentity(NodeKind kind, Shape shape, Opcode code, double value, object? data, ReadOnlySpan<Node> inputs)
{
    public NodeKind Kind { get; } = kind;

    public Shape Shape { get; } = shape;

    public Opcode Code { get; } = code;

    public double Value { get; } = value;

    public object? Data { get; } = data;

    public ReadOnlySpan<Node> Inputs { get; } = inputs;

    public bool IsOf(Node node) =>
        node.Kind == Kind && node.Code == Code && node.Inputs.AsSpan().SequenceEqual(Inputs) && node.Shape == Shape
        && BitConverter.DoubleToInt64Bits(node.Value) == BitConverter.DoubleToInt64Bits(Value) && Equals(node.Data, Data);

    public int Hash()
    {
        ulong hash = Mix((uint)Kind << 8 | (uint)Code, (ulong)Shape.Rows << 62 ^ (ulong)(uint)Shape.Sites << 32 ^ (uint)Shape.Cols);
        hash = Mix(hash, (ulong)BitConverter.DoubleToInt64Bits(Value));
        hash = Mix(hash, (uint)(Data?.GetHashCode() ?? 0));
        foreach (var input in Inputs)
            hash = Mix(hash, (uint)input.Id + 1);
        return (int)(hash >> 32);
    }

    private static ulong Mix(ulong hash, ulong part) => (System.Numerics.BitOperations.RotateLeft(hash, 29) ^ part) * 0x9E3779B97F4A7C15;
}

/// <summary>The nodes of a graph by number, found by identity.</summary>
internal sealed class NodeTable
{
    private const int FirstRoom = 256;

    private Node[] _nodes;
    private int[] _hashes;

    // The node before this one in the same bucket, plus 1; a bucket holds the number of its last node, plus 1.
    private int[] _before;
    private int[] _buckets;

    public NodeTable() => (_nodes, _hashes, _before, _buckets) = (new Node[FirstRoom], new int[FirstRoom], new int[FirstRoom], new int[2 * FirstRoom]);

    private NodeTable(NodeTable original)
    {
        _nodes = [.. original._nodes];
        _hashes = [.. original._hashes];
        _before = [.. original._before];
        _buckets = [.. original._buckets];
        Count = original.Count;
    }

    public int Count { get; private set; }

    public NodeTable Copy() => new(this);

    public Node? Find(in NodeIdentity identity, int hash)
    {
        for (int i = _buckets[hash & (_buckets.Length - 1)] - 1; i >= 0; i = _before[i] - 1)
            if (_hashes[i] == hash && identity.IsOf(_nodes[i]))
                return _nodes[i];
        return null;
    }

    /// <summary>Adds a node whose number is <see cref="Count"/>.</summary>
    public void Add(Node node, int hash)
    {
        if (Count == _nodes.Length)
            Grow();
        (_nodes[Count], _hashes[Count]) = (node, hash);
        Chain(Count++);
    }

    private void Chain(int i)
    {
        ref int bucket = ref _buckets[_hashes[i] & (_buckets.Length - 1)];
        (_before[i], bucket) = (bucket, i + 1);
    }

    private void Grow()
    {
        Array.Resize(ref _nodes, 2 * Count);
        Array.Resize(ref _hashes, 2 * Count);
        Array.Resize(ref _before, 2 * Count);
        _buckets = new int[4 * Count];
        for (int i = 0; i < Count; i++)
            Chain(i);
    }
}
