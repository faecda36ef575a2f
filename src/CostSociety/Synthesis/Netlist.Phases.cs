using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <content>What phases do to areas, and what can be read of them.</content>
internal sealed partial class Netlist
{
    /// <summary>The schedule by ticks.</summary>
    public Phases Phases { get; }

    /// <summary>
    /// <c>PHASE.AREA</c> or <c>PHASE.AREA.COMPARTMENT</c>: the value at the end of a phase that keeps a snapshot. False
    /// when the name is none of these; the value is null when it could not be made (already reported).
    /// </summary>
    public bool TrySnapshot(string name, out Node? value)
    {
        value = null;
        if (SnapshotParts(name) is not { } parts)
            return false;
        int tick = Phases.LastTick(parts.Phase);
        value = parts.Compartment is null ? Activity(parts.Area, tick) : Compartment(parts.Area, parts.Compartment, tick);
        return true;
    }

    /// <summary>The parts of the name of a snapshot; null when it is no such name.</summary>
    public (int Phase, AreaSpec Area, string? Compartment)? SnapshotParts(string name)
    {
        string[] parts = name.Split('.');
        if (parts.Length is < 2 or > 3 || Phases.Find(parts[0]) is not (>= 0 and int phase) || Area(parts[1]) is not { } area)
            return null;
        if (parts.Length == 3 && !Into(area.Name, parts[2]).Any())
            return null;
        return (phase, area, parts.Length == 3 ? parts[2] : null);
    }

    /// <summary>Names of all snapshots, for hints.</summary>
    public IEnumerable<string> SnapshotNames()
    {
        var names = _circuit.Areas.Select(a => a.Name).Concat(_circuit.Projections.Select(p => $"{p.To}.{p.Compartment}")).Distinct().ToList();
        return _circuit.Schedule.Where(p => p.Snapshot).SelectMany(p => names.Select(n => $"{p.Name}.{n}"));
    }

    /// <summary>What an area shows at a tick; what rests shows what it showed before, modulated as it was then.</summary>
    private Node? Shown(AreaSpec area, int tick)
    {
        bool shows = area.Reads is not null || Phases.ClampOf(area.Name, tick) is not null;
        if (!shows && !Phases.Moves(area, tick))
            return Rings.Past($"{area.Name}.{Dynamics.ActivityName}", ShapeOf(area), 1, tick, t => Activity(area, t));
        var own = shows ? ShownStream(area, tick) : _dynamics.Activity(area, tick);
        return own is null || Modulation is null ? own : Modulation.OfArea(area.Name, own, shows ? own.Shape : ShapeOf(area), tick);
    }

    /// <summary>The stream that an area is clamped to, or else reads.</summary>
    private Node ShownStream(AreaSpec area, int tick) => Phases.ClampOf(area.Name, tick) is { } clamp
        ? Layouts.Unflatten(_graph, Stream(clamp), area.Reads is null ? Sites(area) : 1)
        : Stream(area.Reads!);
}
