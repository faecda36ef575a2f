using System.Globalization;
using System.Text.RegularExpressions;

namespace CostSociety.Data;

/// <summary>The header of an .npy file: a Python dictionary of exactly three keys.</summary>
internal static partial class NpyHeader
{
    private const int MostAxes = 8;

    /// <summary>The shape, when the header describes little-endian floats with the last axis fastest.</summary>
    public static int[] Shape(string header)
    {
        Refuse(Value(header, DescrPattern(), "descr"), "<f4", "descr", "save with astype('<f4')");
        Refuse(Value(header, OrderPattern(), "fortran_order"), "False", "fortran_order", "save np.ascontiguousarray(a)");
        string[] sizes = Value(header, ShapePattern(), "shape").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (sizes.Length is 0 or > MostAxes)
            throw new InvalidDataException($"an array of {sizes.Length} axes; expected 1 to {MostAxes}");
        return [.. sizes.Select(Size)];
    }

    private static string Value(string header, Regex pattern, string key)
    {
        if (!WholePattern().IsMatch(header))
            throw new InvalidDataException("the header is not a dictionary that ends with a line break");
        var matches = pattern.Matches(header);
        return matches.Count == 1 ? matches[0].Groups[1].Value : throw new InvalidDataException($"the header needs '{key}' once");
    }

    private static void Refuse(string value, string expected, string key, string repair)
    {
        if (value != expected)
            throw new InvalidDataException($"{key} is '{value}', but '{expected}' is expected; {repair}");
    }

    private static int Size(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            ? size
            : throw new InvalidDataException($"'{text}' is no size of an axis");

    [GeneratedRegex(@"\A\{[^{}]*\} *\n\z")]
    private static partial Regex WholePattern();

    [GeneratedRegex("'descr' *: *'([^']*)'")]
    private static partial Regex DescrPattern();

    [GeneratedRegex("'fortran_order' *: *(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape' *: *\(([^()]*)\)")]
    private static partial Regex ShapePattern();
}
