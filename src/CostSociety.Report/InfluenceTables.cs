using System.Globalization;
using CostSociety.Runs;

namespace CostSociety.Report;

/// <summary>The tables of an influence: differences to the intact society, and the same as shares of its values.</summary>
public static class InfluenceTables
{
    /// <summary>The tables.</summary>
    /// <param name="influence">What to show.</param>
    /// <param name="title">What stands before the title, or empty.</param>
    /// <param name="number">How a number is written.</param>
    public static IEnumerable<TextTable> Of(Influence influence, string title, Func<double, string> number)
    {
        string[] head = ["area held at 0", .. influence.Quantities];
        string[] intact = ["(none)", .. influence.Intact.Select(number)];
        yield return new TextTable(
            $"{title}change of each value, {influence.Part}", head, 1, [intact, .. Rows(influence, influence.Difference, value => Signed(value, number))]);
        yield return new TextTable($"{title}change as a share of the intact value", head, 1, Rows(influence, influence.Relative, Share));
    }

    /// <summary>A number with its sign.</summary>
    public static string Signed(double value, Func<double, string> number) => value > 0 ? "+" + number(value) : number(value);

    /// <summary>A share in percent, with its sign.</summary>
    public static string Share(double value) => double.IsNaN(value) ? "-" : value.ToString("+0.0 %;-0.0 %;0 %", CultureInfo.InvariantCulture);

    private static List<string[]> Rows(Influence influence, Func<int, int, double> value, Func<double, string> text) =>
        [.. influence.Areas.Select((area, a) => (string[])[area, .. influence.Quantities.Select((_, q) => text(value(a, q)))])];
}
