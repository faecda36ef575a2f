using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Checks of phases: their names, and the names and shapes they refer to.</summary>
internal sealed class ScheduleChecks(Circuit circuit, Diagnostics diagnostics)
{
    private readonly CircuitIndex _index = CircuitIndex.Of(circuit);

    /// <summary>Reports everything wrong with the schedule.</summary>
    public static void Check(Circuit circuit, Diagnostics diagnostics)
    {
        var checks = new ScheduleChecks(circuit, diagnostics);
        checks.CheckNames();
        foreach (var phase in circuit.Schedule)
            checks.Check(phase);
    }

    private void CheckNames()
    {
        var taken = CircuitChecks.NamesOfSignals(circuit);
        foreach (var phase in circuit.Schedule.Where(p => !p.IsImplied && p.Name.Length > 0))
            if (taken.TryGetValue(phase.Name, out string? what))
                Error(FileErrors.NameTaken, phase.Span, $"the phase '{phase.Name}' has the name of {what}", "give one of them another name");
            else if (phase.Snapshot && phase.Name is "measure" or "valid")
                Error(FileErrors.NameTaken, phase.Span, $"'{phase.Name}' has a meaning of its own in texts", $"for example '{phase.Name}_phase'");
    }

    private void Check(PhaseSpec phase)
    {
        foreach (var clamp in phase.Clamp)
            CheckClamp(phase, clamp);
        foreach (var name in phase.Active ?? [])
            if (_index.Area(name.Name) is null)
                Unknown(name.Span, "area", name.Name, circuit.Areas.Select(a => a.Name));
            else if (phase.Clamp.Any(c => c.Area == name.Name))
                Error(FileErrors.Contradiction, name.Span, $"'{name.Name}' is active and clamped in the phase '{phase.Name}'",
                    "leave it out of 'active': it shows the stream");
        foreach (var name in phase.Plastic ?? [])
            CheckPlastic(name);
    }

    private void CheckClamp(PhaseSpec phase, ClampSpec clamp)
    {
        var (area, stream) = (_index.Area(clamp.Area), _index.Stream(clamp.Stream));
        if (area is null)
            Unknown(clamp.Span, "area", clamp.Area, circuit.Areas.Select(a => a.Name));
        if (stream is null)
            Unknown(clamp.StreamSpan, "stream", clamp.Stream, circuit.Streams.Select(s => s.Name));
        if (area is { Shape.Count: > 0 } && stream is { Shape.Count: > 0 } && area.Units != stream.Width)
            Error(FileErrors.Shape, clamp.StreamSpan,
                $"the phase '{phase.Name}' clamps '{area.Name}' of {area.Units} units to '{stream.Name}' of {stream.Width} values a sample",
                $"clamp it to a stream of {area.Units} values");
    }

    private void CheckPlastic(NameSpec name)
    {
        if (_index.Projection(name.Name) is { Pool: not null })
            Error(FileErrors.Contradiction, name.Span, $"'{name.Name}' is a pool and has no weights that could learn", "leave it out");
        else if (_index.Area(name.Name) is null && _index.Projection(name.Name) is null)
            Unknown(name.Span, "area or projection", name.Name, circuit.Areas.Select(a => a.Name).Concat(circuit.Projections.Select(p => p.Name)));
    }

    private void Unknown(SourceSpan span, string what, string name, IEnumerable<string> known) =>
        Error(FileErrors.UnknownName, span, $"there is no {what} '{name}'", Suggestions.Hint(name, known));

    private void Error(string id, SourceSpan span, string message, string? hint) => diagnostics.Error(id, span, message, hint);
}
