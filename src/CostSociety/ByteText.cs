using System.Globalization;

namespace CostSociety;

/// <summary>Sizes as people write them: <c>512 MB</c>, <c>1.5 GB</c>; a kB is 1,000 bytes.</summary>
public static class ByteText
{
    private static readonly (string Unit, double Bytes)[] _units =
        [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1)];

    /// <summary>A size with at most one digit behind the point.</summary>
    public static string Format(long bytes)
    {
        var (unit, size) = Array.Find(_units, u => bytes >= 10 * u.Bytes || u.Bytes == 1);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / size:0.#} {unit}");
    }

    /// <summary>Reads a size with a unit, such as <c>2GB</c> or <c>500 MB</c>; a number alone means bytes.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        string trimmed = text.Trim();
        var (unit, size) = Array.Find(_units, u => trimmed.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase));
        string number = unit is null ? trimmed : trimmed[..^unit.Length].TrimEnd();
        bool good = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value);
        double product = value * (unit is null ? 1 : size);
        bytes = good && product is >= 1 and < long.MaxValue ? (long)product : 0;
        return bytes > 0;
    }
}
