using CostSociety.Costs;

namespace CostSociety.Circuits;

/// <summary>Reads pools and phases, and gives projections that share a bank the wiring of that bank.</summary>
internal static class WiringReader
{
    /// <summary>The pool of a projection, or null.</summary>
    public static PoolSpec? Pool(Fields fields)
    {
        if (fields.Value("pool") is not { } value)
            return null;
        var pool = fields.Object("pool", CircuitFormat.Pool);
        if (pool.Value("size") is null)
            return null;
        int size = pool.Whole("size");
        return new PoolSpec(size, pool.Value("stride") is null ? size : pool.Whole("stride"), pool.Text("kind") != "mean", value.Span);
    }

    /// <summary>One phase of a schedule.</summary>
    public static PhaseSpec Phase(Fields fields) => new(fields.Text("phase") ?? "", fields.Whole("ticks"), fields.SpanOf("phase"))
    {
        Clamp = [.. fields.Members("clamp").Select(m => new ClampSpec(m.Name, m.Value.Text, m.NameSpan, m.Value.Span))],
        Active = Names(fields, "active"),
        Snapshot = fields.Flag("snapshot"),
        Plastic = Names(fields, "plastic"),
    };

    /// <summary>A bank that is used again is wired as where it belongs; what names nothing is reported by the checks.</summary>
    public static IReadOnlyList<ProjectionSpec> WithSharedWiring(IReadOnlyList<ProjectionSpec> projections)
    {
        if (projections.All(p => p.Share is null))
            return projections;
        var byName = projections.ToLookup(p => p.Name, StringComparer.Ordinal);
        return [.. projections.Select(p => p.Share is not null && byName[p.Share].FirstOrDefault() is { } original
            ? p with { Patch = original.Patch is { } patch ? patch with { Span = p.ShareSpan } : null, OneToOne = original.OneToOne }
            : p)];
    }

    private static NameSpec[]? Names(Fields fields, string key) => fields.Value(key) is null
        ? null
        : [.. fields.Items(key).Select(i => new NameSpec(ProjectionName.Normalize(i.Text), i.Span))];
}
