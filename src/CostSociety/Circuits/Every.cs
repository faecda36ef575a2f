using System.Globalization;

namespace CostSociety.Circuits;

/// <summary>A rhythm of a run: <c>every epoch</c>, <c>every 200 steps</c>.</summary>
internal readonly record struct Every(int Count, bool Epochs)
{
    /// <summary>The same as a regular expression, for the schema.</summary>
    public const string Pattern = "^every( [1-9][0-9]{0,8})? (step|epoch)s?$";

    private static readonly string[] _units = ["step", "steps", "epoch", "epochs"];

    public static bool TryParse(string text, out Every every)
    {
        every = default;
        string[] words = text.Split(' ');
        if (words.Length is < 2 or > 3 || words[0] != "every" || !_units.Contains(words[^1]))
            return false;
        int count = 1;
        if (words.Length == 3 && !TryCount(words[1], out count))
            return false;
        every = new Every(count, words[^1].StartsWith("epoch", StringComparison.Ordinal));
        return true;
    }

    /// <summary>A rhythm that was checked before.</summary>
    public static Every Parse(string text) => TryParse(text, out var every) ? every : throw new FormatException(text);

    private static bool TryCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is > 0 and < 1_000_000_000 && text[0] != '0';
}
