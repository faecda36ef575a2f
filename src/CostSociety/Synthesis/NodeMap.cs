using System.Diagnostics.CodeAnalysis;

namespace CostSociety.Synthesis;

/// <summary>Values by node. Nodes of a graph are numbered from 0, so a value stands at the number of its node and nothing is hashed.</summary>
internal sealed class NodeMap<T>
{
    private (int Stamp, T Value)[] _entries = [];
    private int _stamp = 1;

    /// <summary>The value of a node for reading and writing; it begins as nothing.</summary>
    public ref T? At(Node node)
    {
        ref var entry = ref Entry(node);
        if (entry.Stamp != _stamp)
            entry = (_stamp, default!);
        return ref entry.Value!;
    }

    /// <summary>The value of a node, which must have one.</summary>
    public T this[Node node]
    {
        get => TryGetValue(node, out var value) ? value : throw new KeyNotFoundException($"node {node.Id} has no value");
        set => Entry(node) = (_stamp, value);
    }

    public bool ContainsKey(Node node) => node.Id < _entries.Length && _entries[node.Id].Stamp == _stamp;

    public bool TryGetValue(Node node, [MaybeNullWhen(false)] out T value)
    {
        bool isThere = ContainsKey(node);
        value = isThere ? _entries[node.Id].Value : default;
        return isThere;
    }

    public T? GetValueOrDefault(Node node) => ContainsKey(node) ? _entries[node.Id].Value : default;

    /// <summary>Sets a value where there is none yet.</summary>
    public bool TryAdd(Node node, T value)
    {
        if (ContainsKey(node))
            return false;
        this[node] = value;
        return true;
    }

    /// <summary>Forgets all values and keeps the room.</summary>
    public void Clear() => _stamp++;

    private ref (int Stamp, T Value) Entry(Node node)
    {
        if (node.Id >= _entries.Length)
            Array.Resize(ref _entries, Math.Max(node.Id + 64, 2 * _entries.Length));
        return ref _entries[node.Id];
    }
}

/// <summary>A set of nodes, one bit each.</summary>
internal sealed class NodeSet
{
    private ulong[] _bits = [];

    public bool Contains(Node node) => node.Id >> 6 < _bits.Length && (_bits[node.Id >> 6] & Bit(node)) != 0;

    /// <summary>Adds a node; false when it is there already.</summary>
    public bool Add(Node node)
    {
        int word = node.Id >> 6;
        if (word >= _bits.Length)
            Array.Resize(ref _bits, Math.Max(word + 4, _bits.Length + _bits.Length / 2));
        bool isNew = (_bits[word] & Bit(node)) == 0;
        _bits[word] |= Bit(node);
        return isNew;
    }

    private static ulong Bit(Node node) => 1UL << node.Id;
}
