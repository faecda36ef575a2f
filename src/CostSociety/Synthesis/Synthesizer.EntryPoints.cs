using CostSociety.Circuits;
using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <content>
/// The entry points: <c>learn</c>, <c>predict</c> (writes no state), <c>act</c> (moves the state of lanes; only where
/// there is such state), and <c>probe</c>, alone in a bitstream of its own, which leaves gradients in scratch.
/// </content>
internal sealed partial class Synthesizer
{
    private readonly Dictionary<Parameter, Symbol> _gradients = [];

    /// <summary>Makes the bitstream of a probe: the state of <see cref="Run(Circuit, Costs.CostFile, Language.Diagnostics)"/>, and one entry point that writes none of it.</summary>
    public static Synthesized? RunProbe(Circuit circuit, Costs.CostFile costs, Language.Diagnostics diagnostics) =>
        Run(circuit, costs, diagnostics, isProbe: true);

    /// <summary>A cost as the entry point that learns sees it, so that its derivative has no branch for the others.</summary>
    private BoundCost WhileLearning(BoundCost cost) => cost with
    {
        Terms = [.. cost.Terms.Select(t => t with { Value = _learns.Of(t.Value) })],
        Weight = _learns.Of(cost.Weight),
    };

    private (Schedule Schedule, Dictionary<Parameter, List<GradientTerm>> Terms, List<VisibleSignal> Signals, List<BankChange> Changes) EmitLearn(
        Assembler assembler, List<(Node Node, Symbol Symbol)> records,
        IReadOnlyDictionary<Parameter, List<GradientTerm>> terms, Dictionary<Parameter, Kernel>? updates, Teaching teaching)
    {
        var schedule = new Schedule(AllocateScratch);
        Aim(schedule, records, _learning);
        var lowered = terms.ToDictionary(t => t.Key, t => t.Value.ConvertAll(Lower));
        var signals = Forward(schedule, records, _learning);
        StoreRings(schedule, _learning, learns: true, writes: updates is not null);
        var changes = updates is null ? Looks(lowered, teaching) : ChangesOf(lowered, updates, teaching);
        foreach (var change in changes)
            change.Materialize(schedule);
        assembler.EntryPoint(updates is null ? "probe" : "learn", updates is not null, schedule, () => EmitChanges(assembler, schedule, changes, teaching));
        return (schedule, lowered, signals, changes);
    }

    private List<VisibleSignal> EmitPredict(Assembler assembler, List<(Node Node, Symbol Symbol)> records)
    {
        _layout.BeginEntryPoint();
        var schedule = new Schedule(AllocateScratch);
        Aim(schedule, records, _predicting);
        var signals = Forward(schedule, records, _predicting);
        assembler.EntryPoint("predict", false, schedule, () => { });
        return signals;
    }

    private List<VisibleSignal> EmitAct(Assembler assembler)
    {
        _layout.BeginEntryPoint();
        var schedule = new Schedule(AllocateScratch);
        var signals = Forward(schedule, [], _predicting);
        StoreRings(schedule, _predicting, learns: false, writes: true);
        assembler.EntryPoint("act", true, schedule, () => { });
        return signals;
    }

    /// <summary>Rings are made while they are gone through, so a probe goes through them too: its state lies in the same places.</summary>
    private void StoreRings(Schedule schedule, Lowering lowering, bool learns, bool writes)
    {
        foreach (var (node, slot) in _netlist.Rings.Stores(learns).ToList())
            if (writes)
                schedule.StoreTo(lowering.Lower(node), slot);
    }

    private static void Aim(Schedule schedule, List<(Node Node, Symbol Symbol)> records, Lowering lowering)
    {
        foreach (var (node, symbol) in records)
            schedule.Aim(lowering.Lower(node), symbol);
    }

    private List<VisibleSignal> Forward(Schedule schedule, List<(Node Node, Symbol Symbol)> records, Lowering lowering)
    {
        var signals = new List<VisibleSignal>();
        foreach (var area in _circuit.Areas)
            AddSignal(schedule, signals, area.Name, area, lowering.Lower(_netlist.Activity(area, _netlist.LastTick)!));
        foreach (var (name, node) in _netlist.Compartments)
            AddSignal(schedule, signals, name, _netlist.Area(name[..name.IndexOf('.')])!, lowering.Lower(node));
        foreach (var (node, symbol) in records)
            schedule.StoreTo(lowering.Lower(node), symbol);
        return signals;
    }

    private static void AddSignal(Schedule schedule, List<VisibleSignal> signals, string name, AreaSpec area, Node lowered)
    {
        schedule.Materialize(lowered);
        signals.Add(new VisibleSignal(name, schedule.SymbolOf(lowered), lowered.Shape, area.Shape));
    }

    private GradientTerm Lower(GradientTerm term) => new(_learning.Lower(term.Pre), _learning.Lower(term.Post));

    private List<BankChange> ChangesOf(Dictionary<Parameter, List<GradientTerm>> terms, Dictionary<Parameter, Kernel> updates, Teaching teaching)
    {
        var context = Context();
        // Texts come first, so that they see the variables of their areas before these learn.
        return [.. _locals.Select(t => LocalChange.Of(t, context)), .. terms.Select(t => new GradientChange(
            t.Key, updates[t.Key], t.Value, context) { OfWeights = OfWeights(t.Key, teaching) })];
    }

    /// <summary>What a probe does in place of changes: the same gradients, to be looked at.</summary>
    private List<BankChange> Looks(Dictionary<Parameter, List<GradientTerm>> terms, Teaching teaching)
    {
        var context = Context();
        var looks = terms.Select(t => new GradientLook(t.Key, t.Value, OfWeights(t.Key, teaching), context)).ToList();
        foreach (var look in looks)
            _gradients[look.Parameter] = look.Target;
        return [.. looks];
    }

    private ChangeContext Context() => new(_graph, _layout, _netlist.Batch, _one, AllocateScratch);

    private Node? OfWeights(Parameter parameter, Teaching teaching) =>
        teaching.OfWeights.TryGetValue(parameter, out var node) ? _learning.Lower(node) : null;

    private static void EmitChanges(Assembler assembler, Schedule schedule, List<BankChange> changes, Teaching teaching)
    {
        foreach (var change in changes)
            if (teaching.HasStages)
                assembler.When(teaching.IsPlastic(change.Parameter), () => change.Emit(assembler, schedule));
            else
                change.Emit(assembler, schedule);
    }
}
