using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Report;
using CostSociety.Runs;

namespace CostSociety.Tests.Report;

/// <summary>Comparisons of runs that never were.</summary>
internal static class SampleComparisons
{
    private const int Seeds = 5;

    /// <summary>Two variants, one of which failed once and has no cost of v1.</summary>
    public static ComparisonData Digits()
    {
        var circuit = SampleCircuits.Digits();
        circuit = circuit with { Measures = [new MeasureSpec("accuracy", circuit.Costs.Costs[0].Terms[0].Text, SourceSpan.None)] };
        var without = circuit with { Costs = circuit.Costs with { Costs = [.. circuit.Costs.Costs.Skip(1)], Development = [] } };
        var result = new ExperimentResult(
            [new Variant("staged", circuit), new Variant("without v1", without)],
            [Runs("staged", circuit, 0.9), [.. Runs("without v1", without, 0.7).SkipLast(1), Failed("without v1")]])
        {
            Criteria = [new Criterion("accuracy", 0.85, FromBelow: true)],
            Seconds = 12.3,
        };
        return new ComparisonData(result, ["accuracy", "cost.v1.reconstruct", "cost.report.cost"])
        {
            Facts = [new("seeds", "1 to 5"), new("command", "costsociety compare --variant staged --variant 'without v1' --seeds 5")],
        };
    }

    /// <summary>Three areas: one that much depends on, one that costs something, one that does nothing.</summary>
    public static Influence Influence() => new(
        "held out", ["v1", "it", "idle"], ["cost.v1.reconstruct", "accuracy"], [0.1, 0.9], [[0.4, 0.1], [0.1, 0.95], [0.1, 0.9]]);

    private static VariantRun[] Runs(string name, Circuit circuit, double best) =>
        [.. Enumerable.Range(1, Seeds).Select(seed => Run(name, (ulong)seed, circuit, best + 0.01 * (seed * seed % 7)))];

    private static VariantRun Failed(string name) => new(name, Seeds) { Failure = "the cost term report.cost became NaN at step 3", Reached = [null] };

    private static VariantRun Run(string name, ulong seed, Circuit circuit, double accuracy) => new(name, seed)
    {
        Result = new RunResult
        {
            Steps = 400,
            Samples = 12800,
            Seconds = 1,
            SamplesPerSecond = 12800,
            Costs = [.. Terms(circuit).Select(t => new TermResult(t.Area, t.Term, 1, 1 - accuracy))],
            HeldOutCosts = [.. Terms(circuit).Select(t => new HeldOutCost(t.Area, t.Term, 1.02 - accuracy))],
            Measures = [new MeasureResult("accuracy", accuracy, accuracy - 0.01)],
            HasHeldOut = true,
            IsStopped = false,
        },
        Stages = circuit.Costs.Development.Count == 0 ? [] : [new("eyes", 0, 99 + 10 * (long)seed), new("school", 100 + 10 * (long)seed, 399)],
        Reached = [accuracy > 0.86 ? 1000 * (long)seed : null],
        Influence = name == "staged" ? Influence() : null,
        Curves = [.. Terms(circuit).Select(t => Curve($"cost.{t.Area}.{t.Term}", false, accuracy)), Curve("accuracy", true, accuracy - 0.01)],
    };

    private static IEnumerable<(string Area, string Term)> Terms(Circuit circuit) => circuit.Costs.Costs.SelectMany(c => c.Terms, (c, t) => (c.Area, t.Name));

    private static Curve Curve(string quantity, bool heldOut, double end)
    {
        double[] steps = [.. Enumerable.Range(1, 100).Select(i => 4.0 * i)];
        return new Curve(quantity, heldOut, steps, [.. steps.Select(s => heldOut ? end * (1 - Math.Exp(-s / 90)) : 1 - end * (1 - Math.Exp(-s / 90)))]);
    }
}
