using CostSociety.Language;

namespace CostSociety.Costs;

/// <summary>A cost file: what each area minimizes, and how that develops. It can be exchanged while a society runs.</summary>
public sealed partial record CostFile
{
    /// <summary>Name of the cost file.</summary>
    public required string Name { get; init; }

    /// <summary>The file it was read from.</summary>
    public required SourceText Source { get; init; }

    /// <summary>Named numbers: texts of host scalars, or of streams, and then per sample.</summary>
    public required IReadOnlyList<ParameterSpec> Parameters { get; init; }

    /// <summary>Named expressions that signals or the host make, recorded as measures <c>modulator.NAME</c>.</summary>
    public IReadOnlyList<ParameterSpec> Modulators { get; init; } = [];

    /// <summary>Factors of the activity of areas, of what projections carry, and of streams.</summary>
    public IReadOnlyList<TargetSpec> Gains { get; init; } = [];

    /// <summary>What areas show in place of their activity.</summary>
    public IReadOnlyList<TargetSpec> Clamps { get; init; } = [];

    /// <summary>Factors of what each sample changes in areas and projections.</summary>
    public IReadOnlyList<TargetSpec> Plasticity { get; init; } = [];

    /// <summary>Factors of the rate of the updates of areas and projections.</summary>
    public IReadOnlyList<TargetSpec> Rates { get; init; } = [];

    /// <summary>Numbers that are watched.</summary>
    public IReadOnlyList<MonitorSpec> Monitors { get; init; } = [];

    /// <summary>Costs, in the order of the file.</summary>
    public required IReadOnlyList<CostSpec> Costs { get; init; }

    /// <summary>Stages in order; empty when everything is plastic all the time.</summary>
    public required IReadOnlyList<StageSpec> Development { get; init; }

    /// <summary>Whether it changes what areas and streams show, so that the forward pass is another than that of the circuit alone.</summary>
    internal bool Modulates => Gains.Count + Clamps.Count > 0;

    /// <summary>The cost file after all overrides, as JSON.</summary>
    public string ResolvedJson { get; init; } = "";
}

/// <summary>A named number of a cost file.</summary>
public sealed record ParameterSpec(string Name, ExpressionText Text, SourceSpan Span);

/// <summary>A text for an area, a projection or a stream.</summary>
public sealed record TargetSpec(string Target, ExpressionText Text, SourceSpan Span);

/// <summary>A number of the batch that is watched, and its limits.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">The number.</param>
/// <param name="Floor">Least value that is no alarm.</param>
/// <param name="Ceiling">Largest value that is no alarm.</param>
/// <param name="Steps">Steps for which it has to be outside without a break.</param>
/// <param name="Stops">Whether the alarm ends a run.</param>
/// <param name="Span">Where its name stands.</param>
public sealed record MonitorSpec(string Name, ExpressionText Text, double Floor, double Ceiling, int Steps, bool Stops, SourceSpan Span);

/// <summary>What one area minimizes.</summary>
/// <param name="Area">The area.</param>
/// <param name="Terms">Named terms; their sum is the cost. A cost written as one text is the term <c>cost</c>.</param>
/// <param name="Weight">Factor of all terms: a host scalar or a value per sample.</param>
/// <param name="Teaches">Areas and projections whose parameters it changes, <c>upstream</c>, or empty for the default scope.</param>
/// <param name="Why">Reason.</param>
/// <param name="Span">Where the area's name stands.</param>
public sealed record CostSpec(
    string Area, IReadOnlyList<TermSpec> Terms, ExpressionText Weight, IReadOnlyList<NameSpec> Teaches, string Why, SourceSpan Span);

/// <summary>A named term of a cost.</summary>
public sealed record TermSpec(string Name, ExpressionText Text, SourceSpan Span);

/// <summary>A name as written in a list.</summary>
public sealed record NameSpec(string Name, SourceSpan Span);

/// <summary>One stage of development.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Until">Condition that ends it, or null for the last.</param>
/// <param name="Plastic">Areas and projections that learn in it; null means all.</param>
/// <param name="Why">Reason.</param>
/// <param name="Span">Where it stands.</param>
public sealed record StageSpec(string Name, ExpressionText? Until, IReadOnlyList<NameSpec>? Plastic, string Why, SourceSpan Span);
