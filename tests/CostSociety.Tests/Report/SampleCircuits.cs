using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Tests.Report;

/// <summary>Circuits made by hand, for pictures.</summary>
internal static class SampleCircuits
{
    private static readonly SourceText _nowhere = new("<sample>", "");

    public static Circuit Digits() => Circuit(
        "digits-society", "Three areas, three costs, one optimizer: the smallest society that reads handwriting.",
        [Stream("image", "digits", 1, 8, 8), Stream("label", "digits", 10)],
        [
            Area("retina", [1, 8, 8], reads: "image"), Area("v1", [8, 6, 6], activation: "relu"),
            Area("it", [32], dynamics: "tanh(basal + bias)"), Area("report", [10], activation: "softmax"),
        ],
        [
            Projection("retina", "v1", patch: new PatchSpec(3, 1, 0, true, SourceSpan.None)), Projection("v1", "it"),
            Projection("it", "report"), Projection("v1", "retina", "apical"),
        ],
        [
            Cost("v1", ("reconstruct", "mean(square(retina.apical - retina))"), ("sparse", "sparsity * mean(abs(v1))")),
            Cost("report", ("cost", "cross_entropy(report, label)")),
        ],
        [Stage("eyes", "step >= 300 or cost.v1.reconstruct < 0.02", "v1", "v1 -> retina.apical"), Stage("school", null)]);

    /// <summary>Skips, recurrence, a fork, a delayed projection and one that never learns.</summary>
    public static Circuit Tangle() => Circuit(
        "tangle", "Everything that is hard to draw.",
        [Stream("image", "host", 3, 32, 32), Stream("sound", "host", 128), Stream("label", "host", 10), Stream("reward", "host", 1)],
        [
            Area("eye", [3, 32, 32], reads: "image"), Area("ear", [128], reads: "sound"), Area("v1", [32, 16, 16], activation: "relu"),
            Area("a1", [256], activation: "tanh"), Area("binding", [512], dynamics: "u = u + (basal - u) / 8; activity = tanh(u)"),
            Area("report", [10], activation: "softmax"), Area("value", [1]),
        ],
        [
            Projection("eye", "v1", patch: new PatchSpec(5, 2, 2, false, SourceSpan.None)), Projection("ear", "a1"), Projection("v1", "binding"),
            Projection("a1", "binding"), Projection("binding", "report"), Projection("binding", "value"), Projection("eye", "report"),
            Projection("v1", "report"), Projection("v1", "eye", "apical", transpose: "eye -> v1"), Projection("report", "v1", "apical", plastic: false),
            Projection("report", "ear", "apical"), Projection("binding", "binding", "lateral", delay: 1), Projection("binding", "a1", "apical"),
        ],
        [
            Cost("v1", ("reconstruct", "mean(square(eye.apical - eye))"), ("decorrelate", "0.1 * sum(square(covariance(v1)))")),
            Cost("report", ("cost", "cross_entropy(report, label)")), Cost("value", ("cost", "square(value - reward)")),
        ],
        [Stage("womb", "step >= 100", "v1", "a1"), Stage("infancy", "step >= 400", "v1", "binding"), Stage("school", null)]);

    private static Circuit Circuit(
        string name, string why, StreamSpec[] streams, AreaSpec[] areas, ProjectionSpec[] projections, CostSpec[] costs, StageSpec[] stages) => new()
        {
            Name = name,
            Why = why,
            Source = _nowhere,
            Streams = streams,
            Areas = areas,
            Projections = projections,
            Learning = new LearningSpec(new RuleSpec("backprop", null, SourceSpan.None), new UpdateSpec("sgd", new Dictionary<string, ExpressionText>(), SourceSpan.None), 32, 1, 1, SourceSpan.None),
            Schedule = [],
            Measures = [],
            Costs = new CostFile { Name = "sample", Source = _nowhere, Parameters = [], Costs = costs, Development = stages },
            Run = new RunSpec(30, null, 200, 0, 1, SourceSpan.None),
        };

    private static StreamSpec Stream(string name, string source, params int[] shape) =>
        new(name, source, name, shape, false, 1, false, null, SourceSpan.None);

    private static AreaSpec Area(string name, int[] shape, string? reads = null, string? activation = null, string? dynamics = null) =>
        new(name, shape, reads, activation, dynamics is null ? null : Text(dynamics), [], null, null, null, "", SourceSpan.None);

    private static ProjectionSpec Projection(
        string from, string to, string compartment = "basal", PatchSpec? patch = null, string? transpose = null, int delay = 0, bool plastic = true)
    {
        string name = compartment == "basal" ? $"{from} -> {to}" : $"{from} -> {to}.{compartment}";
        return new(name, from, to, compartment, patch, InitSpec.Default, transpose, delay, false, plastic, null, null, "", SourceSpan.None);
    }

    private static CostSpec Cost(string area, params (string Name, string Text)[] terms) =>
        new(area, [.. terms.Select(t => new TermSpec(t.Name, Text(t.Text), SourceSpan.None))], Text("1"), [], "", SourceSpan.None);

    private static StageSpec Stage(string name, string? until, params string[] plastic) => new(
        name, until is null ? null : Text(until), plastic.Length == 0 ? null : [.. plastic.Select(p => new NameSpec(p, SourceSpan.None))], "", SourceSpan.None);

    private static ExpressionText Text(string text) => ExpressionText.Made(text, SourceSpan.None);
}
