using CostSociety.Data;
using CostSociety.Learning;

namespace CostSociety.Circuits;

/// <summary>The tables of <c>*.circuit.json</c>.</summary>
internal static class CircuitFormat
{
    /// <summary>Most units of an area and values of a stream.</summary>
    public const int MostUnits = 1 << 24;

    /// <summary>Most samples of a step.</summary>
    public const int MostStepSamples = 1 << 20;

    private static readonly WholeForm _count = new(1, int.MaxValue);

    private static readonly ListForm _shape = new(new WholeForm(1, MostUnits), "a list of 1 or 3 whole numbers", 1, 3);

    private static readonly ListForm _references = new(new TextForm("a name"), "a list of names", 0, 1 << 20);

    private static readonly PatternForm _every = new("\"every 200 steps\" or \"every 5 epochs\"", Every.Pattern, t => Every.TryParse(t, out _));

    public static KeyTable Stream { get; } = new("stream", "A named input, one value or vector a sample.",
        new("source", new TextForm("the name of a data source"), "Where the data comes from; `host` when the program that embeds the circuit supplies it.", Required: true),
        new("field", new TextForm("the name of a field of the source"), "Which field of the source.", "the name of the stream"),
        new("shape", _shape, "Shape of one sample; required for `host`, otherwise checked against the source.", "the source's"),
        new("encode", new ChoiceForm(["one-hot", "rank-in-class"]), "Turns a class number into a vector of zeros with a single one, or into its rank: how many rows of its class and part (training or held out) come before it, in an order that `learning.seed` draws. A rank below 5 is true of five rows a class."),
        new("scale", new NumberForm(-1e9, 1e9), "Factor of every value.", "1"),
        new("center", new ChoiceForm(["train-mean"]), "Takes off the mean of the training rows, per position, after scaling."),
        new("normalize", new ChoiceForm(["unit-variance"]), "Divides every position by its standard deviation over the training rows, after scaling and centring."),
        new("split", SourceFormat.Rows, "Rows used for training, the rest is held out; all streams of one source share one split.", "the source's own split"));

    public static KeyTable Init { get; } = new("init", "How weights begin.",
        new("normal", new NumberForm(0, 1e6), "Normal numbers with this standard deviation over the root of the fan."),
        new("uniform", new NumberForm(0, 1e6), "Uniform numbers from minus to plus this limit over the root of the fan."),
        new("orthogonal", new NumberForm(0, 1e6), "A random orthogonal matrix times this gain."),
        new("constant", new NumberForm(-1e6, 1e6), "Every weight this number."),
        new("zero", new FlagForm(OnlyTrue: true), "Every weight zero."),
        new("file", new TextForm("the path of a .npy file"), "Weights [units, inputs] from a NumPy file, relative to the circuit."),
        new("fan", new ChoiceForm(["in", "out"]), "Whether the fan counts the inputs of a unit or the units that an input reaches.", "\"in\""))
    {
        Choices = [new(true, ["normal", "uniform", "orthogonal", "constant", "zero", "file"])],
    };

    private static readonly ChoiceForm _ruleName = new([.. LearningRules.Names]);

    public static KeyTable Rule { get; } = new("rule", "A learning rule with options; a text alone is its name.",
        new("name", _ruleName, "`backprop`, `feedback-alignment`, `sign-symmetric`, `frozen` or `local`.", "the rule of the enclosing area or circuit"),
        new("feedback", new ObjectForm(Init), "How fixed feedback weights begin.", "the rule's own"))
    {
        Shorthand = "name",
    };

    public static KeyTable Update { get; } = new("update", "How a gradient changes weights; a text alone is its kind. Every other key is a parameter of that update.",
        new Key("kind", new TextForm("the name of an update"), "A name of `library.updates`: `sgd`, `momentum`, `adam`, `manhattan`. Without it, the keys change parameters of the update of the enclosing area or circuit.", "the update of the enclosing area or circuit"))
    {
        Rest = new ExpressionForm(),
        Shorthand = "kind",
    };

    private static readonly EitherForm _rule = new([_ruleName, new ObjectForm(Rule)]);

    private static readonly EitherForm _update = new([new TextForm("the name of an update"), new ObjectForm(Update)]);

    private static readonly Key _rate = new("rate", new RefusedForm("a rate belongs to an update", "write \"update\": { \"rate\": ... }"), "");

    public static KeyTable Area { get; } = new("area", "A population of units.",
        new("reads", new TextForm("the name of a stream"), "The stream whose values are its activity; shape and units are the stream's."),
        new("activation", new TextForm("the name of an activation"), "A name of `library.activations`: `linear`, `relu`, `leaky_relu`, `tanh`, `sigmoid`, `hard_sigmoid`, `softplus`, `gelu`, `softmax`, `sign`, `batch_norm`, `batch_norm_relu`."),
        new("dynamics", new TextForm("a text of the language"), "Text that makes activity from compartments, variables and state."),
        new("units", new WholeForm(1, MostUnits), "Number of units."),
        new("shape", _shape, "[units], or [maps, height, width]."),
        new("variables", new MapForm(MapKeys.Names, new NumberForm(-1e9, 1e9), "variable", "an object of names and numbers"), "Learnable numbers of every unit, with their first values.", "{}"),
        new("class", new NameForm(), "A class that `defaults` and other tools select areas by."),
        new("rule", _rule, "Learning rule of its variables and incoming projections.", "the circuit's"),
        new("update", _update, "Update of its variables and incoming projections.", "the circuit's"),
        _rate)
    {
        Choices = [new(true, ["reads", "activation", "dynamics"]), new(false, ["units", "shape"]) { BothMeanNeither = true }],
    };

    public static KeyTable Patch { get; } = new("patch", "Local receptive fields on a [maps, height, width] area.",
        new("size", new WholeForm(1, 1024), "Height and width of the field.", Required: true),
        new("stride", new WholeForm(1, 1024), "Distance between neighbouring fields.", "1"),
        new("padding", new WholeForm(0, 1024), "Rows and columns of zeros around the area.", "0"),
        new("shared", new FlagForm(), "Whether all positions share one set of weights; with `false` each position has its own, logically [units, inputs].", "true"));

    public static KeyTable Pool { get; } = new("pool", "Windows of a [maps, height, width] area, each map by itself; the receiving area has as many maps.",
        new("size", new WholeForm(1, 1024), "Height and width of a window.", Required: true),
        new("stride", new WholeForm(1, 1024), "Distance between neighbouring windows.", "the size"),
        new("kind", new ChoiceForm(["max", "mean"]), "What a window becomes: its largest activity (the first of equals), or the mean.", "\"max\""));

    public static KeyTable Mask { get; } = new("mask", "Which synapses exist; a text alone is evaluated for each.",
        new Key("file", new TextForm("the path of a .npy file"), "Numbers [units, inputs] from a NumPy file, relative to the circuit; 0 where there is no synapse.", Required: true));

    public static KeyTable Projection { get; } = new("projection", "Synapses from one area into a compartment of another; an empty object is a dense projection.",
        new("patch", new ObjectForm(Patch), "Local receptive fields.", "dense"),
        new("pool", new ObjectForm(Pool), "The largest or mean activity of windows, without weights."),
        new("one-to-one", new FlagForm(OnlyTrue: true), "One synapse a unit, from the unit of the same number. With `plastic` false and the constant 1 it copies."),
        new("transpose", new TextForm("the name of a projection"), "Uses the weights of that dense projection, transposed; gradients of both uses add up."),
        new("share", new TextForm("the name of a projection"), "Uses weights and wiring (`patch`, `one-to-one`) of that projection between other areas; gradients of both uses add up."),
        new("init", new ObjectForm(Init), "How weights begin.", "{ \"normal\": 1 }"),
        new("delay", new WholeForm(0, 1000), "Delay in ticks of a presentation, or in steps with `across`.", "0"),
        new("across", new ChoiceForm(["steps"]), "Lets the delay count steps, so that activity crosses from one sample to the next."),
        new("plastic", new FlagForm(), "Whether it may ever change; `false` always wins.", "true"),
        new("rule", _rule, "Learning rule.", "its area's"),
        new("update", _update, "Update.", "its area's"),
        new("density", new NumberForm(0, 1), "Fraction of the synapses that exist, as many for each unit and at least one, drawn from the seed and the projection's name; with a mask, a fraction of those it leaves.", "1"),
        new("mask", new EitherForm([new TextForm("a text of the language"), new ObjectForm(Mask)]), "Which synapses exist: a text of `input`, `unit`, `inputs` and `units` that is 0 where there is none, such as `input != unit`, or a file.", "all"),
        new("sign", new ChoiceForm(["excitatory", "inhibitory"]), "Holds weights at 0 or more, or at 0 or less."),
        new("bounds", new ListForm(new NumberForm(-1e9, 1e9), "a list of two numbers, [low, high]", 2, 2), "Holds weights between two numbers."),
        new("dw", new TextForm("a text of the language"), "How a weight changes for one sample, a text of `pre`, `post`, `w` and more: the rule `local`."),
        new("class", new NameForm(), "A class that `defaults` select projections by."),
        _rate)
    {
        Choices =
        [
            new(false, ["patch", "pool", "one-to-one", "transpose", "share"]), new(false, ["init", "transpose"]), new(false, ["init", "share"]),
            new(false, ["init", "pool"]), new(false, ["plastic", "pool"]), new(false, ["rule", "pool"]), new(false, ["update", "pool"]),
            new(false, ["dw", "update"]),
        ],
    };

    public static KeyTable Learning { get; } = new("learning", "How the whole circuit learns.",
        new("rule", _rule, "Learning rule.", "\"backprop\""),
        new("update", _update, "Update.", "\"sgd\""),
        new("batch", new WholeForm(1, 65536), "Samples of a presentation.", "32"),
        new("presentations", new WholeForm(1, 65536), "Presentations of a step: it takes up to presentations times batch samples, and each presentation learns on its own.", "1"),
        new("seed", new WholeForm(0, (1L << 53) - 1), "Seed of every random number.", "1"),
        _rate);

    public static KeyTable Phase { get; } = new("phase", "One phase of a presentation.",
        new("phase", new NameForm(), "Its name.", Required: true),
        new("ticks", new WholeForm(1, 1000), "How many ticks it lasts.", "1"),
        new("clamp", new MapForm(MapKeys.References, new TextForm("the name of a stream"), "clamped area", "an object of areas and streams"), "Areas that show a stream during the phase; their dynamics rest.", "{}"),
        new("active", _references, "Areas that move; all others hold their activity and state. What reads a stream always shows it.", "all"),
        new("snapshot", new FlagForm(), "Whether costs and measures can read the values at its end: `PHASE.AREA`, `PHASE.AREA.COMPARTMENT`.", "false"),
        new("plastic", _references, "Areas and projections that learn at its end. What costs teach learns at the end of the last phase only.", "all in the last phase, none before"));

    public static KeyTable Run { get; } = new("run", "How long and how a run goes.",
        new("epochs", _count, "Passes over the training rows.", "1"),
        new("steps", _count, "Number of steps, instead of epochs."),
        new("samples", _count, "Samples of an epoch, in a circuit without streams.", "100 steps"),
        new("checkpoint", _every, "When the state is saved besides the first and last step; the newest three checkpoints are kept.", "only the first and last step"),
        new("measure", _every, "When the held-out rows are measured.", "\"every epoch\""))
    {
        Choices = [new(false, ["epochs", "steps"])],
    };

    public static KeyTable Circuit { get; } = new("circuit", "A whole circuit.",
        new("$schema", new TextForm("the path of a JSON Schema"), "For editors; not read."),
        new("format", new WholeForm(1, Formats.Circuit), "Number of this format.", Required: true),
        new("name", new TextForm(), "Name of the circuit.", "the name of the file"),
        new("sources", Map(MapKeys.Names, SourceFormat.Table), "Data of the circuit's own, in files; `digits`, `fashion-mnist` and `mnist` need no entry.", "{}"),
        new("streams", Map(MapKeys.Names, Stream), "Named inputs.", "{}"),
        new("areas", Map(MapKeys.Names, Area) with { Least = 1 }, "Populations of units, by name.", Required: true),
        new("projections", Map(MapKeys.Projections, Projection), "Synapses, by `from -> to` or `from -> to.compartment`; without a compartment they end in `basal`.", "{}"),
        new("learning", new ObjectForm(Learning), "Rule, update, batch and seed.", "{}"),
        new("schedule", new ListForm(new ObjectForm(Phase), "a list of phases", 1, 100), "Phases of a presentation.", "one phase `see` of one tick"),
        new("measures", new MapForm(MapKeys.Names, new TextForm("a text of the language"), "measure", "an object of names and texts"), "Named numbers to report, such as an accuracy.", "{}"),
        new("costs", new TextForm("the path of a cost file"), "The cost file, relative to the circuit.", Required: true),
        new("run", new ObjectForm(Run), "How long a run goes and what it saves.", "{}"),
        new("defaults", new DefaultsForm(), "Keys that areas and projections take over where they do not have them, by selector: `area`, `area.CLASS`, `projection`, `projection.CLASS`, `#NAME`.", "{}"));

    /// <summary>What <c>defaults</c> may give to areas.</summary>
    public static KeyTable AreaDefaults { get; } = Area.AsDefaults();

    /// <summary>What <c>defaults</c> may give to projections.</summary>
    public static KeyTable ProjectionDefaults { get; } = Projection.AsDefaults();

    /// <summary>All tables, in the order of the documentation.</summary>
    public static IReadOnlyList<KeyTable> Tables { get; } =
        [Circuit, SourceFormat.Table, Stream, Area, Projection, Patch, Pool, Mask, Init, Learning, Rule, Update, Phase, Run];

    private static MapForm Map(MapKeys keys, KeyTable table) =>
        new(keys, new ObjectForm(table), table.Name, $"an object of {table.Name}s by name");
}
