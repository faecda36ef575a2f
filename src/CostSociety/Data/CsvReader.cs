using System.Text;

namespace CostSociety.Data;

/// <summary>One cell of a table and where it begins; lines and columns count from 1.</summary>
internal readonly record struct CsvCell(string Text, int Line, int Column);

/// <summary>
/// Reads comma-separated cells, row after row: quotes around a cell, doubled inside; line breaks inside quotes; empty
/// lines are passed over. One row is in memory at a time.
/// </summary>
internal sealed class CsvReader(TextReader text, string path)
{
    private const int LongestCell = 1 << 16;
    private const int MostCells = 1 << 16;

    private readonly List<CsvCell> _row = [];
    private readonly StringBuilder _cell = new();
    private int _line = 1;
    private int _column = 1;

    /// <summary>The next row, or null at the end; valid until the next call.</summary>
    public IReadOnlyList<CsvCell>? ReadRow()
    {
        while (text.Peek() is '\r' or '\n')
            Next();
        if (text.Peek() < 0)
            return null;
        _row.Clear();
        do
            _row.Add(ReadCell());
        while (TakesComma());
        return _row;
    }

    /// <summary>An error at a place of the file.</summary>
    public InvalidDataException Error(int line, int column, string message) => new($"{path}:{line}:{column}: {message}");

    private bool TakesComma()
    {
        if (text.Peek() != ',')
            return false;
        if (_row.Count == MostCells)
            throw Error(_line, _column, $"a row has more than {MostCells} cells");
        Next();
        return true;
    }

    private CsvCell ReadCell()
    {
        var (line, column) = (_line, _column);
        _cell.Clear();
        if (text.Peek() == '"')
            ReadQuoted(line, column);
        else
            while (text.Peek() is >= 0 and not (',' or '\r' or '\n'))
                Append((char)Next());
        return new CsvCell(_cell.ToString(), line, column);
    }

    private void ReadQuoted(int line, int column)
    {
        Next();
        while (true)
        {
            int c = Next();
            if (c < 0)
                throw Error(line, column, "a quoted cell does not end");
            if (c != '"')
                Append((char)c);
            else if (text.Peek() == '"')
                Append((char)Next());
            else
                break;
        }
        if (text.Peek() is >= 0 and not (',' or '\r' or '\n'))
            throw Error(_line, _column, $"'{(char)text.Peek()}' after the quotes of a cell; double the quotes inside a cell");
    }

    private void Append(char c)
    {
        if (_cell.Length == LongestCell)
            throw Error(_line, _column, $"a cell is longer than {LongestCell} characters; a quote that does not end?");
        _cell.Append(c);
    }

    private int Next()
    {
        int c = text.Read();
        bool breaks = c == '\n' || (c == '\r' && text.Peek() != '\n');
        (_line, _column) = breaks ? (_line + 1, 1) : (_line, _column + 1);
        return c;
    }
}
