using System.Globalization;
using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Tests.Circuits;

/// <summary>Everything a circuit says, places apart, so that two circuits can be compared.</summary>
internal static class CircuitText
{
    public static string Write(Circuit circuit) => string.Join("\n",
    [
        circuit.Name, circuit.Why,
        .. circuit.Streams.Select(s => $"{s.Name} {s.Source} {s.Field} {List(s.Shape)} {s.OneHot} {s.Scale} {s.CenterOnTrainingMean} {s.Split}"),
        .. circuit.Areas.Select(Area),
        .. circuit.Projections.Select(Projection),
        $"{Rule(circuit.Learning.Rule)} {Update(circuit.Learning.Update)} {circuit.Learning.Batch} {circuit.Learning.Presentations} {circuit.Learning.Seed}",
        .. circuit.Schedule.Select(Phase),
        .. circuit.Measures.Select(m => $"{m.Name} {m.Text.Text}"),
        (circuit.Run with { Span = SourceSpan.None }).ToString(),
        Write(circuit.Costs),
    ]);

    public static string Write(CostFile costs) => string.Join("\n",
    [
        costs.Name,
        .. costs.Parameters.Select(p => $"{p.Name} = {p.Text.Text}"),
        .. costs.Costs.Select(c => $"{c.Area} {List(c.Terms.Select(t => $"{t.Name}: {t.Text.Text}"))} {c.Weight.Text} {List(c.Teaches.Select(t => t.Name))} {c.Why}"),
        .. costs.Development.Select(s => $"{s.Name} {s.Until?.Text} {(s.Plastic is null ? "all" : List(s.Plastic.Select(n => n.Name)))} {s.Why}"),
    ]);

    private static string Phase(PhaseSpec p) => $"{p.Name} {p.Ticks} {List(p.Clamp.Select(c => $"{c.Area}:{c.Stream}"))} {Names(p.Active)} {p.Snapshot} {Names(p.Plastic)}";

    private static string Names(IEnumerable<NameSpec>? names) => names is null ? "-" : List(names.Select(n => n.Name));

    private static string Area(AreaSpec a) =>
        $"{a.Name} {List(a.Shape)} {a.Reads} {a.Activation} {a.Dynamics?.Text} {List(a.Variables.Select(v => $"{v.Name}={v.Initial}"))} {a.Class} {Rule(a.Rule)} {Update(a.Update)} {a.Why}";

    private static string Projection(ProjectionSpec p) =>
        $"{p.Name} {p.From} {p.To} {p.Compartment} {p.Patch?.Size}/{p.Patch?.Stride}/{p.Patch?.Padding}/{p.Patch?.Shared} {p.Pool?.Size}/{p.Pool?.Stride}/{p.Pool?.IsMax} {p.OneToOne} {p.Share} {p.Class} {Init(p.Init)} {p.Transpose} {p.Delay} {p.AcrossSteps} {p.Plastic} {Rule(p.Rule)} {Update(p.Update)} {p.Why}";

    private static string Init(InitSpec? i) => i is null ? "-" : $"{i.Kind} {i.Gain} {i.FanOut} {i.File}";

    private static string Rule(RuleSpec? r) => r is null ? "-" : $"{r.Name} {Init(r.Feedback)}";

    private static string Update(UpdateSpec? u) => u is null ? "-"
        : $"{u.Kind} {List(u.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value.Text}"))}";

    private static string List<T>(IEnumerable<T> items) =>
        $"[{string.Join(", ", items.Select(i => Convert.ToString(i, CultureInfo.InvariantCulture)))}]";
}
