using CostSociety.Circuits;

namespace CostSociety.Runs;

/// <summary>Names of what a run reports, as texts of the language say them: <c>cost.AREA.TERM</c>, or the name of a measure.</summary>
public static class Quantity
{
    private const string Cost = "cost.";

    /// <summary>Whether a name is that of a cost term.</summary>
    public static bool IsCost(string name) => name.StartsWith(Cost, StringComparison.Ordinal);

    /// <summary>All of a circuit: cost terms, then measures, modulators and monitors, each in the order of the files.</summary>
    public static IReadOnlyList<string> Of(Circuit circuit) =>
    [
        .. circuit.Costs.Costs.SelectMany(c => c.Terms.Select(t => $"{Cost}{c.Area}.{t.Name}")),
        .. circuit.Measures.Select(m => m.Name),
        .. circuit.Costs.Modulators.Select(m => $"modulator.{m.Name}"),
        .. circuit.Costs.Monitors.Select(m => $"monitor.{m.Name}"),
    ];

    /// <summary>All of a society, in the order of its values.</summary>
    public static IReadOnlyList<string> Of(Society society) => [.. society.CostTerms.Select(t => Cost + t), .. society.Measures];

    /// <summary>All of a run with their values, in the same order.</summary>
    /// <param name="result">What came of the run.</param>
    /// <param name="heldOut">Whether values are those of the held-out part, or means of the last epoch.</param>
    public static IEnumerable<(string Name, double Value)> Of(RunResult result, bool heldOut) =>
        result.Costs.Zip(result.HeldOutCosts, (last, held) => ($"{Cost}{last.Area}.{last.Term}", heldOut ? held.Value : last.Last))
            .Concat(result.Measures.Select(m => (m.Name, heldOut ? m.Test : m.Train)));
}
