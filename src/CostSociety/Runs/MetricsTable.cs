using System.Globalization;

namespace CostSociety.Runs;

/// <summary>One row of <c>metrics.csv</c>; NaN stands for an empty cell.</summary>
/// <param name="Step">The society's age in steps.</param>
/// <param name="Epoch">Completed epochs.</param>
/// <param name="Stage">Name of the stage, or empty.</param>
/// <param name="SamplesPerSecond">Throughput.</param>
/// <param name="Values">One for each value column.</param>
public sealed record MetricsRow(long Step, double Epoch, string Stage, double SamplesPerSecond, IReadOnlyList<double> Values);

/// <summary>The content of a <c>metrics.csv</c>.</summary>
/// <param name="Columns">Names of the value columns.</param>
/// <param name="Rows">The rows, in the order of the file.</param>
public sealed record MetricsTable(IReadOnlyList<string> Columns, IReadOnlyList<MetricsRow> Rows)
{
    internal static readonly string[] FixedColumns = ["step", "epoch", "stage", "samples_per_second"];

    /// <summary>A table of nothing.</summary>
    public static MetricsTable Empty { get; } = new([], []);

    /// <summary>Reads a file; a last line without its end is left out.</summary>
    /// <exception cref="CheckpointException">A whole line is not a row of the table.</exception>
    public static MetricsTable Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return Parse(path, reader.ReadToEnd());
    }

    /// <summary>The rows up to a step, that one included.</summary>
    public MetricsTable UpTo(long step) => this with { Rows = [.. Rows.Where(row => row.Step <= step)] };

    /// <summary>Steps and values of a column, empty cells left out.</summary>
    public (IReadOnlyList<double> Steps, IReadOnlyList<double> Values) Series(string column)
    {
        int index = Columns.ToList().IndexOf(column);
        MetricsRow[] rows = index < 0 ? [] : [.. Rows.Where(row => !double.IsNaN(row.Values[index]))];
        return ([.. rows.Select(row => (double)row.Step)], [.. rows.Select(row => row.Values[index])]);
    }

    private static MetricsTable Parse(string path, string text)
    {
        string[] lines = text.Split('\n');
        if (lines.Length == 1)
            return Empty;
        string[] header = Cells(path, 1, lines[0]);
        if (!header.AsSpan().StartsWith(FixedColumns))
            throw new CheckpointException($"{path}:1: expected the columns {string.Join(',', FixedColumns)} first");
        var rows = new List<MetricsRow>();
        for (int i = 1; i < lines.Length - 1; i++)
            rows.Add(Row(path, i + 1, lines[i], header.Length));
        return new MetricsTable(header[FixedColumns.Length..], rows);
    }

    private static MetricsRow Row(string path, int line, string text, int cells)
    {
        string[] row = Cells(path, line, text);
        if (row.Length != cells)
            throw new CheckpointException($"{path}:{line}: {row.Length} cells, but the header has {cells}");
        if (!long.TryParse(row[0], NumberStyles.None, CultureInfo.InvariantCulture, out long step))
            throw new CheckpointException($"{path}:{line}: '{row[0]}' is no step");
        double[] values = [.. row.Skip(FixedColumns.Length).Select(cell => Number(path, line, cell))];
        return new MetricsRow(step, Number(path, line, row[1]), row[2], Number(path, line, row[3]), values);
    }

    private static double Number(string path, int line, string cell) =>
        cell.Length == 0 ? double.NaN
        : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
        : throw new CheckpointException($"{path}:{line}: '{cell}' is no number");

    private static string[] Cells(string path, int line, string text) =>
        Csv.Split(text.TrimEnd('\r')) ?? throw new CheckpointException($"{path}:{line}: a quoted cell does not end");
}
