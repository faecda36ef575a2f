using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Checks what the tables cannot: names that refer to each other, and shapes.</summary>
internal sealed class CircuitChecks
{
    private readonly Circuit _circuit;
    private readonly Diagnostics _diagnostics;
    private readonly Dictionary<string, AreaSpec> _areas;

    private CircuitChecks(Circuit circuit, Diagnostics diagnostics) =>
        (_circuit, _diagnostics, _areas) = (circuit, diagnostics, circuit.Areas.ToDictionary(a => a.Name, StringComparer.Ordinal));

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
    }

    /// <summary>Names that texts of the circuit can read, with what they are.</summary>
    public static Dictionary<string, string> NamesInTexts(Circuit circuit)
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
        bool receives = _circuit.Projections.Any(p => p.To == area.Name);
        bool misspelled = _circuit.Projections.Any(p => !_areas.ContainsKey(p.To));
        if (area.Reads is null && !receives && !misspelled && (area.Activation ?? area.Dynamics?.Text) is not null)
            _diagnostics.Error(FileErrors.NoInput, area.Span, $"the area '{area.Name}' reads no stream and no projection ends in it",
                $"add a projection \"... -> {area.Name}\", or let it read a stream");
        if (area.Reads is not null && area.Variables.Count > 0)
            _diagnostics.Error(FileErrors.Contradiction, area.Variables[0].Span, $"the area '{area.Name}' reads a stream, so nothing uses its variables",
                "leave 'variables' out, or make another area of it");
        foreach (var variable in area.Variables)
            if (_circuit.Projections.Any(p => p.To == area.Name && p.Compartment == variable.Name))
                Taken(variable.Span, $"the variable '{variable.Name}' of area '{area.Name}' has the name of a compartment");
    }

    private void CheckProjection(ProjectionSpec projection)
    {
        var from = Area(projection.From, projection.Span);
        var to = Area(projection.To, projection.Span);
        if (projection.AcrossSteps && projection.Delay == 0)
            _diagnostics.Error(FileErrors.Contradiction, projection.Span, $"'{projection.Name}' crosses steps without a delay",
                "add \"delay\": 1");
        if (projection.Transpose is not null)
            CheckTranspose(projection, from, to);
        if (from is null || to is null || from.Shape.Count == 0 || to.Shape.Count == 0)
            return;
        if (projection.Patch is { } patch)
            new PatchGeometry(_diagnostics).Check(projection, patch, from, to);
        else if (projection.Transpose is null && (long)from.Units * to.Units > int.MaxValue)
            _diagnostics.Error(FileErrors.Range, projection.Span,
                $"'{projection.Name}' has {(long)from.Units * to.Units} weights; a projection has at most {int.MaxValue}");
    }

    private AreaSpec? Area(string name, SourceSpan span)
    {
        if (_areas.TryGetValue(name, out var area))
            return area;
        _diagnostics.Error(FileErrors.UnknownName, span, $"there is no area '{name}'", Suggestions.Hint(name, _areas.Keys));
        return null;
    }

    private void CheckTranspose(ProjectionSpec projection, AreaSpec? from, AreaSpec? to)
    {
        var span = projection.TransposeSpan;
        var original = _circuit.Projections.FirstOrDefault(p => p.Name == projection.Transpose);
        if (original is null)
            _diagnostics.Error(FileErrors.UnknownName, span, $"there is no projection '{projection.Transpose}'",
                Suggestions.Hint(projection.Transpose!, _circuit.Projections.Where(p => p != projection).Select(p => p.Name)));
        else if (original.Transpose is not null)
            _diagnostics.Error(FileErrors.Transpose, span, $"'{original.Name}' has no weights of its own", $"name '{original.Transpose}', whose weights it uses");
        else if (original.Patch is not null)
            _diagnostics.Error(FileErrors.Transpose, span, $"'{original.Name}' is a patch; only a dense projection can be transposed",
                $"leave 'patch' out of '{original.Name}', or give '{projection.Name}' weights of its own");
        else
            CheckSizes(projection, original, from, to);
    }

    private void CheckSizes(ProjectionSpec projection, ProjectionSpec original, AreaSpec? from, AreaSpec? to)
    {
        var (inputs, units) = (_areas.GetValueOrDefault(original.From), _areas.GetValueOrDefault(original.To));
        AreaSpec?[] ends = [from, to, inputs, units];
        if (ends.Any(a => a is null || a.Shape.Count == 0) || (from!.Units == units!.Units && to!.Units == inputs!.Units))
            return;
        _diagnostics.Error(FileErrors.Transpose, projection.TransposeSpan,
            $"'{original.Name}' goes from {inputs!.Units} to {units.Units} units, so transposed from {units.Units} to {inputs.Units}; "
            + $"'{projection.Name}' goes from {from.Units} to {to!.Units}");
    }
}
