using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>
/// A circuit as its file describes it: what is wired and how it moves. Names are checked, shapes are known,
/// texts of the language are parsed; nothing is laid out yet.
/// </summary>
public sealed partial record Circuit
{
    /// <summary>Name of the circuit.</summary>
    public required string Name { get; init; }

    /// <summary>What the circuit shows.</summary>
    public string Why { get; init; } = "";

    /// <summary>The file it was read from, for messages and for resolving relative paths.</summary>
    public required SourceText Source { get; init; }

    /// <summary>Data sources of the circuit's own.</summary>
    public IReadOnlyList<SourceSpec> Sources { get; init; } = [];

    /// <summary>Named per-sample inputs.</summary>
    public required IReadOnlyList<StreamSpec> Streams { get; init; }

    /// <summary>Populations of units, in the order of the file.</summary>
    public required IReadOnlyList<AreaSpec> Areas { get; init; }

    /// <summary>Synapses, in the order of the file.</summary>
    public required IReadOnlyList<ProjectionSpec> Projections { get; init; }

    /// <summary>Learning rule, update, batch and seed.</summary>
    public required LearningSpec Learning { get; init; }

    /// <summary>Phases of a presentation.</summary>
    public required IReadOnlyList<PhaseSpec> Schedule { get; init; }

    /// <summary>Named measures, each a scalar of batch reductions.</summary>
    public required IReadOnlyList<MeasureSpec> Measures { get; init; }

    /// <summary>What each area minimizes.</summary>
    public required CostFile Costs { get; init; }

    /// <summary>How long and how a run goes.</summary>
    public required RunSpec Run { get; init; }

    /// <summary>Bytes that a society of this circuit may use; null for all that the machine has. No key of the file.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>The circuit file after all overrides, as JSON, for the run folder.</summary>
    public string ResolvedJson { get; init; } = "";
}

/// <summary>A named per-sample input.</summary>
/// <param name="Name">Its name in the circuit.</param>
/// <param name="Source">Data source: a built-in name such as <c>digits</c>, or <c>host</c> when a host loop supplies it.</param>
/// <param name="Field">Field of the source.</param>
/// <param name="Shape">Shape of one sample; [10] for ten classes, [1, 8, 8] for an image, [1] for a number.</param>
/// <param name="OneHot">Whether a class index is turned into a one-hot vector.</param>
/// <param name="Scale">Factor of every value.</param>
/// <param name="CenterOnTrainingMean">Whether the mean of the training part is taken off.</param>
/// <param name="Split">Rows of the source used for training; null for the source's own split.</param>
/// <param name="Span">Where it stands.</param>
public sealed record StreamSpec(
    string Name, string Source, string Field, IReadOnlyList<int> Shape, bool OneHot, double Scale,
    bool CenterOnTrainingMean, string? Split, SourceSpan Span)
{
    /// <summary>Whether a class number is turned into the number of rows of its class and part that come before it, in an order that the seed draws.</summary>
    public bool RankInClass { get; init; }

    /// <summary>Whether every position is divided by its standard deviation over the training part.</summary>
    public bool UnitVariance { get; init; }

    /// <summary>Floats of one sample.</summary>
    public int Width => Shape.Aggregate(1, (a, b) => a * b);
}

/// <summary>A population of units.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">[units], or [maps, height, width].</param>
/// <param name="Reads">The stream whose values are its activity, or null.</param>
/// <param name="Activation">Name of a library activation, or null.</param>
/// <param name="Dynamics">Text that makes activity from compartments, or null.</param>
/// <param name="Variables">Learnable per-unit vectors and their initial values (of <c>variables</c>; a library
/// activation declares its own besides).</param>
/// <param name="Class">Class for selectors, or null.</param>
/// <param name="Rule">Rule of its incoming projections and variables, or null for the circuit's.</param>
/// <param name="Update">Update of its incoming projections and variables, or null for the circuit's.</param>
/// <param name="Why">Reason.</param>
/// <param name="Span">Where its name stands.</param>
public sealed record AreaSpec(
    string Name, IReadOnlyList<int> Shape, string? Reads, string? Activation, ExpressionText? Dynamics,
    IReadOnlyList<VariableSpec> Variables, string? Class, RuleSpec? Rule, UpdateSpec? Update, string Why, SourceSpan Span)
{
    /// <summary>Number of units.</summary>
    public int Units => Shape.Aggregate(1, (a, b) => a * b);
}

/// <summary>A learnable per-unit vector.</summary>
public sealed record VariableSpec(string Name, double Initial, SourceSpan Span);

/// <summary>Synapses of one area into a compartment of another.</summary>
/// <param name="Name">Canonical name, <c>v1 -> retina.apical</c>; the compartment <c>basal</c> is left out.</param>
/// <param name="From">Area that sends.</param>
/// <param name="To">Area that receives; the projection belongs to it.</param>
/// <param name="Compartment">Compartment of the receiving area.</param>
/// <param name="Patch">Local receptive fields, or null for dense.</param>
/// <param name="Init">How weights begin.</param>
/// <param name="Transpose">Projection whose bank is used transposed, or null for a bank of its own.</param>
/// <param name="Delay">Delay in ticks of a presentation, or in steps with <paramref name="AcrossSteps"/>.</param>
/// <param name="AcrossSteps">Whether the delay counts steps.</param>
/// <param name="Plastic">Whether it may ever change; false always wins.</param>
/// <param name="Rule">Its rule, or null for the area's or circuit's.</param>
/// <param name="Update">Its update, or null for the area's or circuit's.</param>
/// <param name="Why">Reason.</param>
/// <param name="Span">Where its name stands.</param>
public sealed record ProjectionSpec(
    string Name, string From, string To, string Compartment, PatchSpec? Patch, InitSpec Init, string? Transpose,
    int Delay, bool AcrossSteps, bool Plastic, RuleSpec? Rule, UpdateSpec? Update, string Why, SourceSpan Span)
{
    /// <summary>Where the name of the transposed projection stands.</summary>
    public SourceSpan TransposeSpan { get; init; } = Span;

    /// <summary>What limits its synapses, and how they change by themselves.</summary>
    public SynapseSpec Synapses { get; init; } = SynapseSpec.Free;

    /// <summary>Class for selectors, or null.</summary>
    public string? Class { get; init; }

    /// <summary>The largest or mean activity of windows, without weights; null for synapses.</summary>
    public PoolSpec? Pool { get; init; }

    /// <summary>Whether each unit has one synapse, from the unit of the same number.</summary>
    public bool OneToOne { get; init; }

    /// <summary>Projection whose bank and wiring are used as they are, or null for a bank of its own.</summary>
    public string? Share { get; init; }

    /// <summary>Where the name of the shared projection stands.</summary>
    public SourceSpan ShareSpan { get; init; } = Span;

    /// <summary>The projection whose bank is used, transposed or not; null for a bank of its own, or none.</summary>
    public string? BankOf => Transpose ?? Share;
}

/// <summary>Local receptive fields; weights are shared over positions, or each position has its own.</summary>
public sealed record PatchSpec(int Size, int Stride, int Padding, bool Shared, SourceSpan Span);

/// <summary>Windows of a [maps, height, width] area, each map by itself.</summary>
/// <param name="Size">Height and width of a window.</param>
/// <param name="Stride">Distance between neighbouring windows.</param>
/// <param name="IsMax">Whether the largest activity is taken, rather than the mean.</param>
/// <param name="Span">Where it stands.</param>
public sealed record PoolSpec(int Size, int Stride, bool IsMax, SourceSpan Span);

/// <summary>How weights begin: normal and uniform are gains over sqrt(fan).</summary>
/// <param name="Kind">normal, uniform, orthogonal, constant, file or zero.</param>
/// <param name="Gain">Gain or constant.</param>
/// <param name="FanOut">Whether the fan is the number of units instead of inputs.</param>
/// <param name="File">Path of a .npy file for kind file.</param>
/// <param name="Span">Where it stands.</param>
public sealed record InitSpec(string Kind, double Gain, bool FanOut, string? File, SourceSpan Span)
{
    /// <summary>N(0, 1/fan-in).</summary>
    public static InitSpec Default { get; } = new("normal", 1, false, null, SourceSpan.None);
}

/// <summary>A learning rule by its own name, with its options.</summary>
/// <param name="Name">backprop, feedback-alignment, sign-symmetric, frozen or local.</param>
/// <param name="Feedback">How fixed random feedback begins, or null for the rule's default.</param>
/// <param name="Span">Where it stands.</param>
public sealed record RuleSpec(string Name, InitSpec? Feedback, SourceSpan Span);

/// <summary>An update by its library name, with its parameters as texts of host scalars.</summary>
/// <param name="Kind">sgd, momentum, adam or manhattan, or any other name of library.updates.</param>
/// <param name="Parameters">Parameter name to text; <c>rate</c> may read step, epoch and measures.</param>
/// <param name="Span">Where it stands.</param>
public sealed record UpdateSpec(string Kind, IReadOnlyDictionary<string, ExpressionText> Parameters, SourceSpan Span);

/// <summary>Learning of the whole circuit.</summary>
/// <param name="Rule">Its rule.</param>
/// <param name="Update">Its update.</param>
/// <param name="Batch">Samples of a presentation: lanes.</param>
/// <param name="Presentations">Presentations of a step.</param>
/// <param name="Seed">Seed of every random number.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LearningSpec(RuleSpec Rule, UpdateSpec Update, int Batch, int Presentations, ulong Seed, SourceSpan Span)
{
    /// <summary>Most samples that one step takes.</summary>
    public int StepSize => Batch * Presentations;
}

/// <summary>One phase of a presentation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ticks">How many ticks it lasts.</param>
/// <param name="Span">Where its name stands.</param>
public sealed record PhaseSpec(string Name, int Ticks, SourceSpan Span)
{
    /// <summary>Areas that show a stream during the phase.</summary>
    public IReadOnlyList<ClampSpec> Clamp { get; init; } = [];

    /// <summary>Areas that move, while all others hold their activity and state; null when all move.</summary>
    public IReadOnlyList<NameSpec>? Active { get; init; }

    /// <summary>Whether costs and measures can read what areas and compartments are at its end.</summary>
    public bool Snapshot { get; init; }

    /// <summary>Areas and projections that learn at its end; null for all at the end of the last phase, and none before.</summary>
    public IReadOnlyList<NameSpec>? Plastic { get; init; }

    /// <summary>Whether the file says nothing of it: the one phase of a circuit without a schedule.</summary>
    public bool IsImplied { get; init; }
}

/// <summary>A stream that an area shows in place of its activity.</summary>
/// <param name="Area">The area.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Span">Where the area's name stands.</param>
/// <param name="StreamSpan">Where the stream's name stands.</param>
public sealed record ClampSpec(string Area, string Stream, SourceSpan Span, SourceSpan StreamSpan);

/// <summary>A named measure.</summary>
public sealed record MeasureSpec(string Name, ExpressionText Text, SourceSpan Span);

/// <summary>How long and how a run goes.</summary>
/// <param name="Epochs">Passes over the training part; null when <paramref name="Steps"/> is given.</param>
/// <param name="Steps">Number of steps, or null.</param>
/// <param name="CheckpointEverySteps">Steps between checkpoints; 0 for only the first and last.</param>
/// <param name="MeasureEverySteps">Steps between measures on the held-out part; 0 means at the end of every epoch.</param>
/// <param name="MeasureEveryEpochs">Epochs between measures when <paramref name="MeasureEverySteps"/> is 0.</param>
/// <param name="Span">Where it stands.</param>
public sealed record RunSpec(
    int? Epochs, int? Steps, int CheckpointEverySteps, int MeasureEverySteps, int MeasureEveryEpochs, SourceSpan Span)
{
    /// <summary>Samples of an epoch of a circuit without streams; null for 100 steps.</summary>
    public int? Samples { get; init; }

    /// <summary>Epochs between checkpoints when <see cref="CheckpointEverySteps"/> is 0; 0 for only the first and last.</summary>
    public int CheckpointEveryEpochs { get; init; }
}
