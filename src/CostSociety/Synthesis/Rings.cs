using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// Values that outlive a step: rings of past values in the state region, one slot a tick. Tick t of step s is slot
/// s * ticks + t of the ring; what a step writes never meets what it reads.
/// </summary>
internal sealed class Rings(Graph graph, Layout layout, int batch, int ticks)
{
    private readonly List<(Symbol Ring, string Name, int Lag, Func<int, Node?> Source)> _rings = [];
    private readonly Dictionary<(string, int), Symbol> _slots = [];
    private readonly Dictionary<string, (Symbol Ring, int Lag)> _delays = [];

    /// <summary>How the activity of an area at a tick is found; set once the netlist exists.</summary>
    public Func<string, int, Node?> ActivityOf { get; set; } = (_, _) => null;

    /// <summary>The value a source had <paramref name="lag"/> ticks before tick <paramref name="tick"/>.</summary>
    /// <param name="name">Name of the state.</param>
    /// <param name="shape">Its shape; must have rows of samples.</param>
    /// <param name="lag">Ticks to go back.</param>
    /// <param name="tick">The tick that asks.</param>
    /// <param name="source">The value at a tick of this step.</param>
    public Node Past(string name, Shape shape, int lag, int tick, Func<int, Node?> source)
    {
        if (tick >= lag)
            return source(tick - lag) ?? graph.Zero;
        return graph.Memory(Slot(Ring(name, shape, lag, source), tick - lag), shape);
    }

    /// <summary>Activity of an area <paramref name="steps"/> steps ago.</summary>
    public Node Delayed(string area, Shape shape, int steps, int tick)
    {
        int lag = steps * ticks;
        return graph.Memory(Slot(Ring(area + ".past", shape, lag, t => ActivityOf(area, t)), tick - lag), shape);
    }

    /// <summary>What a step must write: the node, and the slot it goes to.</summary>
    public IEnumerable<(Node Node, Symbol Slot)> Stores()
    {
        for (int i = 0; i < _rings.Count; i++)
        {
            var (ring, _, lag, source) = _rings[i];
            for (int tick = Math.Max(0, ticks - lag); tick < ticks; tick++)
                if (source(tick) is { } node)
                    yield return (node, Slot(ring, tick));
        }
    }

    private Symbol Ring(string name, Shape shape, int lag, Func<int, Node?> source)
    {
        if (_delays.TryGetValue(name, out var known) && known.Lag >= lag)
            return known.Ring;
        string unique = known.Ring is null ? name : $"{name}.{lag}";
        var ring = layout.Place(new Symbol
        {
            Name = unique,
            Region = Region.State,
            Kind = shape.Cols == 1 ? SymbolKind.Column : SymbolKind.Signal,
            Rows = shape.RowCount(batch),
            Cols = shape.Cols,
            Slots = lag + ticks,
        });
        _delays[name] = (ring, lag);
        _rings.Add((ring, unique, lag, source));
        return ring;
    }

    private Symbol Slot(Symbol ring, int slot0)
    {
        if (!_slots.TryGetValue((ring.Name, slot0), out var slot))
            _slots[(ring.Name, slot0)] = slot = ring.Slot(slot0, ticks);
        return slot;
    }
}
