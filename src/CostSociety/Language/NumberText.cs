using System.Globalization;

namespace CostSociety.Language;

/// <summary>Numbers as the language writes them.</summary>
public static class NumberText
{
    /// <summary>The shortest text that reads back as the same number: <c>0.05</c>, <c>1e-07</c>, <c>1e20</c>.</summary>
    public static string Format(double value) =>
        value.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e").Replace('E', 'e');

    /// <summary>Reads a number; false when it is malformed, or too large for float32, which all values are.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        const NumberStyles Styles = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text, Styles, CultureInfo.InvariantCulture, out value) && float.IsFinite((float)value);
    }
}
