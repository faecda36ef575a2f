using System.Runtime.CompilerServices;
using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>
/// What a synthesis begins with and no cost has a say in: parameters and their places, the activity of every area, and the
/// updates that read nothing of a cost file. Every synthesis of a circuit extends a copy of its own, so that exchanging
/// costs does not make it again, and equal costs give equal bits whichever came before.
/// </summary>
internal sealed class Ground
{
    private static readonly ConditionalWeakTable<Circuit, Ground> _bare = [];
    private static readonly ConditionalWeakTable<Circuit, Ground> _known = [];

    private readonly MemoryBudget _budget;

    private Ground(Circuit circuit, Diagnostics diagnostics)
    {
        _budget = MemoryBudget.Of(circuit);
        (Graph, Layout) = (new Graph(_budget), new Layout(_budget));
        Binder = new Binder(Graph, Library.Shipped, diagnostics);
        var parameters = new Parameters(circuit, Layout, Binder.Library, diagnostics);
        Netlist = new Netlist(circuit, Graph, Layout, parameters, Binder);
        One = Layout.Place(new Symbol { Name = "one", Region = Region.Io, Kind = SymbolKind.Scalar, Rows = 1, Cols = 1 });
        MaskText.Check(parameters, Binder);
    }

    private Ground(Ground original, Diagnostics diagnostics)
    {
        _budget = original._budget.Copy();
        (Graph, Layout) = (original.Graph.Copy(_budget), original.Layout.Copy(_budget));
        Binder = new Binder(Graph, original.Binder.Library, diagnostics);
        Netlist = new Netlist(original.Netlist, Graph, Layout, Binder);
        (One, Updates) = (original.One, original.Updates);
    }

    public Graph Graph { get; }

    public Layout Layout { get; }

    public Binder Binder { get; }

    public Netlist Netlist { get; }

    public Symbol One { get; }

    /// <summary>Updates of parameters whose texts read nothing of a cost file.</summary>
    public IReadOnlyDictionary<Parameter, Kernel> Updates { get; private set; } = new Dictionary<Parameter, Kernel>();

    /// <summary>Whether the ground of a circuit under such costs is at hand, so that nothing goes from area to area any more.</summary>
    public static bool IsKnown(Circuit circuit, CostFile costs) => !costs.Modulates && _known.TryGetValue(circuit, out _);

    /// <summary>The ground of a circuit, for one synthesis to extend. Where costs modulate signals, the areas are left for it to make.</summary>
    public static Ground Of(Circuit circuit, CostFile costs, Diagnostics diagnostics)
    {
        if (!costs.Modulates && _known.TryGetValue(circuit, out var known))
            return new Ground(known, diagnostics);
        int messages = diagnostics.Items.Count;
        var made = Bare(circuit, diagnostics);
        if (costs.Modulates)
            return made;
        made.MakeAreas(circuit);
        // Rings ask the netlist that made them, and messages belong to every synthesis anew.
        if (!made.Netlist.Rings.Any && diagnostics.Items.Count == messages)
            _known.TryAdd(circuit, new Ground(made, new Diagnostics()));
        return made;
    }

    /// <summary>Parameters and streams in their places, and nothing of any area.</summary>
    private static Ground Bare(Circuit circuit, Diagnostics diagnostics)
    {
        if (_bare.TryGetValue(circuit, out var known))
            return new Ground(known, diagnostics);
        int messages = diagnostics.Items.Count;
        var made = new Ground(circuit, diagnostics);
        if (diagnostics.Items.Count == messages)
            _bare.TryAdd(circuit, new Ground(made, new Diagnostics()));
        return made;
    }

    private void MakeAreas(Circuit circuit)
    {
        foreach (var area in circuit.Areas)
            Netlist.Activity(area, Netlist.LastTick);
        Updates = BindUpdates();
    }

    private Dictionary<Parameter, Kernel> BindUpdates()
    {
        var updates = new Dictionary<Parameter, Kernel>();
        var binder = new Binder(Graph, Binder.Library, new Diagnostics());
        foreach (var parameter in Netlist.Parameters.All)
            if (UpdateText.Of(parameter, binder, HostScope()) is { } kernel)
                updates[parameter] = kernel;
        return updates;
    }

    /// <summary>Numbers the host knows whatever the costs are.</summary>
    private Scope HostScope() => new("an update", "host", Shape.Scalar,
        (name, _) => CostBinding.HostNames.Contains(name) ? Graph.Host(name) : null, () => CostBinding.HostNames);
}
