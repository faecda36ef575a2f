using CostSociety.Circuits;

namespace CostSociety.Costs;

/// <summary>The tables of <c>*.costs.json</c>.</summary>
internal static class CostFormat
{
    private static readonly TextForm _text = new("a text of the language");

    private static readonly TextForm _name = new("the name of an area or projection");

    private static readonly NumberForm _limit = new(-1_000_000_000, 1_000_000_000);

    private static readonly ListForm _names = new(_name, "a list of areas and projections", 0, 100_000);

    public static KeyTable Cost { get; } = new("cost", "What one area minimizes.",
        new("minimize", new EitherForm([_text, new MapForm(MapKeys.Names, _text, "term", "an object of named terms") { ShortKey = "cost", Least = 1 }]),
            "The cost of one sample, as a text (the term `cost`) or as named terms that are added.", Required: true),
        new("weight", new ExpressionForm(), "Factor of all terms.", "1"),
        new("teaches", new EitherForm([_name, _names with { Meaning = "a list of areas and projections", Least = 1 }]),
            "Areas (their variables and incoming projections) and projections that this cost changes; `\"upstream\"` for every area on its paths.",
            "the area, and its outgoing projections into a compartment that the cost names"));

    public static KeyTable Stage { get; } = new("stage", "One stage of development.",
        new("stage", new NameForm(), "Its name.", Required: true),
        new("until", _text, "Condition that ends it; only the last stage may go without."),
        new("plastic", _names, "Areas and projections that learn in this stage.", "all"));

    public static KeyTable Monitor { get; } = new("monitor", "A number that is watched. Its alarm is reported, and texts read it: `alarm.NAME` is 1 while it lasts, else 0. At least one of `floor`, `ceiling`.",
        new("watch", _text, "One number for the batch, recorded as the measure `monitor.NAME`.", Required: true),
        new("floor", _limit, "Least value that is no alarm."),
        new("ceiling", _limit, "Largest value that is no alarm."),
        new("steps", new WholeForm(1, int.MaxValue), "Steps for which it has to be outside without a break before it is an alarm.", "1"),
        new("then", new ChoiceForm(["report", "stop"]), "Whether the alarm also ends a run.", "\"report\""));

    public static KeyTable File { get; } = new("cost file", "Costs of a circuit.",
        new("$schema", new TextForm("the path of a JSON Schema"), "For editors; not read."),
        new("format", new WholeForm(1, Formats.Costs), "Number of this format.", Required: true),
        new("name", new TextForm(), "Name of the costs.", "the name of the file"),
        new("parameters", new MapForm(MapKeys.Names, new ExpressionForm(), "parameter", "an object of numbers and texts"),
            "Named numbers: a number, an expression of `step`, `epoch` and measures, or a stream, and then per sample.", "{}"),
        new("modulators", new MapForm(MapKeys.Names, new ExpressionForm(), "modulator", "an object of names and texts"),
            "Named expressions of signals, streams or the host: one number, or one a sample. Each is recorded as the measure `modulator.NAME`.", "{}"),
        new("gains", Targets("gain"), "Factors of the activity of areas, of what projections carry and of streams; in the text of an area or stream its own name is what it would show without.", "{}"),
        new("clamps", Targets("clamp"), "What areas show in place of their activity; in the text its own name is what it would show without.", "{}"),
        new("plasticity", Targets("plasticity"), "Factors, one or one a sample, of what each sample changes in an area (its variables and incoming projections) or projection.", "{}"),
        new("rates", Targets("rate"), "Factors, known to the host, of the rate of an area's or projection's update.", "{}"),
        new("monitors", new MapForm(MapKeys.Names, new ObjectForm(Monitor), "monitor", "an object of monitors by name"), "Numbers that are watched, such as a variance that may collapse.", "{}"),
        new("costs", new MapForm(MapKeys.References, new ObjectForm(Cost), "cost of area", "an object of costs by area"),
            "Costs, by the name of the area.", Required: true),
        new("development", new ListForm(new ObjectForm(Stage), "a list of stages", 0, 1000), "Stages, in order.", "one stage in which everything learns"));

    /// <summary>All tables, in the order of the documentation.</summary>
    public static IReadOnlyList<KeyTable> Tables { get; } = [File, Cost, Stage, Monitor];

    private static MapForm Targets(string word) =>
        new(MapKeys.References, new ExpressionForm(), word, "an object of numbers and texts by area or projection");
}
