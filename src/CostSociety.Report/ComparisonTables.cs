using CostSociety.Runs;

namespace CostSociety.Report;

/// <summary>A table of texts.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Head">Names of the columns.</param>
/// <param name="Texts">How many columns from the left are words; the others are numbers.</param>
/// <param name="Rows">The rows; a first cell that is empty repeats the one above.</param>
public sealed record TextTable(string Title, IReadOnlyList<string> Head, int Texts, IReadOnlyList<string[]> Rows);

/// <summary>The tables of a comparison, for a page or a terminal.</summary>
/// <param name="result">What was compared.</param>
/// <param name="quantities">Measures and cost terms to show.</param>
/// <param name="number">How a number is written.</param>
public sealed class ComparisonTables(ExperimentResult result, IReadOnlyList<string> quantities, Func<double, string> number)
{
    /// <summary>All tables that have rows.</summary>
    public IEnumerable<TextTable> All => new[] { Values, Pairs, Samples }.Where(table => table.Rows.Count > 0);

    private string Seeds => result.Seeds == 1 ? "1 seed" : $"{result.Seeds} seeds";

    private TextTable Values => new(
        $"{string.Join(", ", result.Variants.Select(v => v.Circuit.Name).Distinct())}, {(result.IsHeldOut ? "held out" : "last epoch")}, {Seeds}",
        ["value", "variant", "mean", "sd", "95 % interval", "failed"], 2,
        Blocks(quantities, 0, (quantity, variant) => result.Has(variant, quantity) ? ValueCells(Statistics.Of(result.Values(variant, quantity))) : null));

    private TextTable Pairs => new(
        $"difference to {result.Variants[0].Name}, paired by seed",
        ["value", "variant", "mean difference", "95 % interval", "higher", "lower"], 2,
        Blocks([.. quantities.Where(q => result.Has(0, q))], 1, (quantity, variant) => result.Has(variant, quantity) ? PairCells(result.Pair(variant, quantity)) : null));

    private TextTable Samples => new(
        "samples until reached, mean over the seeds that reached it",
        ["criterion", "variant", "mean", "95 % interval", "reached", "never"], 2,
        Blocks([.. result.Criteria.Select(c => c.ToString())], 0, SampleCells));

    private string[] ValueCells(Statistics s) => [number(s.Mean), number(s.Deviation), Interval(s, number), $"{s.Failed}"];

    private string[] PairCells(Paired pair) =>
        [Signed(pair.Differences.Mean), Interval(pair.Differences, Signed), $"{pair.Higher}", $"{pair.Lower}"];

    private string[]? SampleCells(string criterion, int variant)
    {
        int index = result.Criteria.Select(c => c.ToString()).ToList().IndexOf(criterion);
        if (!result.Has(variant, result.Criteria[index].Quantity))
            return null;
        var s = Statistics.Of(result.Samples(variant, index));
        return [Whole(s.Mean), Interval(s, Whole), $"{result.Seeds - s.Failed}", $"{s.Failed}"];
    }

    /// <summary>One block of rows for each name, one row for each variant that has it; the name stands in the first.</summary>
    private List<string[]> Blocks(IReadOnlyList<string> names, int firstVariant, Func<string, int, string[]?> cells)
    {
        var rows = new List<string[]>();
        foreach (string name in names)
        {
            string shown = name;
            for (int variant = firstVariant; variant < result.Variants.Count; variant++)
                if (cells(name, variant) is { } rest)
                {
                    rows.Add([shown, result.Variants[variant].Name, .. rest]);
                    shown = "";
                }
        }
        return rows;
    }

    private string Whole(double value) => double.IsNaN(value) ? number(value) : value.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture);

    private string Signed(double value) => InfluenceTables.Signed(value, number);

    private string Interval(Statistics s, Func<double, string> text) => double.IsNaN(s.Low) ? number(s.Low) : $"{text(s.Low)} .. {text(s.High)}";
}
