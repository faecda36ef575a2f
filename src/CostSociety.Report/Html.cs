using System.Globalization;
using System.Net;

namespace CostSociety.Report;

/// <summary>Texts and numbers as they stand in HTML and SVG.</summary>
internal static class Html
{
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A coordinate.</summary>
    public static string At(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A value for people: four significant digits; an en dash when there is none.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "–"
        : value == 0 ? "0"
        : Math.Abs(value) is >= 1e-3 and < 1e6 ? Significant(value)
        : value.ToString("0.###e0", CultureInfo.InvariantCulture);

    public static string Shortened(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private static string Significant(double value)
    {
        int decimals = Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6);
        string text = value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return decimals > 0 ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}
