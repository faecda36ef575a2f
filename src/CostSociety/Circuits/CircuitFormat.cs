using CostSociety.Data;

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

    private static readonly PatternForm _every = new("\"every 200 steps\" or \"every 5 epochs\"", Every.Pattern, t => Every.TryParse(t, out _));

    private static readonly PatternForm _rows = new("rows as \"start:stop\" or \"start:stop:stride\"", RowRange.Pattern, t => RowRange.TryParse(t, out _));

    public static KeyTable Stream { get; } = new("stream", "A named input, one value or vector a sample.",
        new("source", new TextForm("the name of a data source"), "Where the data comes from; `host` when the program that embeds the circuit supplies it.", Required: true),
        new("field", new TextForm("the name of a field of the source"), "Which field of the source.", "the name of the stream"),
        new("shape", _shape, "Shape of one sample; required for `host`, otherwise checked against the source.", "the source's"),
        new("encode", new ChoiceForm(["one-hot"]), "Turns a class number into a vector of zeros with a single one."),
        new("scale", new NumberForm(-1e9, 1e9), "Factor of every value.", "1"),
        new("center", new ChoiceForm(["train-mean"]), "Takes off the mean of the training rows, per position, after scaling."),
        new("split", _rows, "Rows used for training, the rest is held out; all streams of one source share one split.", "the source's own split"));

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

    public static KeyTable Rule { get; } = new("rule", "A learning rule with options; a text alone is its name.",
        new("name", new TextForm("the name of a learning rule"), "`backprop`, `feedback-alignment`, `sign-symmetric` or `frozen`.", "the rule of the enclosing area or circuit"),
        new("feedback", new ObjectForm(Init), "How fixed feedback weights begin.", "the rule's own"))
    {
        Shorthand = "name",
    };

    public static KeyTable Update { get; } = new("update", "How a gradient changes weights; a text alone is its kind. Every other key is a parameter of that update.",
        new Key("kind", new TextForm("the name of an update"), "A name of `library.updates`: `sgd`, `momentum`, `adam`. Without it, the keys change parameters of the update of the enclosing area or circuit.", "the update of the enclosing area or circuit"))
    {
        Rest = new ExpressionForm(),
        Shorthand = "kind",
    };

    private static readonly EitherForm _rule = new([new TextForm("the name of a learning rule"), new ObjectForm(Rule)]);

    private static readonly EitherForm _update = new([new TextForm("the name of an update"), new ObjectForm(Update)]);

    private static readonly Key _rate = new("rate", new RefusedForm("a rate belongs to an update", "write \"update\": { \"rate\": ... }"), "");

    public static KeyTable Area { get; } = new("area", "A population of units.",
        new("reads", new TextForm("the name of a stream"), "The stream whose values are its activity; shape and units are the stream's."),
        new("activation", new TextForm("the name of an activation"), "A name of `library.activations`: `linear`, `relu`, `tanh`, `sigmoid`, `softplus`, `softmax`, `leaky_relu`."),
        new("dynamics", new TextForm("a text of the language"), "Text that makes activity from compartments, variables and state."),
        new("units", new WholeForm(1, MostUnits), "Number of units."),
        new("shape", _shape, "[units], or [maps, height, width]."),
        new("variables", new MapForm(MapKeys.Names, new NumberForm(-1e9, 1e9), "variable", "an object of names and numbers"), "Learnable numbers of every unit, with their first values.", "{}"),
        new("class", new NameForm(), "A class that other tools select areas by."),
        new("rule", _rule, "Learning rule of its variables and incoming projections.", "the circuit's"),
        new("update", _update, "Update of its variables and incoming projections.", "the circuit's"),
        _rate)
    {
        Choices = [new(true, ["reads", "activation", "dynamics"]), new(false, ["units", "shape"])],
    };

    public static KeyTable Patch { get; } = new("patch", "Local receptive fields on a [maps, height, width] area.",
        new("size", new WholeForm(1, 1024), "Height and width of the field.", Required: true),
        new("stride", new WholeForm(1, 1024), "Distance between neighbouring fields.", "1"),
        new("padding", new WholeForm(0, 1024), "Rows and columns of zeros around the area.", "0"),
        new("shared", new FlagForm(OnlyTrue: true), "Whether all positions share one set of weights.", "true"));

    public static KeyTable Projection { get; } = new("projection", "Synapses from one area into a compartment of another; an empty object is a dense projection.",
        new("patch", new ObjectForm(Patch), "Local receptive fields with shared weights.", "dense"),
        new("transpose", new TextForm("the name of a projection"), "Uses the weights of that dense projection, transposed; gradients of both uses add up."),
        new("init", new ObjectForm(Init), "How weights begin.", "{ \"normal\": 1 }"),
        new("delay", new WholeForm(0, 1000), "Delay in ticks of a presentation, or in steps with `across`.", "0"),
        new("across", new ChoiceForm(["steps"]), "Lets the delay count steps, so that activity crosses from one sample to the next."),
        new("plastic", new FlagForm(), "Whether it may ever change; `false` always wins.", "true"),
        new("rule", _rule, "Learning rule.", "its area's"),
        new("update", _update, "Update.", "its area's"),
        _rate,
        Later("density"), Later("pool"), Later("one-to-one"), Later("mask"), Later("sign"), Later("bounds"))
    {
        Choices = [new(false, ["patch", "transpose"]), new(false, ["init", "transpose"])],
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
        new("ticks", new WholeForm(1, 1000), "How many ticks it lasts.", "1"));

    public static KeyTable Run { get; } = new("run", "How long and how a run goes.",
        new("epochs", _count, "Passes over the training rows.", "1"),
        new("steps", _count, "Number of steps, instead of epochs."),
        new("checkpoint", _every, "When the state is saved besides the first and last step.", "only the first and last step"),
        new("measure", _every, "When the held-out rows are measured.", "\"every epoch\""))
    {
        Choices = [new(false, ["epochs", "steps"])],
    };

    public static KeyTable Circuit { get; } = new("circuit", "A whole circuit.",
        new("$schema", new TextForm("the path of a JSON Schema"), "For editors; not read."),
        new("format", new WholeForm(1, Formats.Circuit), "Number of this format.", Required: true),
        new("name", new TextForm(), "Name of the circuit.", "the name of the file"),
        new("streams", Map(MapKeys.Names, Stream), "Named inputs.", "{}"),
        new("areas", Map(MapKeys.Names, Area) with { Least = 1 }, "Populations of units, by name.", Required: true),
        new("projections", Map(MapKeys.Projections, Projection), "Synapses, by `from -> to` or `from -> to.compartment`; without a compartment they end in `basal`.", "{}"),
        new("learning", new ObjectForm(Learning), "Rule, update, batch and seed.", "{}"),
        new("schedule", new ListForm(new ObjectForm(Phase), "a list of phases", 1, 100), "Phases of a presentation.", "one phase `see` of one tick"),
        new("measures", new MapForm(MapKeys.Names, new TextForm("a text of the language"), "measure", "an object of names and texts"), "Named numbers to report, such as an accuracy.", "{}"),
        new("costs", new TextForm("the path of a cost file"), "The cost file, relative to the circuit.", Required: true),
        new("run", new ObjectForm(Run), "How long a run goes and what it saves.", "{}"),
        Later("defaults"));

    /// <summary>All tables, in the order of the documentation.</summary>
    public static IReadOnlyList<KeyTable> Tables { get; } =
        [Circuit, Stream, Area, Projection, Patch, Init, Learning, Rule, Update, Phase, Run];

    private static MapForm Map(MapKeys keys, KeyTable table) =>
        new(keys, new ObjectForm(table), table.Name, $"an object of {table.Name}s by name");

    private static Key Later(string name) => new(name, new RefusedForm(
        $"'{name}' is reserved and not supported yet in format {Formats.Circuit}", "leave it out"), "");
}
