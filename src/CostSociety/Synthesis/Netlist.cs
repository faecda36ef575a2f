using CostSociety.Circuits;
using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>
/// The forward part of the graph: streams, compartments, dynamics. Areas are made when something asks for them, tick by
/// tick; a presentation of several ticks is unrolled.
/// </summary>
internal sealed partial class Netlist
{
    private readonly Circuit _circuit;
    private readonly Graph _graph;
    private readonly Layout _layout;
    private readonly Diagnostics _diagnostics;
    private readonly Dynamics _dynamics;
    private readonly Dictionary<(string Area, int Tick), Node?> _activities = [];
    private readonly Dictionary<(string Area, string Compartment, int Tick), Node?> _compartments = [];
    private readonly Dictionary<string, Node> _streams = [];
    private readonly List<string> _inProgress = [];
    private readonly HashSet<(string, int)> _isInProgress = [];
    private readonly CircuitIndex _index;
    private readonly HashSet<string> _usedProjections = [];

    public Netlist(Circuit circuit, Graph graph, Layout layout, Parameters parameters, Binder binder)
    {
        (_circuit, _graph, _layout, _diagnostics) = (circuit, graph, layout, binder.Diagnostics);
        _index = CircuitIndex.Of(circuit);
        Parameters = parameters;
        Phases = new Phases(circuit, parameters);
        Streams = circuit.Streams.ToDictionary(s => s.Name, PlaceStream);
        Valid = layout.Place(new Symbol { Name = "valid", Region = Region.Io, Kind = SymbolKind.Column, Rows = Batch, Cols = 1 });
        graph.Valid = graph.Memory(Valid, Shape.Sample);
        Rings = new Rings(graph, layout, Batch, Ticks);
        _dynamics = new Dynamics(this, binder);
    }

    /// <summary>A netlist without rings once more, in a copy of its graph and of its layout.</summary>
    public Netlist(Netlist original, Graph graph, Layout layout, Binder binder)
    {
        (_circuit, _graph, _layout, _diagnostics, _index) = (original._circuit, graph, layout, binder.Diagnostics, original._index);
        (Parameters, Phases, Streams, Valid) = (original.Parameters, original.Phases, original.Streams, original.Valid);
        Rings = new Rings(graph, layout, Batch, Ticks);
        _dynamics = new Dynamics(original._dynamics, this, binder);
        (_activities, _compartments) = (new(original._activities), new(original._compartments));
        _usedProjections = [.. original._usedProjections];
    }

    /// <summary>Samples of a batch.</summary>
    public int Batch => _circuit.Learning.Batch;

    /// <summary>Ticks of a presentation.</summary>
    public int Ticks => Phases.Ticks;

    /// <summary>The tick whose values costs, measures and readers see.</summary>
    public int LastTick => Ticks - 1;

    public Circuit Circuit => _circuit;

    public Graph Graph => _graph;

    public Parameters Parameters { get; }

    public Rings Rings { get; }

    /// <summary>Where the host writes each stream.</summary>
    public IReadOnlyDictionary<string, Symbol> Streams { get; }

    /// <summary>Where the host writes 1 for each valid sample.</summary>
    public Symbol Valid { get; }

    /// <summary>What the cost file does to signals, or null where it does nothing; set before the first area is asked for.</summary>
    public Modulation? Modulation { get; set; }

    /// <summary>Projections that something reads.</summary>
    public IReadOnlySet<string> UsedProjections => _usedProjections;

    /// <summary>All compartments made so far, at the last tick.</summary>
    public IEnumerable<(string Name, Node Node)> Compartments =>
        _compartments.Where(c => c.Key.Tick == LastTick && c.Value is not null).Select(c => ($"{c.Key.Area}.{c.Key.Compartment}", c.Value!));

    /// <summary>The area of a name, or null.</summary>
    public AreaSpec? Area(string name) => _index.Area(name);

    /// <summary>Projections into a compartment.</summary>
    public IEnumerable<ProjectionSpec> Into(string area, string compartment) => _index.Into(area, compartment);

    /// <summary>Sites an area lies on: the positions of its patches and pools, or 1.</summary>
    public int Sites(AreaSpec area) => _index.Sites(area);

    /// <summary>Shape of an area's signals.</summary>
    public Shape ShapeOf(AreaSpec area) => Shape.Signal(area.Units / Sites(area), Sites(area));

    /// <summary>Values of a stream.</summary>
    public Node Stream(string name)
    {
        var values = _graph.Memory(Streams[name], Shape.Signal(Streams[name].Cols));
        if (Modulation is null)
            return values;
        if (!_streams.TryGetValue(name, out var known))
            _streams[name] = known = Modulation.Of(name, values, values.Shape, LastTick) ?? values;
        return known;
    }

    /// <summary>Activity of an area at a tick; null when it could not be made (already reported).</summary>
    public Node? Activity(AreaSpec area, int tick)
    {
        if (_activities.TryGetValue((area.Name, tick), out var known))
            return known;
        if (!_isInProgress.Add((area.Name, tick)))
            return ReportCycle(area, tick);
        _inProgress.Add(area.Name + "@" + tick);
        var activity = Shown(area, tick);
        _inProgress.RemoveAt(_inProgress.Count - 1);
        _isInProgress.Remove((area.Name, tick));
        return _activities[(area.Name, tick)] = activity;
    }

    /// <summary>Input sum of a compartment at a tick.</summary>
    public Node? Compartment(AreaSpec area, string compartment, int tick)
    {
        var key = (area.Name, compartment, tick);
        if (_compartments.TryGetValue(key, out var known))
            return known;
        Node? sum = null;
        foreach (var projection in Into(area.Name, compartment))
        {
            _usedProjections.Add(projection.Name);
            if (Input(projection, area, tick) is not { } input)
                return _compartments[key] = null;
            sum = sum is null ? input : _graph.Add(sum, input);
        }
        return _compartments[key] = sum is null ? null : _graph.Spread(sum, ShapeOf(area));
    }

    /// <summary>What the bank of a projection receives at a tick: activity sent, delayed, gathered where it has patches.</summary>
    public Node? Sent(ProjectionSpec projection, int tick)
    {
        var source = Area(projection.From)!;
        var sent = projection.AcrossSteps
            ? Rings.PastStep(source.Name + ".past", ShapeOf(source), projection.Delay, () => Activity(source, LastTick))
            : tick < projection.Delay ? _graph.Zero : Activity(source, tick - projection.Delay);
        return sent is null ? null : Laid(projection, sent);
    }

    /// <summary>A value of an area's dynamics at a tick: a name its text assigns.</summary>
    public Node? Dynamic(AreaSpec area, string name, int tick) => _dynamics.Value(area, name, tick);

    private Node? Input(ProjectionSpec projection, AreaSpec area, int tick)
    {
        var sent = Sent(projection, tick);
        if (sent is null || sent.IsConst(0))
            return sent;
        var carried = Project(projection, area, sent);
        return Modulation is null ? carried : Modulation.Of(projection.Name, carried, ShapeOf(area), tick);
    }

    private Symbol PlaceStream(StreamSpec stream) => _layout.Place(new Symbol
    {
        Name = stream.Name,
        Region = Region.Io,
        Kind = stream.Width == 1 ? SymbolKind.Column : SymbolKind.Signal,
        Rows = Batch,
        Cols = stream.Width,
    });

    private Node? ReportCycle(AreaSpec area, int tick)
    {
        if (Modulation?.Reading is { } reading)
        {
            _diagnostics.Error("COST2020", reading.Text.Span, $"the text for '{reading.Target}' reads what waits for '{area.Name}' at the same tick",
                "let a projection with a delay carry it to an area of its own, and read that one");
            return null;
        }
        int first = _inProgress.IndexOf(area.Name + "@" + tick);
        var loop = _inProgress.Skip(first).Append(_inProgress[first]).Select(n => n[..n.IndexOf('@')]).ToList();
        var edge = _index.From(area.Name).FirstOrDefault(p => p.To == loop[^2]);
        _diagnostics.Error("COST2020", edge?.Span ?? area.Span,
            loop.Count == 2
                ? $"the area '{area.Name}' needs its own activity at the same tick"
                : $"the areas {string.Join(" <- ", loop)} need each other's activity at the same tick",
            edge is null ? null : $"give '{edge.Name}' a delay: \"delay\": 1");
        return null;
    }
}
