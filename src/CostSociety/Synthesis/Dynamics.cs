using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>
/// How compartments make activity: the text of an area, or of its library activation. A name that is read before it is
/// assigned is state: it has the value of the tick before, in the same lane, or of the unit (<see cref="UnitState"/>).
/// </summary>
internal sealed class Dynamics(Netlist netlist, Binder binder)
{
    /// <summary>Name of the value that other areas read.</summary>
    public const string ActivityName = "activity";

    private readonly Dictionary<string, BlockSyntax?> _blocks = [];
    private readonly Dictionary<(string Area, string Name, int Tick), Node?> _values = [];
    private readonly Dictionary<(string Key, int Tick), Node> _past = [];
    private readonly Dictionary<string, HashSet<string>> _units = [];

    /// <summary>Dynamics that keep no past once more, for a copy of their netlist.</summary>
    public Dynamics(Dynamics original, Netlist netlist, Binder binder)
        : this(netlist, binder) =>
        (_blocks, _values, _units) = (new(original._blocks), new(original._values), new(original._units));

    /// <summary>Activity of an area at a tick, or null when its text has errors.</summary>
    public Node? Activity(AreaSpec area, int tick)
    {
        if (BlockOf(area) is not { } block)
            return null;
        var assigned = new Dictionary<string, Node?>();
        var scope = ScopeOf(area, block, assigned, tick);
        foreach (var assignment in block.Assignments)
            if (!Assign(area, assignment, assigned, scope, tick))
                return null;
        return assigned.GetValueOrDefault(ActivityName) ?? ReportNoActivity(area, block);
    }

    /// <summary>What the text of an area assigned to a name at a tick, or null.</summary>
    public Node? Value(AreaSpec area, string name, int tick) => _values.GetValueOrDefault((area.Name, name, tick));

    private bool Assign(AreaSpec area, AssignmentSyntax assignment, Dictionary<string, Node?> assigned, Scope scope, int tick)
    {
        if (binder.Bind(assignment.Value, scope) is not { } value)
            return false;
        var shape = ShapeOf(area, assignment.Name);
        if (Shape.Broadcast(value.Shape, shape) != shape)
            return binder.Fail("COST2014", assignment.Span,
                $"'{assignment.Name}' of area '{area.Name}' must be {shape}, got {value.Shape}", null) is not null;
        assigned[assignment.Name] = _values[(area.Name, assignment.Name, tick)] = netlist.Graph.Spread(value, shape);
        return true;
    }

    private BlockSyntax? BlockOf(AreaSpec area)
    {
        if (!_blocks.TryGetValue(area.Name, out var block))
            _blocks[area.Name] = block = area.Activation is { } activation
                ? netlist.Parameters.Activation(activation) is { } definition ? FromActivation(definition) : null
                : Parser.ParseBlock(area.Dynamics!, binder.Diagnostics, ActivityName);
        return block;
    }

    private static BlockSyntax FromActivation(DefinitionSyntax definition) => definition.Body as BlockSyntax
        ?? new BlockSyntax([new AssignmentSyntax(ActivityName, definition.NameSpan, definition.Body, definition.Span)], definition.Span);

    private Scope ScopeOf(AreaSpec area, BlockSyntax block, Dictionary<string, Node?> assigned, int tick)
    {
        var states = block.Assignments.Select(a => a.Name).ToHashSet();
        return new Scope(
            $"the dynamics of area '{area.Name}'", area.Name, netlist.ShapeOf(area),
            (name, span) => Resolve(area, states, assigned, tick, name) ?? ReportArea(area, name, span),
            () => KnownNames(area, states))
        {
            NoiseKey = tick == 0 ? area.Name : $"{area.Name}@{tick}",
            Previous = (node, lag, key) => Previous(area, node, lag, key, tick),
            Trace = (shape, key, next) => Trace(area, shape, key, next, tick),
        };
    }

    private Node? Resolve(AreaSpec area, HashSet<string> states, Dictionary<string, Node?> assigned, int tick, string name)
    {
        if (assigned.TryGetValue(name, out var value))
            return value;
        if (states.Contains(name))
            return netlist.Rings.Past($"{area.Name}.{name}", ShapeOf(area, name), 1, tick, t => State(area, name, t));
        if (netlist.Parameters.Variable(area.Name, name) is { } variable)
            return netlist.Variable(area, variable);
        if (name == Specialization.Name)
            return netlist.Graph.Learning;
        return netlist.Into(area.Name, name).Any() ? netlist.Compartment(area, name, tick) : null;
    }

    /// <summary>What is assigned to a name: a signal of the area, or one value for each unit.</summary>
    private Shape ShapeOf(AreaSpec area, string name)
    {
        var shape = netlist.ShapeOf(area);
        if (!_units.TryGetValue(area.Name, out var units))
            _units[area.Name] = units = new UnitState(BlockOf(area)!, binder.Library, n => HasLanes(area, n)).Names();
        return units.Contains(name) ? Shape.Unit(shape.Cols) : shape;
    }

    private bool HasLanes(AreaSpec area, string name) =>
        name != Specialization.Name && netlist.Parameters.Variable(area.Name, name) is null;

    /// <summary>State at a tick of this step, which is made first where nothing else asked for it.</summary>
    private Node? State(AreaSpec area, string name, int tick)
    {
        if (!netlist.Phases.Moves(area, tick))
            return name == ActivityName ? netlist.Activity(area, tick)
                : netlist.Rings.Past($"{area.Name}.{name}", ShapeOf(area, name), 1, tick, t => State(area, name, t));
        netlist.Activity(area, tick);
        return _values.GetValueOrDefault((area.Name, name, tick));
    }

    /// <summary>What an expression was at an earlier tick: the same place of the text, bound for that tick.</summary>
    private Node Previous(AreaSpec area, Node node, int lag, string key, int tick)
    {
        var shape = node.Shape with { Rows = RowKind.Batch };
        _past[(key, tick)] = netlist.Graph.Spread(node, shape);
        return Past(area, shape, lag, key, tick);
    }

    /// <summary>A state of every lane that goes on once a tick.</summary>
    private Node Trace(AreaSpec area, Shape shape, string key, Func<Node, Node> next, int tick)
    {
        shape = shape with { Rows = RowKind.Batch };
        return _past[(key, tick)] = netlist.Graph.Spread(next(Past(area, shape, 1, key, tick)), shape);
    }

    private Node Past(AreaSpec area, Shape shape, int lag, string key, int tick) =>
        netlist.Rings.Past(key, shape, lag, tick, t => PastOf(area, key, shape, t, tick));

    /// <summary>An area that rests keeps what its text computed last.</summary>
    private Node? PastOf(AreaSpec area, string key, Shape shape, int tick, int asking)
    {
        if (!netlist.Phases.Moves(area, tick))
            return netlist.Rings.Past(key, shape, 1, tick, t => PastOf(area, key, shape, t, -1));
        if (tick != asking)
            netlist.Activity(area, tick);
        return _past.GetValueOrDefault((key, tick));
    }

    private Node? ReportArea(AreaSpec area, string name, SourceSpan span) => netlist.Area(name) is null ? null : binder.Fail(
        "COST2022", span, $"the dynamics of area '{area.Name}' read compartments, not the area '{name}'",
        $"add a projection \"{name} -> {area.Name}.from_{name}\" and read from_{name}");

    private IEnumerable<string> KnownNames(AreaSpec area, HashSet<string> states) => states
        .Concat(CircuitIndex.Of(netlist.Circuit).Into(area.Name).Select(p => p.Compartment))
        .Concat(netlist.Parameters.VariablesOf(area.Name).Select(v => v.Name[(area.Name.Length + 1)..])).Append(Specialization.Name);

    private Node? ReportNoActivity(AreaSpec area, BlockSyntax block) => binder.Fail(
        "COST2015", block.Span, $"the dynamics of area '{area.Name}' never assign '{ActivityName}'", "end with: activity = ...");
}
