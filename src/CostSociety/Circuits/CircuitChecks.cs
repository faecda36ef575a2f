using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Checks what the tables cannot: names that refer to each other, and shapes.</summary>
internal sealed class CircuitChecks
{
    private readonly Circuit _circuit;
    private readonly Diagnostics _diagnostics;
    private readonly CircuitIndex _index;
    private readonly bool _hasMisspelledTarget;

    private CircuitChecks(Circuit circuit, Diagnostics diagnostics)
    {
        (_circuit, _diagnostics, _index) = (circuit, diagnostics, CircuitIndex.Of(circuit));
        _hasMisspelledTarget = circuit.Projections.Any(p => _index.Area(p.To) is null);
    }

    /// <summary>Reports everything wrong with a circuit, its cost file apart.</summary>
    public static void Check(Circuit circuit, Diagnostics diagnostics)
    {
        var checks = new CircuitChecks(circuit, diagnostics);
        checks.CheckNames();
        checks.CheckSplits();
        checks.CheckStepSize();
        foreach (var area in circuit.Areas)
            checks.CheckArea(area);
        foreach (var projection in circuit.Projections)
            checks.CheckProjection(projection);
        SynapseChecks.Check(circuit, diagnostics);
        ScheduleChecks.Check(circuit, diagnostics);
    }

    /// <summary>Names that texts of the circuit can read, with what they are.</summary>
    public static Dictionary<string, string> NamesInTexts(Circuit circuit)
    {
        var names = NamesOfSignals(circuit);
        foreach (var phase in circuit.Schedule.Where(p => p.Snapshot))
            names.TryAdd(phase.Name, "a phase");
        return names;
    }

    /// <summary>Names of streams, areas and measures, with what they are.</summary>
    public static Dictionary<string, string> NamesOfSignals(Circuit circuit)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var stream in circuit.Streams)
            names.TryAdd(stream.Name, "a stream");
        foreach (var area in circuit.Areas)
            names.TryAdd(area.Name, "an area");
        foreach (var measure in circuit.Measures)
            names.TryAdd(measure.Name, "a measure");
        return names;
    }

    private void CheckNames()
    {
        var areas = _circuit.Areas.Select(a => (a.Name, "area", a.Span));
        var measures = _circuit.Measures.Select(m => (m.Name, "measure", m.Span));
        var taken = _circuit.Streams.ToDictionary(s => s.Name, _ => "a stream", StringComparer.Ordinal);
        foreach (var (name, what, span) in areas.Concat(measures))
            if (!taken.TryAdd(name, what == "area" ? "an area" : "a measure"))
                Taken(span, $"the {what} '{name}' has the name of {taken[name]}");
        CheckTwice(_circuit.Projections.Select(p => (p.Name, p.Span)), "projections");
        CheckTwice(_circuit.Schedule.Where(p => p.Name.Length > 0).Select(p => (p.Name, p.Span)), "phases");
    }

    private void CheckTwice(IEnumerable<(string Name, SourceSpan Span)> items, string what)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, span) in items)
            if (!names.Add(name))
                Taken(span, $"there are two {what} '{name}'");
    }

    private void Taken(SourceSpan span, string message) =>
        _diagnostics.Error(FileErrors.NameTaken, span, message, "give one of them another name");

    private void CheckSplits()
    {
        foreach (var group in _circuit.Streams.Where(s => s.Source.Length > 0).GroupBy(s => s.Source, StringComparer.Ordinal))
            foreach (var stream in group)
                if (stream.Split != group.First().Split)
                    _diagnostics.Error(FileErrors.Contradiction, stream.Span,
                        $"the stream '{stream.Name}' splits '{stream.Source}' in another way than '{group.First().Name}'",
                        "streams of one source advance together: give all of them the same 'split'");
    }

    private void CheckStepSize()
    {
        var learning = _circuit.Learning;
        if ((long)learning.Batch * learning.Presentations > CircuitFormat.MostStepSamples)
            _diagnostics.Error(FileErrors.Range, learning.Span,
                $"{learning.Presentations} presentations of {learning.Batch} samples are {(long)learning.Batch * learning.Presentations}; a step takes at most {CircuitFormat.MostStepSamples}",
                "lower 'batch' or 'presentations'");
    }

    private void CheckArea(AreaSpec area)
    {
        bool receives = _index.Receives(area.Name);
        if (area.Activation is not null && !receives && !_hasMisspelledTarget)
            _diagnostics.Error(FileErrors.NoInput, area.Span, $"the area '{area.Name}' reads no stream and no projection ends in it",
                $"add a projection \"... -> {area.Name}\", let it read a stream, or make its activity of nothing with 'dynamics'");
        if (area.Reads is not null && area.Variables.Count > 0)
            _diagnostics.Error(FileErrors.Contradiction, area.Variables[0].Span, $"the area '{area.Name}' reads a stream, so nothing uses its variables",
                "leave 'variables' out, or make another area of it");
        foreach (var variable in area.Variables)
            if (_index.Into(area.Name, variable.Name).Any())
                Taken(variable.Span, $"the variable '{variable.Name}' of area '{area.Name}' has the name of a compartment");
    }

    private void CheckProjection(ProjectionSpec projection)
    {
        var from = Area(projection.From, projection.Span);
        var to = Area(projection.To, projection.Span);
        if (projection.AcrossSteps && projection.Delay == 0)
            _diagnostics.Error(FileErrors.Contradiction, projection.Span, $"'{projection.Name}' crosses steps without a delay",
                "add \"delay\": 1");
        new WiringChecks(_circuit, _diagnostics).Check(projection, from, to);
    }

    private AreaSpec? Area(string name, SourceSpan span)
    {
        if (_index.Area(name) is { } area)
            return area;
        _diagnostics.Error(FileErrors.UnknownName, span, $"there is no area '{name}'", Suggestions.Hint(name, _circuit.Areas.Select(a => a.Name)));
        return null;
    }
}
