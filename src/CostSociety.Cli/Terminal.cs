using System.Globalization;
using Spectre.Console;

namespace CostSociety.Cli;

/// <summary>How results look on standard output.</summary>
internal static class Terminal
{
    private const int WidthOfPipes = 200;
    private const int ColumnGap = 3;

    /// <summary>Whether standard error is a terminal that takes control sequences.</summary>
    public static bool IsInteractive => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>Whether colours are wanted.</summary>
    public static bool HasColour => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private static int Width => Console.IsOutputRedirected ? WidthOfPipes : Math.Max(40, Console.WindowWidth);

    /// <summary>Prints a table: the first columns are texts, the others numbers. One that is too wide goes on below, with its texts once more.</summary>
    public static void PrintTable(string title, string[] head, int texts, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        int[] widths = [.. head.Select((h, i) => all.Select(r => r[i].Length).Append(h.Length).Max() + ColumnGap)];
        Console.Out.WriteLine(title);
        for (int first = texts; first < head.Length || first == texts;)
        {
            int end = EndOfBlock(widths, texts, first);
            PrintColumns(head, texts, all, [.. Enumerable.Range(0, texts), .. Enumerable.Range(first, end - first)]);
            first = Math.Max(end, texts + 1);
        }
    }

    /// <summary>The columns from <paramref name="first"/> on that fit beside the texts: at least one.</summary>
    private static int EndOfBlock(int[] widths, int texts, int first)
    {
        int room = Width - ColumnGap - widths.Take(texts).Sum(), end = first;
        while (end < widths.Length && (end == first || widths[end] <= room))
            room -= widths[end++];
        return end;
    }

    private static void PrintColumns(string[] head, int texts, string[][] rows, int[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (int i in columns)
            table.AddColumn(new TableColumn(Markup.Escape(head[i])) { Alignment = i < texts ? Justify.Left : Justify.Right, NoWrap = true });
        foreach (string[] row in rows)
            table.AddRow([.. columns.Select(i => Markup.Escape(row[i]))]);
        Print(table);
    }

    /// <summary>A number with three or four significant digits.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "-" : Math.Abs(value) switch
    {
        0 => "0",
        < 1e-4 or >= 1e6 => value.ToString("0.###e0", CultureInfo.InvariantCulture),
        < 0.01 => value.ToString("0.00000", CultureInfo.InvariantCulture),
        < 1 => value.ToString("0.0000", CultureInfo.InvariantCulture),
        < 100 => value.ToString("0.000", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0", CultureInfo.InvariantCulture),
    };

    /// <summary>A number with its sign.</summary>
    public static string Signed(double value) => value > 0 ? "+" + Number(value) : Number(value);

    /// <summary>A count with its noun.</summary>
    public static string Plural(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    /// <summary>A whole number with groups of three.</summary>
    public static string Count(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static void Print(Table table)
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected || !HasColour ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = Console.IsOutputRedirected || !HasColour ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = Width;
        console.Write(table);
        foreach (string line in writer.ToString().Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0))
            Console.Out.WriteLine(line);
        Console.Out.WriteLine();
    }
}
