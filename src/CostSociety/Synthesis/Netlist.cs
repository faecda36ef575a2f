using CostSociety.Circuits;
using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>
/// The forward part of the graph: streams, compartments, dynamics. Areas are made when something asks for them, tick by
/// tick; a presentation of several ticks is unrolled.
/// </summary>
internal sealed class Netlist
{
    private readonly Circuit _circuit;
    private readonly Graph _graph;
    private readonly Layout _layout;
    private readonly Diagnostics _diagnostics;
    private readonly Dynamics _dynamics;
    private readonly Dictionary<(string Area, int Tick), Node?> _activities = [];
    private readonly Dictionary<(string Area, string Compartment, int Tick), Node?> _compartments = [];
    private readonly List<string> _inProgress = [];
    private readonly HashSet<string> _usedProjections = [];

    public Netlist(Circuit circuit, Graph graph, Layout layout, Parameters parameters, Binder binder, Rings rings)
    {
        (_circuit, _graph, _layout, _diagnostics) = (circuit, graph, layout, binder.Diagnostics);
        Parameters = parameters;
        Ticks = circuit.Schedule.Sum(p => p.Ticks);
        Streams = circuit.Streams.ToDictionary(s => s.Name, PlaceStream);
        Valid = layout.Place(new Symbol { Name = "valid", Region = Region.Io, Kind = SymbolKind.Column, Rows = Batch, Cols = 1 });
        graph.Valid = graph.Memory(Valid, Shape.Sample);
        Rings = rings;
        _dynamics = new Dynamics(this, binder);
    }

    /// <summary>Samples of a batch.</summary>
    public int Batch => _circuit.Learning.Batch;

    /// <summary>Ticks of a presentation.</summary>
    public int Ticks { get; }

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

    /// <summary>Projections that something reads.</summary>
    public IReadOnlySet<string> UsedProjections => _usedProjections;

    /// <summary>All compartments made so far, at the last tick.</summary>
    public IEnumerable<(string Name, Node Node)> Compartments =>
        _compartments.Where(c => c.Key.Tick == LastTick && c.Value is not null).Select(c => ($"{c.Key.Area}.{c.Key.Compartment}", c.Value!));

    /// <summary>The area of a name, or null.</summary>
    public AreaSpec? Area(string name) => _circuit.Areas.FirstOrDefault(a => a.Name == name);

    /// <summary>Projections into a compartment.</summary>
    public IEnumerable<ProjectionSpec> Into(string area, string compartment) =>
        _circuit.Projections.Where(p => p.To == area && p.Compartment == compartment);

    /// <summary>Sites an area lies on: the positions of its patches, or 1.</summary>
    public int Sites(AreaSpec area) =>
        area.Shape.Count == 3 && _circuit.Projections.Any(p => p.To == area.Name && p.Patch is not null) ? area.Shape[1] * area.Shape[2] : 1;

    /// <summary>Shape of an area's signals.</summary>
    public Shape ShapeOf(AreaSpec area) => Shape.Signal(area.Units / Sites(area), Sites(area));

    /// <summary>Values of a stream.</summary>
    public Node Stream(string name) => _graph.Memory(Streams[name], Shape.Signal(Streams[name].Cols));

    /// <summary>Activity of an area at a tick; null when it could not be made (already reported).</summary>
    public Node? Activity(AreaSpec area, int tick)
    {
        if (_activities.TryGetValue((area.Name, tick), out var known))
            return known;
        string name = area.Name + "@" + tick;
        if (_inProgress.Contains(name))
            return ReportCycle(area, name);
        _inProgress.Add(name);
        var activity = area.Reads is { } stream ? Stream(stream) : _dynamics.Activity(area, tick);
        _inProgress.RemoveAt(_inProgress.Count - 1);
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

    /// <summary>A signal of the sending area in the layout in which the bank of a projection receives it.</summary>
    public Node Laid(ProjectionSpec projection, Node signal) =>
        signal.IsConst(0) ? signal
        : projection.Patch is { } patch ? _graph.Gather(signal, PatchTable(patch, Area(projection.From)!, signal))
        : Layouts.Flatten(_graph, signal);

    /// <summary>A value of an area's dynamics at the last tick: a name its text assigns.</summary>
    public Node? Dynamic(AreaSpec area, string name) => _dynamics.Value(area, name, LastTick);

    private Node? Input(ProjectionSpec projection, AreaSpec area, int tick)
    {
        var sent = Sent(projection, tick);
        return sent is null || sent.IsConst(0) ? sent : Project(projection, area, sent);
    }

    private Node Project(ProjectionSpec projection, AreaSpec area, Node sent)
    {
        var parameter = Parameters.OfProjection(projection.Name);
        var use = new BankUse(parameter.Bank, parameter);
        if (projection.Patch is not null)
            return _graph.Project(sent, use);
        var input = projection.Transpose is null ? _graph.Project(sent, use) : _graph.ProjectBack(sent, use);
        return Layouts.Unflatten(_graph, input, Sites(area));
    }

    private GatherTable PatchTable(PatchSpec patch, AreaSpec source, Node sent)
    {
        var shape = source.Shape.Count == 3 ? source.Shape : ImageOf(source);
        return _graph.Tables.Patches(shape[0], shape[1], shape[2], patch.Size, patch.Stride, patch.Padding, sent.Shape.Sites > 1);
    }

    private IReadOnlyList<int> ImageOf(AreaSpec source) => _circuit.Streams.First(s => s.Name == source.Reads).Shape;

    private Symbol PlaceStream(StreamSpec stream) => _layout.Place(new Symbol
    {
        Name = stream.Name,
        Region = Region.Io,
        Kind = stream.Width == 1 ? SymbolKind.Column : SymbolKind.Signal,
        Rows = Batch,
        Cols = stream.Width,
    });

    private Node? ReportCycle(AreaSpec area, string name)
    {
        var loop = _inProgress.Skip(_inProgress.IndexOf(name)).Append(name).Select(n => n[..n.IndexOf('@')]).ToList();
        var edge = _circuit.Projections.FirstOrDefault(p => p.From == area.Name && p.To == loop[^2]);
        _diagnostics.Error("COST2020", edge?.Span ?? area.Span,
            $"the areas {string.Join(" <- ", loop)} need each other's activity at the same tick",
            edge is null ? null : $"give '{edge.Name}' a delay: \"delay\": 1");
        return null;
    }
}
