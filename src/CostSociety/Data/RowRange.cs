using System.Globalization;

namespace CostSociety.Data;

/// <summary>Rows <c>start:stop</c> or <c>start:stop:stride</c> of a source; the stop is not included.</summary>
internal readonly record struct RowRange(int Start, int Stop, int Stride)
{
    /// <summary>The same as a regular expression, for the schema.</summary>
    public const string Pattern = "^[0-9]{1,9}:[0-9]{1,9}(:[1-9][0-9]{0,8})?$";

    public static bool TryParse(string text, out RowRange range)
    {
        string[] parts = text.Split(':');
        var numbers = new int[3];
        numbers[2] = 1;
        range = default;
        if (parts.Length is < 2 or > 3)
            return false;
        for (int i = 0; i < parts.Length; i++)
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return false;
        range = new RowRange(numbers[0], numbers[1], numbers[2]);
        return range.Start < range.Stop && range.Stride > 0;
    }

    public bool Holds(int row) => row >= Start && row < Stop && (row - Start) % Stride == 0;
}
