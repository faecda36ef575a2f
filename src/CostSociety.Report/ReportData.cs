using CostSociety.Circuits;
using CostSociety.Runs;

namespace CostSociety.Report;

/// <summary>Everything a report shows. Parts that are left out are not shown.</summary>
public sealed record ReportData
{
    /// <summary>Name of the circuit.</summary>
    public required string Name { get; init; }

    /// <summary>What the circuit shows.</summary>
    public string Why { get; init; } = "";

    /// <summary>Seed, rule, executor, versions, time and the like, in the order shown.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary>Costs and measures over steps.</summary>
    public IReadOnlyList<Series> Series { get; init; } = [];

    /// <summary>Stages of development that the run went through.</summary>
    public IReadOnlyList<StageSpan> Stages { get; init; } = [];

    /// <summary>Costs that were exchanged, taken back or refused.</summary>
    public IReadOnlyList<CostExchange> Exchanges { get; init; } = [];

    /// <summary>Limits of the monitors, whose values stand among <see cref="Series"/>.</summary>
    public IReadOnlyList<MonitorLimits> Limits { get; init; } = [];

    /// <summary>The areas and projections, or null.</summary>
    public Floorplan? Floorplan { get; init; }

    /// <summary>Receptive fields.</summary>
    public IReadOnlyList<FieldPicture> Fields { get; init; } = [];

    /// <summary>Cost of each area and term, first and last.</summary>
    public IReadOnlyList<SummaryRow> Summary { get; init; } = [];

    /// <summary>Measures at the end.</summary>
    public IReadOnlyList<MeasureRow> Measures { get; init; } = [];

    /// <summary>Alarms of monitors, when they began.</summary>
    public IReadOnlyList<AlarmRow> Alarms { get; init; } = [];

    /// <summary>What the same measure is without what the circuit claims.</summary>
    public IReadOnlyList<ControlRow> Controls { get; init; } = [];

    /// <summary>What each area does for all others, or null.</summary>
    public Influence? Influence { get; init; }

    /// <summary>Files to show whole, such as the circuit and its costs.</summary>
    public IReadOnlyList<ReportText> Texts { get; init; } = [];
}

/// <summary>A labelled value of the header.</summary>
public sealed record Fact(string Label, string Value);

/// <summary>What a series shows.</summary>
public enum SeriesKind
{
    /// <summary>A term of an area's cost.</summary>
    Cost,

    /// <summary>A measure on the training part.</summary>
    MeasureTrain,

    /// <summary>A measure on the held-out part.</summary>
    MeasureTest,
}

/// <summary>Values over steps.</summary>
/// <param name="Area">The area of a cost; empty for a measure.</param>
/// <param name="Term">The term of a cost, or the name of a measure.</param>
/// <param name="Steps">Steps, ascending.</param>
/// <param name="Values">One for each step.</param>
/// <param name="Kind">What it shows.</param>
public sealed record Series(
    string Area, string Term, IReadOnlyList<double> Steps, IReadOnlyList<double> Values, SeriesKind Kind);

/// <summary>One stage as it was lived.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FirstStep">First step of it.</param>
/// <param name="LastStep">Last step of it.</param>
/// <param name="Plastic">What learned in it; null means everything.</param>
/// <param name="EndedBy">The condition that ended it, or empty.</param>
public sealed record StageSpan(string Name, long FirstStep, long LastStep, IReadOnlyList<string>? Plastic, string EndedBy = "");

/// <summary>Costs that were exchanged during the run, or should have been.</summary>
/// <param name="Step">Steps done before it.</param>
/// <param name="Kind"><c>swap</c>, <c>revert</c> or <c>refused</c>.</param>
/// <param name="Name">Name of the costs, or of the file that was refused.</param>
/// <param name="Text">Where they come from, or why they were refused.</param>
public sealed record CostExchange(long Step, string Kind, string Name, string Text);

/// <summary>Between which values a monitor raises no alarm.</summary>
/// <param name="Name">Name of the monitor.</param>
/// <param name="Floor">Least value, or null.</param>
/// <param name="Ceiling">Largest value, or null.</param>
public sealed record MonitorLimits(string Name, double? Floor, double? Ceiling)
{
    internal const string Prefix = "monitor.";

    /// <summary>Those of a circuit.</summary>
    internal static IReadOnlyList<MonitorLimits> Of(Circuit circuit) =>
        [.. circuit.Costs.Monitors.Select(m => new MonitorLimits(m.Name, Finite(m.Floor), Finite(m.Ceiling)))];

    private static double? Finite(double limit) => double.IsFinite(limit) ? limit : null;
}

/// <summary>Receptive fields of one projection.</summary>
/// <param name="Title">The projection, and the part of it when there are several.</param>
/// <param name="Width">Columns of one field.</param>
/// <param name="Height">Rows of one field.</param>
/// <param name="Fields">Weights of each field, row after row.</param>
public sealed record FieldPicture(string Title, int Width, int Height, IReadOnlyList<float[]> Fields);

/// <summary>A cost at the beginning and at the end.</summary>
public sealed record SummaryRow(string Area, string Term, double First, double Last);

/// <summary>A measure at the end; NaN when it was not taken.</summary>
public sealed record MeasureRow(string Name, double Train, double Test);

/// <summary>An alarm of a monitor, and the number of steps done when it began.</summary>
public sealed record AlarmRow(string Monitor, string Text, long Step);

/// <summary>A measure with a control beside it.</summary>
/// <param name="Name">The control, such as <c>v1 frozen</c>.</param>
/// <param name="Measure">What is measured.</param>
/// <param name="Control">Its value in the control.</param>
/// <param name="Society">Its value in this run.</param>
public sealed record ControlRow(string Name, string Measure, double Control, double Society);

/// <summary>A file to show whole.</summary>
public sealed record ReportText(string Title, string Text);
