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
        new Synthesizer(circuit, costs, Language.Library.Shipped, diagnostics).Run(isProbe: true);

    /// <summary>A cost as the entry point that learns sees it, so that its derivative has no branch for the others.</summary>
    private BoundCost WhileLearning(BoundCost cost) => cost with
    {
        Terms = [.. cost.Terms.Select(t => t with { Value = _learns.Of(t.Value) })],
        Weight = _learns.Of(cost.Weight),
    };

    private (Schedule Schedule, Dictionary<Parameter, List<GradientTerm>> Terms, List<VisibleSignal> Signals) EmitLearn(
        Assembler assembler, List<(Node Node, Symbol Symbol)> records,
        IReadOnlyDictionary<Parameter, List<GradientTerm>> terms, Dictionary<Parameter, Kernel>? updates, Teaching teaching)
    {
        var schedule = new Schedule(AllocateScratch);
        Aim(schedule, records, _learning);
        var lowered = terms.ToDictionary(t => t.Key, t => t.Value.ConvertAll(Lower));
        var signals = Forward(schedule, records, _learning);
        StoreRings(schedule, _learning, learns: true, writes: updates is not null);
        foreach (var term in lowered.Values.SelectMany(t => t))
            Materialize(schedule, term);
        if (updates is not null)
            assembler.EntryPoint("learn", true, schedule, () => EmitUpdates(assembler, schedule, lowered, updates, teaching));
        else
            assembler.EntryPoint("probe", false, schedule, () => EmitGradients(assembler, schedule, lowered));
        return (schedule, lowered, signals);
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

    private static void Materialize(Schedule schedule, GradientTerm term)
    {
        if (!term.Pre.IsConst(1))
            schedule.Materialize(term.Pre);
        schedule.Materialize(term.Post);
    }

    private void EmitUpdates(
        Assembler assembler, Schedule schedule, Dictionary<Parameter, List<GradientTerm>> terms,
        Dictionary<Parameter, Kernel> updates, Teaching teaching)
    {
        var scale = _graph.Host(Language.Batch.InverseValid);
        foreach (var (parameter, list) in terms)
        {
            var operands = list.ConvertAll(t => (PreOf(schedule, t), PostOf(schedule, t)));
            void Emit() => assembler.Correlate(parameter.Bank, operands, updates[parameter], scale);
            if (teaching.HasStages)
                assembler.When(teaching.IsPlastic(parameter), counter: 1, Emit);
            else
                Emit();
        }
    }

    private void EmitGradients(Assembler assembler, Schedule schedule, Dictionary<Parameter, List<GradientTerm>> terms)
    {
        foreach (var (parameter, list) in terms)
        {
            var bank = parameter.Bank;
            _gradients[parameter] = _layout.Place(new Symbol
            {
                Name = parameter.Name + ".gradient",
                Region = Region.Scratch,
                Kind = SymbolKind.Bank,
                Rows = bank.Rows,
                Cols = bank.Cols,
            });
            var operands = list.ConvertAll(t => (PreOf(schedule, t), PostOf(schedule, t)));
            assembler.Gradient(_gradients[parameter], operands, _graph.Host(Language.Batch.InverseValid));
        }
    }

    private Operand PreOf(Schedule schedule, GradientTerm term) => term.Pre.IsConst(1)
        ? _one.View(term.Post.Shape.RowCount(_netlist.Batch))
        : schedule.SymbolOf(term.Pre).View(term.Pre.Shape.RowCount(_netlist.Batch));

    private Operand PostOf(Schedule schedule, GradientTerm term) =>
        schedule.SymbolOf(term.Post).View(term.Post.Shape.RowCount(_netlist.Batch));
}
