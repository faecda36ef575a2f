using System.Text;

namespace CostSociety.Runs;

/// <summary>Cells of comma-separated lines; a cell never holds a line break.</summary>
internal static class Csv
{
    /// <summary>A cell as it stands in a file.</summary>
    public static string Quoted(string cell)
    {
        if (cell.AsSpan().IndexOfAny(",\"\r\n") < 0)
            return cell;
        return $"\"{cell.ReplaceLineEndings(" ").Replace("\"", "\"\"")}\"";
    }

    /// <summary>The cells of a line, or null when a quoted one does not end.</summary>
    public static string[]? Split(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                cell.Append(line[++i]);
            else if (c == '"')
                quoted = !quoted;
            else if (c == ',' && !quoted)
                Take(cells, cell);
            else
                cell.Append(c);
        }
        Take(cells, cell);
        return quoted ? null : [.. cells];
    }

    private static void Take(List<string> cells, StringBuilder cell)
    {
        cells.Add(cell.ToString());
        cell.Clear();
    }
}
