using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Costs;

/// <summary>Checks the names of a cost file against a circuit.</summary>
internal static class CostChecks
{
    /// <summary>The scope of every area on the paths of a cost.</summary>
    public const string Upstream = "upstream";

    public static void Check(CostFile costs, Circuit circuit, Diagnostics diagnostics)
    {
        var index = CircuitIndex.Of(circuit);
        string[] areas = [.. circuit.Areas.Select(a => a.Name)];
        string[] plastic = [.. areas, .. circuit.Projections.Select(p => p.Name)];
        foreach (var cost in costs.Costs)
        {
            if (index.Area(cost.Area) is null)
                Unknown(cost.Area, cost.Span, "area", areas, diagnostics);
            CheckNames(cost.Teaches.Where(t => t.Name != Upstream), index, plastic.Append(Upstream), diagnostics);
        }
        foreach (var stage in costs.Development)
            CheckNames(stage.Plastic ?? [], index, plastic, diagnostics);
        CheckTargets(costs, circuit, index, areas, plastic, diagnostics);
        CheckParameters(costs, circuit, diagnostics);
    }

    private static void CheckTargets(CostFile costs, Circuit circuit, CircuitIndex index, string[] areas, string[] plastic, Diagnostics diagnostics)
    {
        var twice = new HashSet<(object, string)>();
        foreach (var target in costs.Gains)
            if (index.Area(target.Target) is null && index.Projection(target.Target) is null && index.Stream(target.Target) is null)
                Unknown(target.Target, target.Span, "area, projection or stream", plastic.Concat(circuit.Streams.Select(s => s.Name)), diagnostics);
        foreach (var target in costs.Clamps.Where(t => index.Area(t.Target) is null))
            Unknown(target.Target, target.Span, "area", areas, diagnostics);
        foreach (var target in costs.Plasticity.Concat(costs.Rates))
            CheckNames([new NameSpec(target.Target, target.Span)], index, plastic, diagnostics);
        foreach (var list in new[] { costs.Gains, costs.Clamps, costs.Plasticity, costs.Rates })
            foreach (var target in list.Where(t => !twice.Add((list, t.Target))))
                diagnostics.Error(FileErrors.NameTaken, target.Span, $"'{target.Target}' stands twice", "leave one of them out");
    }

    private static void CheckNames(IEnumerable<NameSpec> names, CircuitIndex index, IEnumerable<string> known, Diagnostics diagnostics)
    {
        foreach (var name in names)
            if (index.Projection(name.Name) is { Pool: not null })
                diagnostics.Error(FileErrors.Contradiction, name.Span, $"'{name.Name}' is a pool and has no weights that could learn", "leave it out");
            else if (index.Area(name.Name) is null && index.Projection(name.Name) is null)
                Unknown(name.Name, name.Span, "area or projection", known, diagnostics);
    }

    private static void Unknown(string name, SourceSpan span, string what, IEnumerable<string> known, Diagnostics diagnostics) =>
        diagnostics.Error(FileErrors.UnknownName, span, $"there is no {what} '{name}' in the circuit", Suggestions.Hint(name, known));

    /// <summary>Texts see parameters beside areas, streams and measures, so that one name means one thing.</summary>
    private static void CheckParameters(CostFile costs, Circuit circuit, Diagnostics diagnostics)
    {
        var taken = CircuitChecks.NamesInTexts(circuit);
        foreach (var (word, parameter) in costs.Parameters.Select(p => ("parameter", p)).Concat(costs.Modulators.Select(m => ("modulator", m))))
            if (taken.TryGetValue(parameter.Name, out string? what))
                diagnostics.Error(FileErrors.NameTaken, parameter.Span, $"the {word} '{parameter.Name}' has the name of {what} of the circuit",
                    $"for example '{parameter.Name}_value'");
        foreach (var modulator in costs.Modulators.Where(m => costs.Parameters.Any(p => p.Name == m.Name)))
            diagnostics.Error(FileErrors.NameTaken, modulator.Span, $"the modulator '{modulator.Name}' has the name of a parameter", "give one of them another name");
    }
}
