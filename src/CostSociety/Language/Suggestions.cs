namespace CostSociety.Language;

/// <summary>What a user may have meant by a name that is unknown.</summary>
public static class Suggestions
{
    private const int MostListed = 12;
    private const int LongestCompared = 80;

    /// <summary>
    /// The known name fewest slips away (letters changed, missing, added or swapped; case counts for nothing), or null
    /// if none is near for its length. A known name that ends in <c>.name</c> is near too.
    /// </summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        string? best = null;
        int least = Math.Min(4, (name.Length + 1) / 3) + 1;
        foreach (string candidate in known.Order(StringComparer.Ordinal))
        {
            int slips = Slips(name, candidate, least);
            if (slips < least)
                (best, least) = (candidate, slips);
        }
        return best ?? known.Where(candidate => EndsWithSegment(candidate, name)).Min(StringComparer.Ordinal);
    }

    /// <summary><c>did you mean 'x'? known here: a, b, c</c>, with at most twelve names.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        string[] names = [.. known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (names.Length == 0)
            return "no name is known here";
        string listed = string.Join(", ", names.Take(MostListed));
        string more = names.Length > MostListed ? $" and {names.Length - MostListed} more" : "";
        string meant = Nearest(name, names) is { } nearest ? $"did you mean '{nearest}'? " : "";
        return $"{meant}known here: {listed}{more}";
    }

    private static bool EndsWithSegment(string candidate, string name) =>
        name.Length > 0 && candidate.EndsWith("." + name, StringComparison.OrdinalIgnoreCase);

    private static int Slips(string name, string candidate, int least)
    {
        bool isLong = Math.Max(name.Length, candidate.Length) > LongestCompared;
        bool isFar = Math.Abs(name.Length - candidate.Length) >= least;
        return isLong || isFar ? least : Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());
    }

    /// <summary>Damerau-Levenshtein distance, adjacent swaps only (optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
            for (int j = 1; j <= b.Length; j++)
            {
                int change = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(change, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
