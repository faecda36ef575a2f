using System.Globalization;

namespace CostSociety.Data;

/// <summary>Which columns of a table become which fields.</summary>
/// <param name="HasHeader">Whether the first row names the columns; else they are called 0, 1, 2, ...</param>
/// <param name="Columns">Columns of every field: names, numbers from 0, or ranges of numbers <c>start:stop</c>. Null for one
/// field <c>values</c> of all columns but the label.</param>
/// <param name="Label">The column that holds classes, or null.</param>
internal sealed record CsvLayout(bool HasHeader, IReadOnlyList<(string Field, IReadOnlyList<string> Columns)>? Columns, string? Label);

/// <summary>A table of comma-separated numbers. It is read whole when the circuit is, since only its rows tell its size.</summary>
internal sealed class CsvSource : IDataSource
{
    private const long MostValues = 1 << 28;

    private readonly string _path;
    private readonly CsvLayout _layout;
    private readonly List<(string Field, int[] Columns)> _fields = [];
    private readonly List<float>[] _values;
    private readonly List<(string Text, CsvCell Cell)> _labels = [];
    private readonly DataSet _data;
    private string[] _names = [];
    private int _label = -1;

    public CsvSource(string name, string path, CsvLayout layout, RowRange? split)
    {
        (Name, _path, _layout) = (name, path, layout);
        using var text = new StreamReader(BoundedStream.Open(path));
        var reader = new CsvReader(text, path);
        var first = reader.ReadRow() ?? throw reader.Error(1, 1, "the table is empty");
        _names = [.. first.Select((c, i) => layout.HasHeader ? c.Text.Trim() : i.ToString(CultureInfo.InvariantCulture))];
        Choose(reader);
        _values = [.. _fields.Select(_ => new List<float>())];
        ReadRows(reader, layout.HasHeader ? reader.ReadRow() : first);
        Rows = _label >= 0 ? _labels.Count : _values[0].Count / _fields[0].Columns.Length;
        (Fields, _data) = Build(reader, split);
    }

    public string Name { get; }

    public string Doc => $"Columns of {_path}.";

    public IReadOnlyList<DataField> Fields { get; }

    public int Rows { get; }

    public string? Place => _path;

    public DataSet Open() => _data;

    private void Choose(CsvReader reader)
    {
        _label = _layout.Label is { } label ? Find(label, reader) : -1;
        if (_layout.Columns is null)
            _fields.Add(("values", [.. Enumerable.Range(0, _names.Length).Where(i => i != _label)]));
        else
            foreach (var (field, columns) in _layout.Columns)
                _fields.Add((field, [.. columns.SelectMany(c => Range(c, reader))]));
        if (_layout.Label is not null && _fields.Any(f => f.Field == _layout.Label))
            throw reader.Error(1, 1, $"the label '{_layout.Label}' has the name of a field; give the field another name");
        if (_layout.Columns is null && _fields[0].Columns.Length == 0)
            _fields.Clear();
    }

    private IEnumerable<int> Range(string text, CsvReader reader)
    {
        if (Array.IndexOf(_names, text) < 0 && RowRange.TryParse(text, out var range))
            return range.Stop <= _names.Length
                ? Enumerable.Range(range.Start, range.Stop - range.Start).Where(range.Holds)
                : throw reader.Error(1, 1, $"the table has the columns 0 to {_names.Length - 1}; '{text}' goes further");
        return [Find(text, reader)];
    }

    private int Find(string column, CsvReader reader)
    {
        int found = Array.IndexOf(_names, column);
        if (found >= 0)
            return found;
        if (int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < _names.Length)
            return number;
        throw reader.Error(1, 1, $"there is no column '{column}'; {Language.Suggestions.Hint(column, _names)}");
    }

    private void ReadRows(CsvReader reader, IReadOnlyList<CsvCell>? row)
    {
        long values = 0;
        for (; row is not null; row = reader.ReadRow())
        {
            if (row.Count != _names.Length)
                throw reader.Error(row[^1].Line, row[^1].Column, $"a row of {row.Count} cells, but the first has {_names.Length}");
            if ((values += row.Count) > MostValues)
                throw reader.Error(row[0].Line, 1, $"more than {MostValues} cells");
            for (int field = 0; field < _fields.Count; field++)
                foreach (int column in _fields[field].Columns)
                    _values[field].Add(Number(row[column], column, reader));
            if (_label >= 0)
                _labels.Add((row[_label].Text.Trim(), row[_label]));
        }
        if (values == 0)
            throw reader.Error(1, 1, "the table has no row below its header");
    }

    private float Number(CsvCell cell, int column, CsvReader reader) =>
        float.TryParse(cell.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw reader.Error(cell.Line, cell.Column, $"'{Shortened(cell.Text)}' in column '{_names[column]}' is not a number; "
                + "fill it in, leave the column out with \"columns\", or make it the \"label\"");

    private static string Shortened(string text) => text.Length > 40 ? text[..37] + "..." : text;

    private (DataField[], DataSet) Build(CsvReader reader, RowRange? split)
    {
        var fields = _fields.Select(f => new DataField(f.Field, [f.Columns.Length], 0, string.Join(", ", f.Columns.Take(8).Select(c => _names[c])))).ToList();
        var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (int i = 0; i < _fields.Count; i++)
            values[_fields[i].Field] = [.. _values[i]];
        if (_label >= 0)
        {
            var (numbers, classes, doc) = Classes(reader);
            fields.Add(new DataField(_layout.Label!, [1], classes, doc));
            values[_layout.Label!] = numbers;
        }
        var (train, test) = RowSplit.Of(Rows, split);
        return ([.. fields], new DataSet(fields, values, train, test));
    }

    /// <summary>Whole numbers are the classes themselves; any other texts are numbered in their sorted order.</summary>
    private (float[] Numbers, int Classes, string Doc) Classes(CsvReader reader)
    {
        const int most = 100_000;
        string[] texts = [.. _labels.Select(l => l.Text).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (texts.All(t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n < most))
        {
            float[] numbers = [.. _labels.Select(l => (float)int.Parse(l.Text, CultureInfo.InvariantCulture))];
            return (numbers, (int)numbers.Max() + 1, "the class");
        }
        if (texts.Length > most)
            throw reader.Error(_labels[0].Cell.Line, _labels[0].Cell.Column, $"the label has {texts.Length} different texts; at most {most} are classes");
        var places = texts.Select((t, i) => (t, i)).ToDictionary(p => p.t, p => p.i, StringComparer.Ordinal);
        return ([.. _labels.Select(l => (float)places[l.Text])], texts.Length, "classes in this order: " + string.Join(", ", texts.Take(20)));
    }
}
