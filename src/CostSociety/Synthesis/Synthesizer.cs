using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>Circuit + costs + rules -> graph with adjoints -> layout -> bitstream.</summary>
internal sealed partial class Synthesizer
{
    private readonly Circuit _circuit;
    private readonly CostFile _costs;
    private readonly Diagnostics _diagnostics;
    private readonly Graph _graph;
    private readonly Layout _layout;
    private readonly HostRegisters _registers = new();
    private readonly Binder _binder;
    private readonly Specialization _learns;
    private readonly Lowering _learning;
    private readonly Lowering _predicting;
    private readonly Parameters _parameters;
    private readonly Netlist _netlist;
    private readonly CostBinding _binding;
    private readonly Symbol _one;
    private readonly Ground _ground;
    private readonly List<LocalText> _locals = [];

    private Synthesizer(Circuit circuit, CostFile costs, Ground ground)
    {
        (_circuit, _costs, _ground, _diagnostics) = (circuit, costs, ground, ground.Binder.Diagnostics);
        (_graph, _layout, _binder, _netlist, _one) = (ground.Graph, ground.Layout, ground.Binder, ground.Netlist, ground.One);
        _parameters = _netlist.Parameters;
        _learns = new Specialization(_graph, 1);
        _learning = new Lowering(_graph);
        _predicting = new Lowering(_graph, learning: 0);
        _binding = new CostBinding(_netlist, costs, _binder);
    }

    /// <summary>Makes the bitstream of a circuit under a cost file; null when there are errors, all of them reported.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="costs">Its costs.</param>
    /// <param name="diagnostics">Where errors go.</param>
    public static Synthesized? Run(Circuit circuit, CostFile costs, Diagnostics diagnostics)
    {
        if (!ReferenceEquals(costs, circuit.Costs))
            costs.CheckAgainst(circuit, diagnostics);
        return Run(circuit, costs, diagnostics, isProbe: false);
    }

    private static Synthesized? Run(Circuit circuit, CostFile costs, Diagnostics diagnostics, bool isProbe)
    {
        long levels = Ground.IsKnown(circuit, costs) ? 0 : (long)circuit.Areas.Count * circuit.Schedule.Sum(p => (long)p.Ticks);
        try
        {
            return DeepStack.Run(levels, () => new Synthesizer(circuit, costs, Ground.Of(circuit, costs, diagnostics)).Run(isProbe));
        }
        catch (MemoryBudgetException e)
        {
            diagnostics.Error("COST2090", PlaceOf(circuit, e.Term), $"the society is too large: {e.Message}",
                "make areas, batch or delays smaller, or allow more with --memory");
            return null;
        }
    }

    /// <summary>The projection or area whose state a term names, else the circuit.</summary>
    private static SourceSpan PlaceOf(Circuit circuit, string term) =>
        circuit.Projections.Where(p => term.StartsWith($"'{p.Name}.", StringComparison.Ordinal)).Select(p => (SourceSpan?)p.Span).FirstOrDefault()
        ?? circuit.Areas.Where(a => term.StartsWith($"'{a.Name}.", StringComparison.Ordinal)).Select(a => (SourceSpan?)a.Span).FirstOrDefault()
        ?? circuit.Learning.Span;

    private Synthesized? Run(bool isProbe)
    {
        Modulate();
        var costs = _binding.Bind();
        var measures = Measures().Where(m => m.Node is not null).ToList();
        var factors = LearningFactors.Of(_costs, _binding, _binder);
        var stages = BindStages();
        _locals.AddRange(LocalText.BindAll(_netlist, _binding, _binder, factors));
        ReportUnread();
        _netlist.Phases.Check(_diagnostics);
        var updates = BindUpdates(factors);
        if (_diagnostics.HasErrors)
            return null;
        return Assemble(costs, [.. measures.Select(m => (m.Name, m.Node!))], stages, factors, isProbe ? null : updates);
    }

    /// <summary>Areas are made before any cost is bound, so that what texts of gains read is not taken for what a cost reads.</summary>
    private void Modulate()
    {
        if (!_costs.Modulates)
            return;
        _netlist.Modulation = new Modulation(_costs, _binding, _binder, _graph);
        foreach (var area in _circuit.Areas)
            _netlist.Activity(area, _netlist.LastTick);
    }

    /// <summary>Measures of the circuit, and what the cost file records besides.</summary>
    private IEnumerable<(string Name, Node? Node)> Measures() => _circuit.Measures.Select(m => ("measure." + m.Name, _binding.Bind(m)))
        .Concat(_costs.Modulators.Select(m => ("modulator." + m.Name, _binding.Recorded(m))))
        .Concat(_costs.Monitors.Select(m => ("monitor." + m.Name, _binding.Bind(m))));

    private Synthesized Assemble(
        IReadOnlyList<BoundCost> costs, IReadOnlyList<(string Name, Node Node)> measures,
        List<BoundStage> stages, LearningFactors factors, Dictionary<Parameter, Kernel>? updates)
    {
        var passes = new List<Pass>();
        var teaching = new Teaching(_graph, _parameters, _netlist.Phases, updates is not null && stages.Exists(s => s.Plastic is not null))
        {
            ReachesFixed = updates is null,
            Factors = p => factors.OfSamples(p) is { } factor ? _learns.Of(factor) : null,
        };
        var terms = teaching.Run([.. costs.Select(WhileLearning)], passes);
        var costRecords = costs.SelectMany(c => c.Terms).Select(t => (Record: PlaceRecord($"cost.{t.Area}.{t.Name}"), Node: Batch.Sum(_graph, t.Value))).ToList();
        var measureRecords = measures.Select(m => (Record: PlaceRecord(m.Name), m.Node)).ToList();
        var assembler = new Assembler(_netlist.Batch, _registers, _graph, shape => AllocateScratch("spilled", shape));
        var records = costRecords.Concat(measureRecords).Select(r => (r.Node, r.Record.Symbol)).ToList();
        var learn = EmitLearn(assembler, records, terms, updates, teaching);
        var predictSignals = updates is null ? [] : EmitPredict(assembler, records);
        var actSignals = updates is null || !_netlist.Rings.Any ? predictSignals : EmitAct(assembler);
        _registers.Freeze();
        return new Synthesized
        {
            Circuit = _circuit,
            Costs = _costs,
            Bitstream = assembler.Finish(_layout.Sizes),
            State = _layout.State,
            Parameters = _parameters,
            Registers = _registers,
            Streams = _netlist.Streams,
            Valid = _netlist.Valid,
            One = _one,
            CostRecords = [.. costRecords.Select(r => r.Record)],
            MeasureRecords = [.. measureRecords.Select(r => r.Record)],
            LearnSchedule = learn.Schedule,
            LearnTerms = learn.Terms,
            LearnOfWeights = teaching.OfWeights.ToDictionary(w => w.Key, w => _learning.Lower(w.Value)),
            LearnSignals = learn.Signals,
            Changes = learn.Changes,
            PredictSignals = predictSignals,
            ActSignals = actSignals,
            Gradients = _gradients,
            Stages = stages,
            Passes = passes,
            BoundCosts = costs,
            Graph = _graph,
            Names = SignalNames(costs),
        };
    }

    /// <summary>An activity that is a compartment or a stream as it stands goes by the name of its area.</summary>
    private Dictionary<Node, string> SignalNames(IReadOnlyList<BoundCost> costs)
    {
        var names = new Dictionary<Node, string>();
        foreach (var area in _circuit.Areas)
            names.TryAdd(_netlist.Activity(area, _netlist.LastTick)!, area.Name);
        foreach (var (name, node) in _netlist.Compartments)
            names.TryAdd(node, name);
        foreach (string stream in _netlist.Streams.Keys)
            names.TryAdd(_netlist.Stream(stream), stream);
        foreach (var weights in GraphOrder.Of(costs.SelectMany(c => c.Terms).Select(t => t.Value)).Where(n => n.Kind == NodeKind.Weights))
            names.TryAdd(weights, NodeText.Write(weights, names));
        return names;
    }

    private Symbol AllocateScratch(Node node) => AllocateScratch($"t{node.Id}", node.Shape);

    private Symbol AllocateScratch(string name, Shape shape) => _layout.Place(new Symbol
    {
        Name = name,
        Region = Region.Scratch,
        Kind = (shape.Rows, shape.Cols) switch
        {
            (RowKind.One, 1) => SymbolKind.Scalar,
            (RowKind.One, _) => SymbolKind.Vector,
            (_, 1) => SymbolKind.Column,
            _ => SymbolKind.Signal,
        },
        Rows = shape.RowCount(_netlist.Batch),
        Cols = shape.Cols,
    });

    private Record PlaceRecord(string name) => new(name, _layout.Place(
        new Symbol { Name = name, Region = Region.Io, Kind = SymbolKind.Scalar, Rows = 1, Cols = 1 }));

    private Dictionary<Parameter, Kernel> BindUpdates(LearningFactors factors)
    {
        var updates = new Dictionary<Parameter, Kernel>();
        foreach (var parameter in _parameters.All)
            if (BindUpdate(parameter, factors.OfRate(parameter)) is { } kernel)
                updates[parameter] = kernel;
        return updates;
    }

    private Kernel? BindUpdate(Parameter parameter, Node? factor) =>
        (factor is null ? _ground.Updates.GetValueOrDefault(parameter) : null)
        ?? UpdateText.Of(parameter, _binder, _binding.HostScope($"the update of '{parameter.Name}'"), factor);

    private List<BoundStage> BindStages()
    {
        var stages = new List<BoundStage>();
        foreach (var stage in _costs.Development)
        {
            var (until, duration) = BindUntil(stage);
            stages.Add(new BoundStage(stage, until, duration, stage.Plastic is { } plastic ? _binding.Named(plastic) : null));
        }
        return stages;
    }

    private (int Register, int Duration) BindUntil(StageSpec stage)
    {
        if (stage.Until is null || Parser.ParseCondition(stage.Until, _diagnostics) is not { } condition)
            return (-1, 0);
        var node = _binder.Bind(condition.Condition, _binding.HostScope($"the end of stage '{stage.Name}'"));
        if (node is { IsHost: false })
            _binder.Fail("COST2010", stage.Until.Span, $"the end of a stage is decided by the host, got {node.Shape}", null);
        return node is { IsHost: true } ? (_registers.Of(node), condition.DurationSteps) : (-1, 0);
    }

    /// <summary>A compartment that neither dynamics nor a cost reads does nothing: most likely a mistake. A wrong text may have read it.</summary>
    private void ReportUnread()
    {
        if (_diagnostics.HasErrors)
            return;
        bool isOwnCosts = ReferenceEquals(_costs, _circuit.Costs);
        foreach (var projection in _circuit.Projections.Where(p => !_netlist.UsedProjections.Contains(p.Name)))
            _diagnostics.Add(new Diagnostic(isOwnCosts ? Severity.Error : Severity.Warning, "COST2021",
                $"nothing reads the compartment '{projection.Compartment}' of area '{projection.To}', so '{projection.Name}' does nothing",
                projection.Span, $"name {projection.To}.{projection.Compartment} in a cost or in the dynamics, or take the projection out"));
    }
}
