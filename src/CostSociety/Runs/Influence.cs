using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Data;
using CostSociety.Language;

namespace CostSociety.Runs;

/// <summary>
/// What each area does for all others: every quantity of a society whose areas show 0, one after the other, beside the intact
/// one. Nothing is learned meanwhile, so this is what the rest does with what it has, not what it could learn without the area.
/// </summary>
/// <param name="Part">What it is measured on: held out, training, or fresh samples.</param>
/// <param name="Areas">Areas that were silenced.</param>
/// <param name="Quantities">Cost terms and measures.</param>
/// <param name="Intact">Values of the intact society, one for each quantity.</param>
/// <param name="Lesioned">Values without each area, one for each quantity.</param>
public sealed record Influence(
    string Part, IReadOnlyList<string> Areas, IReadOnlyList<string> Quantities, IReadOnlyList<double> Intact, IReadOnlyList<IReadOnlyList<double>> Lesioned)
{
    /// <summary>A quantity without an area, less that of the intact society.</summary>
    public double Difference(int area, int quantity) => Lesioned[area][quantity] - Intact[quantity];

    /// <summary>The difference as a share of the size of the intact value; NaN when that is 0.</summary>
    public double Relative(int area, int quantity) => Intact[quantity] == 0 ? double.NaN : Difference(area, quantity) / Math.Abs(Intact[quantity]);

    /// <summary>Silences every area of a society that computes, each in a copy; the society itself stays as it is.</summary>
    /// <param name="society">The society.</param>
    /// <param name="withInputs">Whether areas that read a stream are silenced too.</param>
    /// <exception cref="NoDataException">The host supplies every stream of its circuit.</exception>
    public static Influence Of(Society society, bool withInputs = false)
    {
        var streams = CircuitStreams.Open(society.Circuit);
        var split = streams.Rows(DataSplit.Test) > 0 ? DataSplit.Test : DataSplit.Train;
        string[] areas = [.. society.Circuit.Areas.Where(a => withInputs || a.Reads is null).Select(a => a.Name)];
        using var state = new MemoryStream();
        society.Save(state);
        string part = split == DataSplit.Test ? "held out" : streams.Streams.Count > 0 ? "training" : "fresh samples";
        return new Influence(part, areas, Quantity.Of(society), Without(null), [.. areas.Select(Without)]);

        double[] Without(string? area) => Measured(society, state, area, new HeldOut(society.Circuit, streams, split));
    }

    /// <summary>Means over influences of one shape, such as those of several seeds.</summary>
    public static Influence Mean(IReadOnlyList<Influence> all) => all[0] with
    {
        Intact = Mean(all, influence => influence.Intact),
        Lesioned = [.. Enumerable.Range(0, all[0].Areas.Count).Select(area => Mean(all, influence => influence.Lesioned[area]))],
    };

    private static double[] Mean(IReadOnlyList<Influence> all, Func<Influence, IReadOnlyList<double>> row) =>
        [.. Enumerable.Range(0, row(all[0]).Count).Select(i => all.Average(influence => row(influence)[i]))];

    /// <summary>The intact society takes its costs over anew too, so that <c>since_swap</c> is the same number in all.</summary>
    private static double[] Measured(Society society, MemoryStream state, string? area, HeldOut part)
    {
        using var copy = Society.Build(society.Circuit, society.Costs, society.Executor);
        state.Position = 0;
        copy.Load(state);
        copy.Swap(Costs(society.Costs, area is null ? [] : [$"gains.{area}=0"]));
        return part.Measure(copy);
    }

    private static CostFile Costs(CostFile costs, string[] overrides)
    {
        var diagnostics = new Diagnostics();
        var changed = CostFile.Parse(new SourceText(costs.Source.Path, costs.ResolvedJson), overrides, diagnostics);
        diagnostics.ThrowIfErrors();
        return changed!;
    }
}
