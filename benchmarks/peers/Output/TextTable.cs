using System.Globalization;

namespace CostSociety.Peers.Output;

/// <summary>Tables in plain text, a Markdown table at the same time.</summary>
internal static class TextTable
{
    /// <summary>Prints rows under a head, columns as wide as needed; the first columns are texts, the others numbers.</summary>
    public static void Print(string[] head, int texts, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. head.Select((h, i) => rows.Select(r => r[i].Length).Append(h.Length).Append(3).Max())];
        Console.Out.WriteLine(Line(head));
        Console.Out.WriteLine($"|{string.Join('|', widths.Select((w, i) => i < texts ? new string('-', w + 2) : new string('-', w + 1) + ":"))}|");
        foreach (string[] row in rows)
            Console.Out.WriteLine(Line(row));
        Console.Out.WriteLine();

        string Line(string[] cells) =>
            $"| {string.Join(" | ", cells.Select((c, i) => i < texts ? c.PadRight(widths[i]) : c.PadLeft(widths[i])))} |";
    }

    /// <summary>A number with about three digits.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "-" : Math.Abs(value) switch
    {
        >= 1000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
