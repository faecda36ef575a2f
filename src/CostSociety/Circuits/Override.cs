using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>One step of an override's path.</summary>
internal sealed record PathPart(string Name, SourceSpan Span);

/// <summary>An override as <c>--set</c> takes it: <c>projections."a -> b".delay=1</c>, <c>costs:parameters.x=0.1</c>.</summary>
internal sealed record Override(bool OfCosts, IReadOnlyList<PathPart> Path, JsonValue Value)
{
    private const string CostsPrefix = "costs:";

    /// <summary>Reads overrides; those that are not well formed are reported and left out.</summary>
    public static IReadOnlyList<Override> ParseAll(IReadOnlyList<string>? texts, Diagnostics diagnostics) =>
        [.. (texts ?? []).Select(t => Parse(t, diagnostics)).OfType<Override>()];

    /// <summary>Reads one override; null after reporting what is wrong with it.</summary>
    public static Override? Parse(string text, Diagnostics diagnostics)
    {
        var source = new SourceText("--set", text);
        int equals = FindEquals(text);
        if (equals < 0)
            return Refuse(source, 0, text.Length, "there is no '=' outside quotes", diagnostics);
        bool ofCosts = text.StartsWith(CostsPrefix, StringComparison.Ordinal);
        int start = ofCosts ? CostsPrefix.Length : 0;
        var path = ParsePath(source, start, equals, diagnostics);
        return path is null ? null : new Override(ofCosts, path, ParseValue(source, equals + 1));
    }

    private static int FindEquals(string text)
    {
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
            if (text[i] == '"')
                quoted = !quoted;
            else if (text[i] == '=' && !quoted)
                return i;
        return -1;
    }

    private static List<PathPart>? ParsePath(SourceText source, int start, int end, Diagnostics diagnostics)
    {
        var parts = new List<PathPart>();
        for (int i = start; i <= end; i++)
        {
            int stop = EndOfPart(source.Text, i, end);
            var part = PartAt(source, i, stop);
            if (part is null)
            {
                Refuse(source, i, Math.Max(1, stop - i), "the path has an empty or badly quoted part", diagnostics);
                return null;
            }
            parts.Add(part);
            i = stop;
        }
        return parts;
    }

    private static int EndOfPart(string text, int start, int end)
    {
        bool quoted = false;
        for (int i = start; i < end; i++)
            if (text[i] == '"')
                quoted = !quoted;
            else if (text[i] == '.' && !quoted)
                return i;
        return end;
    }

    private static PathPart? PartAt(SourceText source, int start, int end)
    {
        string text = source.Text[start..end];
        bool quoted = text.Length >= 2 && text[0] == '"' && text[^1] == '"';
        string name = quoted ? text[1..^1] : text.Trim();
        bool good = name.Length > 0 && !name.Contains('"', StringComparison.Ordinal);
        return good ? new PathPart(name, new SourceSpan(source, start, end - start)) : null;
    }

    /// <summary>The value as JSON if it is JSON, else as a text.</summary>
    private static JsonValue ParseValue(SourceText source, int start)
    {
        var attempt = new Diagnostics();
        if (JsonParser.Parse(source, attempt, start) is { } value && !attempt.HasErrors)
            return value;
        var span = new SourceSpan(source, start, source.Text.Length - start);
        return JsonValue.OfText(ExpressionText.Plain(span), span);
    }

    private static Override? Refuse(SourceText source, int start, int length, string message, Diagnostics diagnostics)
    {
        diagnostics.Error(FileErrors.Override, new SourceSpan(source, start, length), $"cannot read this override: {message}",
            "write KEY.KEY=VALUE, with keys that hold dots or spaces in quotes: projections.\"a -> b.apical\".delay=1");
        return null;
    }
}
