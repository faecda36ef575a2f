using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// Values that outlive a step: rings of past values in the state region. A ring has one slot a tick (of dynamics) or one
/// slot a step (of costs and of delays across steps); what a step writes never meets what it reads.
/// </summary>
internal sealed class Rings(Graph graph, Layout layout, int batch, int ticks)
{
    private readonly List<(Symbol Ring, Shape Shape, int Lag, int SlotsPerStep, Func<int, Node?> Source)> _rings = [];
    private readonly Dictionary<(string, int), Symbol> _slots = [];
    private readonly Dictionary<string, Symbol> _byName = [];

    /// <summary>The value a source had <paramref name="lag"/> ticks before tick <paramref name="tick"/>.</summary>
    /// <param name="name">Name of the state.</param>
    /// <param name="shape">Its shape: rows of samples, or one value for each unit that all samples share.</param>
    /// <param name="lag">Ticks to go back.</param>
    /// <param name="tick">The tick that asks.</param>
    /// <param name="source">The value at a tick of this step.</param>
    public Node Past(string name, Shape shape, int lag, int tick, Func<int, Node?> source)
    {
        if (tick >= lag)
            return Moved(name, shape, lag, source(tick - lag) ?? graph.Zero, source);
        return graph.Memory(Slot(Ring(name, shape, lag, ticks, source), tick - lag, ticks), shape);
    }

    /// <summary>State of units moves while the society learns and rests otherwise, between ticks too.</summary>
    private Node Moved(string name, Shape shape, int lag, Node moved, Func<int, Node?> source) => shape.Rows == RowKind.Batch
        ? moved
        : graph.Select(graph.Learning, graph.Spread(moved, shape), graph.Memory(Slot(Ring(name, shape, lag, ticks, source), -1, ticks), shape));

    /// <summary>The value a source had at the end of the step <paramref name="lag"/> steps ago.</summary>
    public Node PastStep(string name, Shape shape, int lag, Func<Node?> source) =>
        graph.Memory(Slot(Ring(name, shape, lag, 1, _ => source()), -lag, 1), shape);

    /// <summary>Whether anything outlives a step.</summary>
    public bool Any => _rings.Count > 0;

    /// <summary>
    /// What a step must write: the node, and the slot it goes to. A lane without a valid sample keeps the value it had at
    /// the end of the step before.
    /// </summary>
    /// <param name="learns">Whether state of units moves; where nothing is learned it keeps its value.</param>
    public IEnumerable<(Node Node, Symbol Slot)> Stores(bool learns)
    {
        for (int i = 0; i < _rings.Count; i++)
        {
            var (ring, shape, lag, perStep, source) = _rings[i];
            for (int tick = Math.Max(0, perStep - lag); tick < perStep; tick++)
                if (source(tick) is { } node)
                    yield return (Kept(node, graph.Memory(Slot(ring, -1, perStep), shape), learns), Slot(ring, tick, perStep));
        }
    }

    private Symbol Ring(string name, Shape shape, int lag, int slotsPerStep, Func<int, Node?> source)
    {
        string unique = $"{name}[{lag}]";
        if (_byName.TryGetValue(unique, out var known))
            return known;
        var ring = layout.Place(new Symbol
        {
            Name = unique,
            Region = Region.State,
            Kind = shape.Rows == RowKind.One ? SymbolKind.Vector : shape.Cols == 1 ? SymbolKind.Column : SymbolKind.Signal,
            Rows = shape.RowCount(batch),
            Cols = shape.Cols,
            Slots = lag + slotsPerStep,
        });
        _byName[unique] = ring;
        _rings.Add((ring, shape, lag, slotsPerStep, source));
        return ring;
    }

    private Node Kept(Node node, Node before, bool learns) => before.Shape.Rows == RowKind.Batch
        ? graph.Select(graph.Valid, graph.Spread(node, before.Shape), before)
        : learns ? graph.Spread(node, before.Shape) : before;

    private Symbol Slot(Symbol ring, int slot0, int slotStep)
    {
        if (!_slots.TryGetValue((ring.Name, slot0), out var slot))
            _slots[(ring.Name, slot0)] = slot = ring.Slot(slot0, slotStep);
        return slot;
    }
}
