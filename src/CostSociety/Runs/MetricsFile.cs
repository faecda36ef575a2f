using System.Globalization;
using System.Text;

namespace CostSociety.Runs;

/// <summary>
/// Appends rows to <c>metrics.csv</c>. The first columns are step, epoch, stage and samples_per_second, then one
/// for each value: <c>cost.AREA.TERM</c>, <c>measure.NAME.train</c>, <c>measure.NAME.test</c>. A missing value, NaN,
/// is an empty cell. A row reaches the operating system whole; a cut last line is forgotten on resume.
/// </summary>
public sealed class MetricsFile : IDisposable
{
    private const int MostCharactersOfNumber = 32;

    private readonly string _path;
    private readonly List<string> _columns;
    private readonly int[] _slots;
    private readonly double[] _cells;
    private readonly FileStream _stream;
    private byte[] _line = [];

    private MetricsFile(string path, List<string> columns, IReadOnlyList<string> values)
    {
        (_path, _columns) = (path, columns);
        _slots = [.. values.Select(name => columns.IndexOf(name))];
        _cells = new double[columns.Count];
        _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, 0);
    }

    /// <summary>All value columns of the file, in order; old ones that are no longer appended included.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>Column of a cost term.</summary>
    public static string CostColumn(string area, string term) => $"cost.{area}.{term}";

    /// <summary>Column of a measure on the training part.</summary>
    public static string TrainColumn(string measure) => $"measure.{measure}.train";

    /// <summary>Column of a measure on the held-out part.</summary>
    public static string TestColumn(string measure) => $"measure.{measure}.test";

    /// <summary>Begins a file with its header.</summary>
    /// <param name="path">The file; an old one is replaced.</param>
    /// <param name="values">Names of the values that every row will give, in that order.</param>
    public static MetricsFile Create(string path, IReadOnlyList<string> values) =>
        Rewrite(path, MetricsTable.Empty, values);

    /// <summary>
    /// Goes on with a file: rows after <paramref name="step"/> are removed, values it does not have yet become new
    /// columns at its end. Also the way to go on after costs were exchanged.
    /// </summary>
    public static MetricsFile Resume(string path, IReadOnlyList<string> values, long step) =>
        Rewrite(path, File.Exists(path) ? MetricsTable.Read(path).UpTo(step) : MetricsTable.Empty, values);

    /// <summary>Appends a row.</summary>
    /// <param name="step">The society's age in steps.</param>
    /// <param name="epoch">Completed epochs; fractions allowed.</param>
    /// <param name="stage">Name of the stage, or empty.</param>
    /// <param name="samplesPerSecond">Throughput since the last row, or NaN.</param>
    /// <param name="values">One for each value named at the start, in that order; NaN for none.</param>
    public void Append(long step, double epoch, string stage, double samplesPerSecond, ReadOnlySpan<double> values)
    {
        if (values.Length != _slots.Length)
            throw new ArgumentException($"a row of '{_path}' has {_slots.Length} values, but {values.Length} were given", nameof(values));
        Array.Fill(_cells, double.NaN);
        for (int i = 0; i < values.Length; i++)
            _cells[_slots[i]] = values[i];
        int length = Format(step, epoch, Csv.Quoted(stage), samplesPerSecond);
        _stream.Write(_line, 0, length);
    }

    /// <summary>Puts all rows on the disk.</summary>
    public void Flush() => _stream.Flush(flushToDisk: true);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private static MetricsFile Rewrite(string path, MetricsTable old, IReadOnlyList<string> values)
    {
        if (values.Distinct(StringComparer.Ordinal).Count() != values.Count)
            throw new ArgumentException("two values have one name", nameof(values));
        List<string> columns = [.. old.Columns.Union(values, StringComparer.Ordinal)];
        AtomicFile.WriteText(path, Text(columns, old.Rows));
        return new MetricsFile(path, columns, values);
    }

    private static string Text(List<string> columns, IReadOnlyList<MetricsRow> rows)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', MetricsTable.FixedColumns.Concat(columns).Select(Csv.Quoted)).Append('\n');
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Step},{Cell(row.Epoch)},{Csv.Quoted(row.Stage)},{Cell(row.SamplesPerSecond)}");
            for (int i = 0; i < columns.Count; i++)
                text.Append(',').Append(i < row.Values.Count ? Cell(row.Values[i]) : "");
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string Cell(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private int Format(long step, double epoch, string stage, double samplesPerSecond)
    {
        int most = (4 + _cells.Length) * (MostCharactersOfNumber + 1) + Encoding.UTF8.GetMaxByteCount(stage.Length);
        if (_line.Length < most)
            _line = new byte[most];
        step.TryFormat(_line, out int at, default, CultureInfo.InvariantCulture);
        AppendNumber(epoch, ref at);
        _line[at++] = (byte)',';
        at += Encoding.UTF8.GetBytes(stage, _line.AsSpan(at));
        AppendNumber(samplesPerSecond, ref at);
        foreach (double value in _cells)
            AppendNumber(value, ref at);
        _line[at++] = (byte)'\n';
        return at;
    }

    private void AppendNumber(double value, ref int at)
    {
        _line[at++] = (byte)',';
        if (double.IsNaN(value))
            return;
        value.TryFormat(_line.AsSpan(at), out int written, "R", CultureInfo.InvariantCulture);
        at += written;
    }
}
