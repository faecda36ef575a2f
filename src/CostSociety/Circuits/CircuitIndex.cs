using System.Runtime.CompilerServices;

namespace CostSociety.Circuits;

/// <summary>Areas, streams and projections of a circuit by name and by where they end, so that no look-up walks a list.</summary>
internal sealed class CircuitIndex
{
    private static readonly ConditionalWeakTable<Circuit, CircuitIndex> _known = [];

    private readonly Dictionary<string, AreaSpec> _areas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProjectionSpec> _projections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StreamSpec> _streams = new(StringComparer.Ordinal);
    private readonly ILookup<string, ProjectionSpec> _into;
    private readonly ILookup<string, ProjectionSpec> _from;
    private readonly ILookup<(string, string), ProjectionSpec> _intoCompartment;

    private CircuitIndex(Circuit circuit)
    {
        foreach (var area in circuit.Areas)
            _areas.TryAdd(area.Name, area);
        foreach (var projection in circuit.Projections)
            _projections.TryAdd(projection.Name, projection);
        foreach (var stream in circuit.Streams)
            _streams.TryAdd(stream.Name, stream);
        _into = circuit.Projections.ToLookup(p => p.To, StringComparer.Ordinal);
        _from = circuit.Projections.ToLookup(p => p.From, StringComparer.Ordinal);
        _intoCompartment = circuit.Projections.ToLookup(p => (p.To, p.Compartment));
    }

    /// <summary>The index of a circuit, made once.</summary>
    public static CircuitIndex Of(Circuit circuit) => _known.GetValue(circuit, c => new CircuitIndex(c));

    /// <summary>The area of a name, or null.</summary>
    public AreaSpec? Area(string name) => _areas.GetValueOrDefault(name);

    /// <summary>The projection of a canonical name, or null.</summary>
    public ProjectionSpec? Projection(string name) => _projections.GetValueOrDefault(name);

    /// <summary>The stream of a name, or null.</summary>
    public StreamSpec? Stream(string name) => _streams.GetValueOrDefault(name);

    /// <summary>Projections into an area, in the order of the file.</summary>
    public IEnumerable<ProjectionSpec> Into(string area) => _into[area];

    /// <summary>Projections into a compartment, in the order of the file.</summary>
    public IEnumerable<ProjectionSpec> Into(string area, string compartment) => _intoCompartment[(area, compartment)];

    /// <summary>Projections that an area sends, in the order of the file.</summary>
    public IEnumerable<ProjectionSpec> From(string area) => _from[area];

    /// <summary>Whether an area sends a projection.</summary>
    public bool Sends(string area) => _from.Contains(area);

    /// <summary>Whether a projection ends in an area.</summary>
    public bool Receives(string area) => _into.Contains(area);

    /// <summary>Sites an area lies on: the positions of its patches or pools, or 1.</summary>
    public int Sites(AreaSpec area) =>
        area.Shape.Count == 3 && Into(area.Name).Any(p => p.Patch is not null || p.Pool is not null) ? area.Shape[1] * area.Shape[2] : 1;

    /// <summary>
    /// Values of a variable of an area: one a map where all positions are alike, one a unit where no patch shares its
    /// weights over positions.
    /// </summary>
    public int VariableUnits(AreaSpec area)
    {
        bool isLocal = Into(area.Name).Any(p => p.Patch is { Shared: false })
            && !Into(area.Name).Any(p => p.Patch is { Shared: true } || p.Pool is not null);
        return isLocal ? area.Units : area.Units / Sites(area);
    }

    /// <summary>Shape of what an area shows: an image for an area that reads one.</summary>
    public IReadOnlyList<int> ImageOf(AreaSpec area) =>
        area.Shape.Count == 3 || area.Reads is null ? area.Shape : Stream(area.Reads)!.Shape;
}
