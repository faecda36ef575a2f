using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>A number that a run leaves in the io region.</summary>
/// <param name="Name"><c>cost.AREA.TERM</c> (a sum over valid samples) or <c>measure.NAME</c> (a value).</param>
/// <param name="Symbol">Where it stands.</param>
internal sealed record Record(string Name, Symbol Symbol);

/// <summary>A signal a user can look at after a run.</summary>
internal sealed record VisibleSignal(string Name, Symbol Symbol, Shape Shape, IReadOnlyList<int> LogicalShape);

/// <summary>A stage bound to registers.</summary>
/// <param name="Spec">The stage.</param>
/// <param name="Until">Register of its condition, or -1.</param>
/// <param name="Duration">Steps the condition must hold.</param>
/// <param name="Plastic">What learns in it; null means all.</param>
internal sealed record BoundStage(StageSpec Spec, int Until, int Duration, IReadOnlySet<Parameter>? Plastic);

/// <summary>A backward pass: the costs that share a scope, and the parameters of that scope that it reaches.</summary>
internal sealed record Pass(IReadOnlyList<BoundCost> Costs, IReadOnlyList<Parameter> Teaches, int Products, long Flops);

/// <summary>Everything synthesis knows about a circuit under one cost file: the bitstream and what its host needs.</summary>
internal sealed record Synthesized
{
    public required Circuit Circuit { get; init; }

    public required CostFile Costs { get; init; }

    public required Bitstream Bitstream { get; init; }

    public required IReadOnlyList<Symbol> State { get; init; }

    public required Parameters Parameters { get; init; }

    public required HostRegisters Registers { get; init; }

    public required IReadOnlyDictionary<string, Symbol> Streams { get; init; }

    public required Symbol Valid { get; init; }

    public required Symbol One { get; init; }

    public required IReadOnlyList<Record> CostRecords { get; init; }

    public required IReadOnlyList<Record> MeasureRecords { get; init; }

    /// <summary>The operations of a step, by level.</summary>
    public required Schedule LearnSchedule { get; init; }

    /// <summary>The gradient of every bank that learns.</summary>
    public required IReadOnlyDictionary<Parameter, List<GradientTerm>> LearnTerms { get; init; }

    /// <summary>Gradients that banks have from their own values.</summary>
    public required IReadOnlyDictionary<Parameter, Node> LearnOfWeights { get; init; }

    public required IReadOnlyList<VisibleSignal> LearnSignals { get; init; }

    /// <summary>How every bank that learns changes.</summary>
    public required IReadOnlyList<BankChange> Changes { get; init; }

    public required IReadOnlyList<VisibleSignal> PredictSignals { get; init; }

    public required IReadOnlyList<VisibleSignal> ActSignals { get; init; }

    /// <summary>Where a probe leaves the gradient of each bank that something teaches; empty for other bitstreams.</summary>
    public required IReadOnlyDictionary<Parameter, Symbol> Gradients { get; init; }

    public required IReadOnlyList<BoundStage> Stages { get; init; }

    public required IReadOnlyList<Pass> Passes { get; init; }

    public required IReadOnlyList<BoundCost> BoundCosts { get; init; }

    public required Graph Graph { get; init; }

    /// <summary>Names of activities, compartments and streams, for texts to read.</summary>
    public required IReadOnlyDictionary<Node, string> Names { get; init; }

    /// <summary>Name of the host value that says whether a parameter learns now.</summary>
    public static string PlasticName(Parameter parameter) => "plastic." + parameter.Name;
}
