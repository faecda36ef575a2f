namespace CostSociety.Language;

/// <summary>Finds the name a user may have meant.</summary>
public static class Suggestions
{
    private const int LongestList = 12;

    /// <summary>The known name nearest to <paramref name="name"/>, or null when none is near.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        int limit = Math.Max(1, name.Length / 3);
        var best = known.Select(k => (Name: k, Distance: Distance(name, k))).Where(k => k.Distance <= limit)
            .OrderBy(k => k.Distance).ThenBy(k => k.Name, StringComparer.Ordinal).FirstOrDefault();
        return best.Name;
    }

    /// <summary>A hint such as <c>did you mean 'error'? known here: activity, error, target</c>.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        string[] names = [.. known.Distinct(StringComparer.Ordinal)];
        string list = names.Length == 0 ? "nothing" : string.Join(", ", names.Take(LongestList));
        string more = names.Length > LongestList ? $" and {names.Length - LongestList} more" : "";
        string meant = Nearest(name, names) is { } nearest ? $"did you mean '{nearest}'? " : "";
        return $"{meant}known here: {list}{more}";
    }

    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 8 || a.Length > 64)
            return int.MaxValue;
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            for (int j = 0; j <= b.Length; j++)
                d[i, j] = i == 0 ? j : j == 0 ? i : Cell(d, a, b, i, j);
        return d[a.Length, b.Length];
    }

    private static int Cell(int[,] d, string a, string b, int i, int j)
    {
        bool same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
        int best = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (same ? 0 : 1));
        bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return swapped ? Math.Min(best, d[i - 2, j - 2] + 1) : best;
    }
}
