using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>A bound term: one number per sample, unweighted.</summary>
internal sealed record BoundTerm(string Area, string Name, Node Value);

/// <summary>A bound cost: its terms, their weight, and the parameters it teaches.</summary>
internal sealed record BoundCost(CostSpec Spec, IReadOnlyList<BoundTerm> Terms, Node Weight, IReadOnlySet<Parameter> Teaches);

/// <summary>Binds the texts of a cost file to the signals of a netlist.</summary>
internal sealed class CostBinding(Netlist netlist, CostFile costs, Binder binder)
{
    /// <summary>Names that the host knows besides costs and measures of the previous step.</summary>
    public static readonly string[] HostNames = ["step", "epoch", "samples", "since_swap"];

    /// <summary>Steps since the present stage began.</summary>
    public const string SinceStage = "since_stage";

    /// <summary>Before the name of a stage: 1 in that stage, else 0.</summary>
    public const string StagePrefix = "stage.";

    /// <summary>Before the name of a monitor: 1 while its alarm lasts, else 0.</summary>
    public const string AlarmPrefix = "alarm.";

    private readonly Dictionary<(string Name, int Tick), Node?> _parameters = [];
    private readonly HashSet<string> _binding = [];
    private readonly HashSet<string> _touched = [];
    private readonly Dictionary<string, ParameterSpec> _specs = costs.Parameters.Concat(costs.Modulators).DistinctBy(p => p.Name).ToDictionary(p => p.Name, StringComparer.Ordinal);
    private readonly HashSet<string> _ofHost = [.. HostNames, .. NamesOfRun(netlist, costs)];
    private readonly CircuitIndex _index = CircuitIndex.Of(netlist.Circuit);
    private HashSet<Parameter>? _all;

    private Graph Graph => netlist.Graph;

    private Diagnostics Diagnostics => binder.Diagnostics;

    /// <summary>All costs of the file; those with errors are left out.</summary>
    public IReadOnlyList<BoundCost> Bind()
    {
        var bound = new List<BoundCost>();
        foreach (var cost in costs.Costs)
            if (netlist.Area(cost.Area) is not null && Bind(cost) is { } good)
                bound.Add(good);
        foreach (string parameter in _specs.Keys)
            Parameter(parameter);
        return bound;
    }

    /// <summary>A measure: one number for the batch.</summary>
    public Node? Bind(MeasureSpec measure) => OneNumber(measure.Text, $"the measure '{measure.Name}'", "measure." + measure.Name);

    private Node? OneNumber(ExpressionText text, string where, string key)
    {
        var value = binder.Bind(text, ScopeOf(where, key, Shape.Sample));
        if (value is not null && !value.Shape.IsScalar)
            return binder.Fail("COST2016", text.Span, $"{(key.StartsWith("measure", StringComparison.Ordinal) ? "a measure" : where)} is one number for the batch, got {value.Shape}", "wrap it in batch_mean(...)");
        return value;
    }

    /// <summary>A modulator as it is recorded: its mean over units and samples; null when it has errors.</summary>
    public Node? Recorded(ParameterSpec modulator) =>
        Parameter(modulator.Name) is { } value ? value.IsHost ? value : Batch.Mean(Graph, Graph.Spread(Graph.MeanAll(value), Shape.Sample)) : null;

    /// <summary>The number that a monitor watches.</summary>
    public Node? Bind(MonitorSpec monitor) =>
        OneNumber(monitor.Text, $"the monitor '{monitor.Name}'", "monitor." + monitor.Name);

    /// <summary>A factor of what is learned: one number, or one a sample.</summary>
    public Node? Factor(TargetSpec target)
    {
        string where = $"the plasticity of '{target.Target}'";
        var value = binder.Bind(target.Text, ScopeOf(where, "plasticity." + target.Target, Shape.Sample));
        if (value is null || Shape.Broadcast(value.Shape, Shape.Sample) == Shape.Sample)
            return value;
        return binder.Fail("COST2051", target.Text.Span, $"{where} is one number, or one a sample, got {value.Shape}", "wrap it in mean(...)");
    }

    /// <summary>A factor that the host knows.</summary>
    public Node? HostFactor(TargetSpec target)
    {
        string where = $"the rate of '{target.Target}'";
        var value = binder.Bind(target.Text, HostScope(where));
        return value is null or { IsHost: true } ? value : binder.Fail("COST2010", target.Text.Span, $"{where} is decided by the host, got {value.Shape}", null);
    }

    /// <summary>Scope of a text of units at a tick: a name stands for what it would be without the text, <c>unit</c> for the number of the unit.</summary>
    public Scope ScopeAt(string where, string key, Shape shape, int tick, string ownName, Node own) => ScopeOf(where, key, shape, tick) with
    {
        Resolve = (name, span) => name == ownName ? own : Resolve(name, span, tick) ?? name switch
        {
            "unit" => UnitFunctions.Index(Graph, shape),
            "units" => Graph.Const((double)shape.Cols * shape.Sites),
            _ => null,
        },
        Known = () => Known().Concat(["unit", "units"]),
    };

    /// <summary>Scope of texts that only the host evaluates: rates, conditions of stages.</summary>
    public Scope HostScope(string where) => new(where, "host", Shape.Scalar, (name, span) => HostValue(name) ?? ReportNotHost(name, span, where), HostKnown);

    /// <summary>One number a sample or a number of the host, for texts of single synapses: a parameter, a narrow stream; null when there is none.</summary>
    public Node? SampleValue(string name) =>
        netlist.Streams.TryGetValue(name, out var stream) ? stream.Cols == 1 ? netlist.Stream(name) : null
        : _specs.ContainsKey(name) ? Parameter(name)
        : name == "valid" ? Graph.Valid : HostValue(name);

    /// <summary>The names of <see cref="SampleValue"/>.</summary>
    public IEnumerable<string> SampleNames => netlist.Streams.Where(s => s.Value.Cols == 1).Select(s => s.Key)
        .Concat(_specs.Keys).Concat(HostKnown()).Distinct();

    private BoundCost? Bind(CostSpec cost)
    {
        var area = netlist.Area(cost.Area)!;
        _touched.Clear();
        var terms = new List<BoundTerm>();
        foreach (var term in cost.Terms)
            if (Bind(cost, term, area) is { } value)
                terms.Add(new BoundTerm(cost.Area, term.Name, value));
        var weight = binder.Bind(cost.Weight, ScopeOf($"the weight of the cost of area '{cost.Area}'", cost.Area + ".weight", Shape.Sample));
        if (weight is not null && Shape.Broadcast(weight.Shape, Shape.Sample) != Shape.Sample)
            return ReportShape(cost.Weight, $"the weight of the cost of area '{cost.Area}'", weight);
        return weight is null || terms.Count != cost.Terms.Count ? null : new BoundCost(cost, terms, weight, Teaches(cost, area));
    }

    private Node? Bind(CostSpec cost, TermSpec term, AreaSpec area)
    {
        string where = $"the cost of area '{cost.Area}'";
        var value = binder.Bind(term.Text, ScopeOf(where, $"cost.{cost.Area}.{term.Name}", netlist.ShapeOf(area)));
        if (value is null)
            return null;
        if (Shape.Broadcast(value.Shape, Shape.Sample) != Shape.Sample)
            ReportShape(term.Text, where, value);
        return Shape.Broadcast(value.Shape, Shape.Sample) != Shape.Sample ? null : Graph.Spread(value, Shape.Sample);
    }

    private BoundCost? ReportShape(ExpressionText text, string what, Node value)
    {
        binder.Fail("COST2017", text.Span, $"{what} must be one number per sample, got {value.Shape}", "wrap it in mean(...) or sum(...)");
        return null;
    }

    private Scope ScopeOf(string where, string key, Shape shape) => ScopeOf(where, key, shape, netlist.LastTick);

    /// <summary>Names mean what areas are at a tick; the last tick is what costs and measures see.</summary>
    private Scope ScopeOf(string where, string key, Shape shape, int tick) => new(where, tick == netlist.LastTick ? key : $"{key}@{tick}", shape, (name, span) => Resolve(name, span, tick), Known)
    {
        Previous = Previous,
        Trace = Trace,
        Weights = Weights,
    };

    /// <summary>A state of every lane that goes on once a step.</summary>
    private Node Trace(Shape shape, string name, Func<Node, Node> next)
    {
        shape = shape with { Rows = RowKind.Batch };
        Node? value = null;
        return value = Graph.Spread(next(netlist.Rings.PastStep(name, shape, 1, () => value)), shape);
    }

    /// <summary>The bank of a projection. Who reads it reads the compartment it ends in, for the scope of a cost.</summary>
    private Node? Weights(string name, SourceSpan span)
    {
        string canonical = ProjectionName.Normalize(name);
        var projection = netlist.Circuit.Projections.FirstOrDefault(p => p.Name == canonical);
        if (projection is null)
            return binder.Fail("COST2041", span, $"unknown projection '{name}'", Suggestions.Hint(canonical, netlist.Circuit.Projections.Select(p => p.Name)));
        _touched.Add($"{projection.To}.{projection.Compartment}");
        return netlist.Parameters.All.FirstOrDefault(p => p.Name == canonical) is { Bank.Slots: 1 } parameter
            ? Graph.Weights(new BankUse(parameter.Bank, parameter))
            : binder.Fail("COST2041", span, $"the projection '{canonical}' has no one matrix of weights", null);
    }

    /// <summary>Past values are kept for every sample, also of what is the same for all.</summary>
    private Node Previous(Node node, int lag, string name)
    {
        var shape = node.Shape with { Rows = RowKind.Batch };
        return netlist.Rings.PastStep(name, shape, lag, () => Graph.Spread(node, shape));
    }

    private Node? Resolve(string name, SourceSpan span, int tick)
    {
        if (netlist.Area(name) is { } area)
            return netlist.Activity(area, tick);
        if (netlist.Streams.ContainsKey(name))
            return netlist.Stream(name);
        if (_specs.ContainsKey(name))
            return Parameter(name, tick);
        if (HostValue(name) is { } host)
            return host;
        return name switch
        {
            "valid" => Graph.Valid,
            Specialization.Name => Graph.Learning,
            _ => IsSnapshot(name, span, out var snapshot) ? snapshot : Member(name, tick),
        };
    }

    /// <summary><c>PHASE.AREA</c> or <c>PHASE.AREA.COMPARTMENT</c>; the phase has to say that it keeps them.</summary>
    private bool IsSnapshot(string name, SourceSpan span, out Node? value)
    {
        value = null;
        if (netlist.SnapshotParts(name) is not { } parts)
            return false;
        if (!netlist.Phases.KeepsSnapshot(parts.Phase))
        {
            binder.Fail("COST2024", span, $"the phase '{name[..name.IndexOf('.')]}' keeps no snapshot, so nothing can read '{name}'", "add \"snapshot\": true to the phase");
            return true;
        }
        if (parts.Compartment is { } compartment)
            _touched.Add($"{parts.Area.Name}.{compartment}");
        return netlist.TrySnapshot(name, out value);
    }

    /// <summary><c>area.compartment</c> or <c>area.variable</c>.</summary>
    private Node? Member(string name, int tick)
    {
        int dot = name.IndexOf('.');
        if (dot < 0 || netlist.Area(name[..dot]) is not { } area)
            return null;
        string member = name[(dot + 1)..];
        if (netlist.Into(area.Name, member).Any())
        {
            _touched.Add(name);
            return netlist.Compartment(area, member, tick);
        }
        return netlist.Parameters.Variable(area.Name, member) is { } variable
            ? Graph.Memory(variable.Bank, Shape.Unit(variable.Units))
            : null;
    }

    private Node? Parameter(string name) => Parameter(name, netlist.LastTick);

    /// <summary>A parameter or modulator as it is at a tick.</summary>
    private Node? Parameter(string name, int tick)
    {
        if (_parameters.TryGetValue((name, tick), out var known))
            return known;
        var (parameter, word) = (_specs[name], costs.Modulators.Any(m => m.Name == name) ? "modulator" : "parameter");
        if (!_binding.Add(name))
            return binder.Fail("COST2018", parameter.Text.Span, $"the {word} '{name}' is defined by itself", $"{word}s may read each other, but not in a circle");
        var value = binder.Bind(parameter.Text, ScopeOf($"the {word} '{name}'", $"{word}.{name}", Shape.Sample, tick));
        _binding.Remove(name);
        return _parameters[(name, tick)] = value;
    }

    /// <summary>Numbers of the host: counters, costs and measures of the previous step, host parameters.</summary>
    private Node? HostValue(string name)
    {
        if (_ofHost.Contains(name))
            return Graph.Host(name);
        return _specs.ContainsKey(name) && Parameter(name) is { IsHost: true } host ? host : null;
    }

    /// <summary>Where the society stands, and costs, measures, modulators and monitors of the step before.</summary>
    private static IEnumerable<string> NamesOfRun(Netlist netlist, CostFile costs) => costs.Costs
        .SelectMany(c => c.Terms.Select(t => $"cost.{c.Area}.{t.Name}").Append("cost." + c.Area))
        .Concat(OtherNames(netlist, costs));

    private static IEnumerable<string> OtherNames(Netlist netlist, CostFile costs) => netlist.Circuit.Measures.Select(m => "measure." + m.Name)
        .Concat(costs.Modulators.Select(m => "modulator." + m.Name))
        .Concat(costs.Monitors.SelectMany(m => new[] { "monitor." + m.Name, AlarmPrefix + m.Name }))
        .Concat(costs.Development.Select(s => StagePrefix + s.Name)).Concat(costs.Development.Take(1).Select(_ => SinceStage));

    private Node? ReportNotHost(string name, SourceSpan span, string where)
    {
        string? what = netlist.Area(name) is not null ? "is an area"
            : netlist.Streams.ContainsKey(name) ? "is a stream"
            : _parameters.GetValueOrDefault((name, netlist.LastTick)) is not null ? "has a value for each sample" : null;
        return what is null || Diagnostics.HasErrorAt(span) ? null : binder.Fail("COST2010", span, $"'{name}' {what}, but {where} is one number that is known before the step",
            "costs and measures of the step before are known: " + string.Join(", ", HostKnown().Where(IsLagged).Order(StringComparer.Ordinal)));
    }

    private static bool IsLagged(string name) => name.Contains('.')
        && !name.StartsWith(StagePrefix, StringComparison.Ordinal) && !name.StartsWith(AlarmPrefix, StringComparison.Ordinal);

    private IEnumerable<string> HostKnown() => HostNames
        .Concat(costs.Costs.SelectMany(c => c.Terms.Select(t => $"cost.{c.Area}.{t.Name}")))
        .Concat(OtherNames(netlist, costs))
        .Concat(_specs.Keys.Where(p => _parameters.GetValueOrDefault((p, netlist.LastTick)) is null or { IsHost: true }));

    private IEnumerable<string> Known() => netlist.Circuit.Areas.Select(a => a.Name).Concat(netlist.SnapshotNames())
        .Concat(netlist.Circuit.Projections.Where(p => p.Compartment != "basal").Select(p => $"{p.To}.{p.Compartment}"))
        .Concat(netlist.Streams.Keys).Concat(_specs.Keys).Concat(HostKnown()).Append("valid").Append(Specialization.Name);

    /// <summary>
    /// The parameters a cost changes: what it names, or the area's variables and incoming projections and those of its
    /// outgoing ones that end in a compartment the cost reads.
    /// </summary>
    private IReadOnlySet<Parameter> Teaches(CostSpec cost, AreaSpec area)
    {
        if (cost.Teaches.Any(t => t.Name == "upstream"))
            return _all ??= [.. netlist.Parameters.All];
        return cost.Teaches.Count > 0 ? Named(cost.Teaches) : Default(area);
    }

    /// <summary>The parameters that a list of areas and projections means.</summary>
    public HashSet<Parameter> Named(IEnumerable<NameSpec> names)
    {
        var result = new HashSet<Parameter>();
        foreach (var name in names)
            if (netlist.Area(name.Name) is { } area)
                result.UnionWith(netlist.Parameters.OfArea(area.Name));
            else if (_index.Projection(name.Name) is { } projection)
                result.UnionWith(netlist.Parameters.Of(projection));
            else if (!Diagnostics.HasErrorAt(name.Span))
                Diagnostics.Error("COST2019", name.Span, $"unknown area or projection '{name.Name}'",
                    Suggestions.Hint(name.Name, netlist.Circuit.Areas.Select(a => a.Name).Concat(netlist.Circuit.Projections.Select(p => p.Name))));
        return result;
    }

    private HashSet<Parameter> Default(AreaSpec area)
    {
        var result = netlist.Parameters.OfArea(area.Name).Where(p => p.Projection is null || IsRead(p.Projection)).ToHashSet();
        foreach (var projection in _index.From(area.Name))
            if (_touched.Contains($"{projection.To}.{projection.Compartment}"))
                result.UnionWith(netlist.Parameters.Of(projection));
        return result;
    }

    /// <summary>Projections into compartments that only other areas' costs read belong to those.</summary>
    private bool IsRead(ProjectionSpec projection) =>
        projection.Compartment == "basal" || _touched.Contains($"{projection.To}.{projection.Compartment}")
        || netlist.Area(projection.To)!.Dynamics is not null;
}
