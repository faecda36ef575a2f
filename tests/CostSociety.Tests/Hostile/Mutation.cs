using CostSociety.Circuits;

namespace CostSociety.Tests.Hostile;

/// <summary>Damaged copies of valid files: the same number always gives the same damage.</summary>
internal static class Mutation
{
    private static readonly string[] _pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "//", "/*", "\0", "\n", "\uD83D", "null", "true", "false", "{}", "[]", "\"\"", "-1", "0", "1e308", "1e999",
        "99999999999999999999", "16777216", "-0.0", "0.5", "NaN", "\"\\u0000\"", "\"retina\"", "\"v1 -> v1\"", "\"a -> b.c\"", "\"every 0 steps\"",
        "\"x\": {", "\"ticks\": 1000,", "\"delay\": 1000,", "\"units\": 16777216,", "\"batch\": 65536,", "\"shape\": [1, 4096, 4096],",
        "((((", "))))", "let x = x in x", "previous(v1, 1000)", "sum(", "^", "*", " - ", "softmax(", "stop(", "1/0", "log(0)", "v1", "step", "not ",
    ];

    private static readonly string[] _names =
    [
        "retina", "v1", "it", "report", "hidden", "retina.apical", "basal", "bias", "label", "image", "step", "epoch", "valid", "learning", "reading", "sparsity",
        "cost.v1.sparse", "measure.accuracy", "copy", "local", "pooled", "hebb", "minus.report", "copy.lateral", "amount", "input", "unit", "'copy -> hebb'", "v1.bias", "pre", "post", "w", "g", "activity", "v", "x", "0", "1", "-1", "0.5", "1000000", "1e-30",
    ];

    private static readonly string[] _operators = ["+", "-", "*", "/", "^", "<", "<=", "==", "!=", "and", "or"];

    private static readonly string[] _functions = [.. CostSociety.Language.Functions.Names, .. CostSociety.Language.Library.Shipped.Costs.Keys, .. CostSociety.Language.Library.Shipped.Activations.Keys];

    /// <summary>Circuits and cost files to damage: those that ship, and one with a key of every kind.</summary>
    public static IReadOnlyList<(string Path, string Text)> Corpus { get; } = [.. Rich(), .. Shipped()];

    /// <summary>Folder of the files that do not ship.</summary>
    public static string Folder => Repository.PathOf("tests", "CostSociety.Tests", "Hostile", "corpus");

    private static IEnumerable<(string Path, string Text)> Rich() =>
        Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(p => (p, File.ReadAllText(p)));

    private static IEnumerable<(string Path, string Text)> Shipped() => ShippedFiles.Paths
        .Where(p => p.EndsWith(".json", StringComparison.Ordinal) && !p.Contains("schema", StringComparison.Ordinal)).Select(p => (p, ShippedFiles.Find(p)!.Text));

    /// <summary>A text with one to six changes.</summary>
    public static string Of(string text, int number)
    {
        var random = new Random(number);
        for (int changes = random.Next(1, 7); changes > 0; changes--)
            text = Change(text, random);
        return text;
    }

    /// <summary>A text with the values of one or two keys exchanged for random texts of the language, or for values of other keys.</summary>
    public static string OfValues(string text, int number)
    {
        var random = new Random(number);
        for (int changes = random.Next(1, 3); changes > 0; changes--)
            text = ChangeValue(text, random);
        return text;
    }

    private static string ChangeValue(string text, Random random)
    {
        var values = System.Text.RegularExpressions.Regex.Matches(text, @":\s*(""(?:[^""\\]|\\.)*""|-?[0-9][0-9.]*|true|false)");
        var one = values[random.Next(values.Count)].Groups[1];
        string other = (one.Value[0] == '"' ? random.Next(4) : random.Next(8)) switch
        {
            0 => values[random.Next(values.Count)].Groups[1].Value,
            < 4 => $"\"{Expression(random, random.Next(1, 6))}\"",
            4 => "true",
            5 => $"{random.Next(0, 20)}",
            _ => $"{Math.Exp(random.NextDouble() * 20 - 5):0.###}",
        };
        return text.Remove(one.Index, one.Length).Insert(one.Index, other);
    }

    /// <summary>A random text of the language over names that circuits of the corpus have.</summary>
    private static string Expression(Random random, int depth)
    {
        if (depth == 0)
            return _names[random.Next(_names.Length)];
        string Inner() => Expression(random, random.Next(depth));
        return random.Next(5) switch
        {
            0 => $"({Inner()} {_operators[random.Next(_operators.Length)]} {Inner()})",
            1 => $"{_names[random.Next(_names.Length)]} = {Inner()}; activity = {Inner()}",
            2 => $"let x = {Inner()} in {Inner()}",
            _ => $"{_functions[random.Next(_functions.Length)]}({string.Join(", ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Inner()))})",
        };
    }

    /// <summary>A string of random bytes, read as UTF-8.</summary>
    public static string Bytes(int number)
    {
        var random = new Random(number);
        byte[] bytes = new byte[random.Next(0, 600)];
        random.NextBytes(bytes);
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    private static string Change(string text, Random random)
    {
        int at = random.Next(text.Length + 1), length = Math.Min(random.Next(0, 40), text.Length - at);
        string piece = _pieces[random.Next(_pieces.Length)];
        return random.Next(7) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, piece),
            2 => text.Remove(at, length).Insert(at, piece),
            3 => text.Insert(at, text.Substring(at, length)),
            4 => text.Insert(random.Next(text.Length + 1), text.Substring(at, length)),
            5 => ReplaceNumber(text, at, piece),
            _ => ReplaceValue(text, at, piece),
        };
    }

    // The next number, or the next value in quotes, so that most files stay readable and go wrong further in.
    private static string ReplaceNumber(string text, int at, string piece)
    {
        int start = text.AsSpan(at).IndexOfAnyInRange('0', '9');
        if (start < 0)
            return text;
        start += at;
        int end = start;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            end++;
        return text.Remove(start, end - start).Insert(start, piece);
    }

    private static string ReplaceValue(string text, int at, string piece)
    {
        int start = text.IndexOf('"', at);
        int end = start < 0 ? -1 : text.IndexOf('"', start + 1);
        return end < 0 ? text : text.Remove(start + 1, end - start - 1).Insert(start + 1, piece.Trim('"'));
    }
}
