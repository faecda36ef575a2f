using CostSociety.Circuits;
using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>
/// Local plasticity as text: <c>0.01 * post * (pre - post * w)</c> for one synapse and one sample. The text is bound as
/// the synapse sees it: what it reads of the sender is a value of each input, what it reads of the receiver a value of
/// each unit, and what has one value a sample a number. <see cref="Real"/> says what these are for the whole batch.
/// </summary>
internal sealed class LocalText
{
    private readonly Netlist _netlist;
    private readonly CostBinding _costs;
    private readonly Binder _binder;
    private readonly AreaSpec _area;
    private readonly int _tick;
    private readonly Dictionary<string, Node?> _known = [];

    private LocalText(Netlist netlist, CostBinding costs, Binder binder, Parameter parameter, int phase)
    {
        (_netlist, _costs, _binder, Parameter, _tick) = (netlist, costs, binder, parameter, netlist.Phases.LastTick(phase));
        _area = netlist.Area(parameter.Area)!;
        Shape = Shape.Matrix(parameter.Inputs, parameter.Units);
    }

    /// <summary>Whose text it is.</summary>
    public Parameter Parameter { get; }

    /// <summary>Shape of the bank.</summary>
    public Shape Shape { get; }

    /// <summary>The change of a weight for one sample.</summary>
    public Node Change { get; private set; } = null!;

    /// <summary>Values of the batch that names stand for: what the synapse sees, and the signal of all samples.</summary>
    public Dictionary<Node, (Node Signal, Sides Side)> Real { get; } = [];

    /// <summary>Positions that share the bank: rows of a signal are samples times sites.</summary>
    public int Sites => _netlist.Sites(_area) is var sites && Parameter.Projection!.Patch is not null ? sites : 1;

    private ExpressionText Text => Parameter.Synapses.Change!;

    private Graph Graph => _binder.Graph;

    /// <summary>Binds the texts of all projections that have one, for each phase at whose end they learn; reports what is wrong.</summary>
    public static IEnumerable<LocalText> BindAll(Netlist netlist, CostBinding costs, Binder binder, LearningFactors factors) =>
        netlist.Parameters.All.Where(p => p is { IsPlastic: true, IsShared: false, Synapses.Change: not null }).SelectMany(
            p => Enumerable.Range(0, netlist.Phases.Count).Where(phase => netlist.Phases.Learns(p, phase)), (p, phase) => Bind(p, phase, netlist, costs, binder)?.ScaledBy(factors)).OfType<LocalText>();

    private static LocalText? Bind(Parameter parameter, int phase, Netlist netlist, CostBinding costs, Binder binder)
    {
        var text = new LocalText(netlist, costs, binder, parameter, phase);
        var scope = new Scope($"the dw of '{parameter.Name}'", parameter.Name + ".dw", text.Shape, text.Resolve, text.Known);
        if (binder.Bind(text.Text, scope) is not { } change)
            return null;
        text.Change = change;
        return new LocalCheck(text, binder).Passes() ? text : null;
    }

    private LocalText ScaledBy(LearningFactors factors)
    {
        if (factors.OfSamples(Parameter) is { } plasticity)
            Change = Graph.Mul(Change, plasticity.IsHost ? plasticity : Seen("plasticity", Graph.Spread(plasticity, Shape.Signal(1, Sites)), Sides.Sample, Shape.Scalar));
        if (factors.OfRate(Parameter) is { } rate)
            Change = Graph.Mul(Change, rate);
        return this;
    }

    /// <summary>Reports an error at the text.</summary>
    public bool Fail(string id, string message, string? hint) => _binder.Fail(id, Text.Span, message, hint) is not null;

    private Node? Resolve(string name, SourceSpan span)
    {
        if (!_known.TryGetValue(name, out var node))
            _known[name] = node = Phase(name) is var (rest, tick) ? OfAreas(rest, tick) : Find(name, span);
        return node ?? ReportWide(name, span);
    }

    /// <summary>The name without its phase and the tick it means: <c>minus.post</c> is post at the end of the phase minus.</summary>
    private (string Name, int Tick)? Phase(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && _netlist.Phases.Find(name[..dot]) is >= 0 and var phase && _netlist.Phases.KeepsSnapshot(phase)
            ? (name[(dot + 1)..], _netlist.Phases.LastTick(phase))
            : null;
    }

    private Node? Find(string name, SourceSpan span) => name switch
    {
        "w" => Graph.Memory(Parameter.Bank, Shape),
        "input" => Graph.Index(Opcode.RowIndex, Shape.Matrix(Shape.Sites, 1)),
        "unit" => Graph.Index(Opcode.UnitIndex, Shape.Unit(Shape.Cols)),
        "inputs" => Graph.Const(Shape.Sites),
        "units" => Graph.Const(Shape.Cols),
        _ => OfAreas(name, _tick) ?? Receiver(name, _tick) ?? OfSample(name, span, _costs.SampleValue(name)),
    };

    /// <summary>What the name says of the two areas at a tick: pre and post, or parts of them.</summary>
    private Node? OfAreas(string name, int tick) => name switch
    {
        "pre" => OfInputs(_netlist.Sent(Parameter.Projection!, tick)),
        "post" => OfUnits(name, _netlist.Activity(_area, tick)),
        _ when name.StartsWith("pre.", StringComparison.Ordinal) => Sender(name["pre.".Length..], tick),
        _ when name.StartsWith("post.", StringComparison.Ordinal) => Receiver(name["post.".Length..], tick),
        _ => null,
    };

    /// <summary>A compartment or a value of the dynamics of the sending area; activity that is late has none of them.</summary>
    private Node? Sender(string name, int tick)
    {
        var projection = Parameter.Projection!;
        var source = _netlist.Area(projection.From)!;
        if (projection.AcrossSteps || projection.Delay > 0)
            return null;
        var signal = _netlist.Into(source.Name, name).Any() ? _netlist.Compartment(source, name, tick) : _netlist.Dynamic(source, name, tick);
        return OfInputs(signal is null ? null : _netlist.Laid(projection, Graph.Spread(signal, _netlist.ShapeOf(source))));
    }

    /// <summary>A compartment, a variable or a value of the dynamics of the receiving area.</summary>
    private Node? Receiver(string name, int tick)
    {
        if (_netlist.Into(_area.Name, name).Any())
            return OfUnits(name, _netlist.Compartment(_area, name, tick));
        if (_netlist.Parameters.Variable(_area.Name, name) is not { } variable)
            return OfUnits(name, _netlist.Dynamic(_area, name, tick));
        return variable.Units == Shape.Cols
            ? Graph.Memory(variable.Bank, Shape.Unit(variable.Units))
            : OfUnits(name, _netlist.Variable(_area, variable));
    }

    private Node? OfInputs(Node? signal) =>
        signal is null or { Kind: NodeKind.Const } ? signal : Seen("pre", signal, Sides.Pre, Shape.Matrix(Shape.Sites, 1));

    /// <summary>A signal of the receiving area, in the layout in which the bank makes it.</summary>
    private Node? OfUnits(string name, Node? signal)
    {
        if (signal is null or { Kind: NodeKind.Const })
            return signal;
        var whole = Graph.Spread(signal, _netlist.ShapeOf(_area));
        return Seen(name, Sites > 1 ? whole : Layouts.Flatten(Graph, whole), Sides.Post, Shape.Unit(Shape.Cols));
    }

    private Node? OfSample(string name, SourceSpan span, Node? value)
    {
        if (value is null || value.IsHost)
            return value;
        if (Shape.Broadcast(value.Shape, Shape.Sample) != Shape.Sample)
            return _binder.Fail("COST2041", span, $"'{name}' is {value.Shape}; besides the areas of its projection a dw reads one number a sample", "wrap it in mean(...) where it is defined");
        return Seen(name, Graph.Spread(value, Shape.Signal(1, Sites)), Sides.Sample, Shape.Scalar);
    }

    /// <summary>Areas and streams that exist, and that the synapse does not see.</summary>
    private Node? ReportWide(string name, SourceSpan span) =>
        (_netlist.Area(name) is null && !_netlist.Streams.ContainsKey(name)) || _binder.Diagnostics.HasErrorAt(span) ? null : _binder.Fail(
            "COST2041", span, $"a synapse of '{Parameter.Name}' sees its two areas as 'pre' and 'post', not {(_netlist.Area(name) is null ? "the stream" : "the area")} '{name}'",
            $"add a projection \"{(_netlist.Area(name) is null ? "..." : name)} -> {_area.Name}.teach\" and read post.teach, or read one number a sample, a parameter of the costs");

    private Node Seen(string name, Node signal, Sides side, Shape shape)
    {
        var symbol = new Symbol { Name = name, Region = Region.Scratch, Kind = SymbolKind.Vector, Rows = 1, Cols = shape.Cols };
        var node = Graph.Memory(symbol, shape);
        Real[node] = (signal, side);
        return node;
    }

    private IEnumerable<string> Known() => new[] { "pre", "post", "w", "input", "unit", "inputs", "units" }
        .Concat(_netlist.Circuit.Projections.Where(p => p.To == _area.Name).Select(p => p.Compartment))
        .Concat(_netlist.Circuit.Projections.Where(p => p.To == Parameter.Projection!.From).Select(p => "pre." + p.Compartment))
        .Concat(_netlist.Parameters.VariablesOf(_area.Name).Select(v => v.Name[(_area.Name.Length + 1)..]))
        .Concat(_costs.SampleNames).Distinct();
}
