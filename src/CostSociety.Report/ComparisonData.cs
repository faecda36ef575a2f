using CostSociety.Runs;

namespace CostSociety.Report;

/// <summary>Everything that the page of a comparison shows.</summary>
/// <param name="Result">What was compared.</param>
/// <param name="Quantities">Measures and cost terms to show.</param>
public sealed record ComparisonData(ExperimentResult Result, IReadOnlyList<string> Quantities)
{
    /// <summary>Facts of the header: seeds, versions, the command line.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];
}
