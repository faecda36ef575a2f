using System.Globalization;
using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>
/// Reads the keys of one checked object; a missing or refused value gives the default of the table, so that reading
/// never fails and later checks can run on the rest of the file.
/// </summary>
internal readonly struct Fields(JsonValue? value, KeyTable table, FormCheck check, SourceSpan place)
{
    private readonly JsonValue? _value = value is { Kind: JsonKind.Object } ? value : null;

    /// <summary>The object itself, or the place it is missing from.</summary>
    public SourceSpan Span => _value?.Span ?? place;

    /// <summary>A good value of a key, or null.</summary>
    public JsonValue? Value(string key)
    {
        var member = _value?.Find(key);
        return member is null || check.IsBad(member.Value) || !table.Find(key)!.Form.Takes(member.Value.Kind) ? null : member.Value;
    }

    /// <summary>Whether the key stands, good or bad.</summary>
    public bool Has(string key) => _value?.Find(key) is not null;

    public string? Text(string key) => Value(key)?.Text ?? Default(key)?.Trim('"');

    public int Whole(string key) => (int)Number(key);

    public double Number(string key) => Value(key)?.Number ?? double.Parse(Default(key)!, CultureInfo.InvariantCulture);

    public bool Flag(string key) => Value(key)?.Flag ?? Default(key) == "true";

    public ExpressionText? Expression(string key) => Value(key)?.Expression;

    /// <summary>Place of the value of a key, or of the object.</summary>
    public SourceSpan SpanOf(string key) => _value?.Find(key)?.Value.Span ?? Span;

    /// <summary>Place of a key itself, or of the object.</summary>
    public SourceSpan KeyOf(string key) => _value?.Find(key)?.NameSpan ?? Span;

    /// <summary>The good members of a map; nothing when the key is missing.</summary>
    public IEnumerable<JsonMember> Members(string key) => GoodMembers(Value(key));

    /// <summary>The members of a map whose names are good, whatever their values: they exist, and are not missed elsewhere.</summary>
    public IEnumerable<JsonMember> Named(string key)
    {
        var checks = check;
        return Value(key)?.Members.Where(m => !checks.IsBad(m)) ?? [];
    }

    /// <summary>The good entries of a list; nothing when the key is missing.</summary>
    public IEnumerable<JsonValue> Items(string key)
    {
        var checks = check;
        return Value(key)?.Items.Where(i => !checks.IsBad(i)) ?? [];
    }

    /// <summary>Members beyond the table's own keys.</summary>
    public IEnumerable<JsonMember> Rest()
    {
        var rows = table;
        return GoodMembers(_value).Where(m => rows.Find(m.Name) is null);
    }

    /// <summary>The object under a key, read with another table.</summary>
    public Fields Object(string key, KeyTable inner) => new(Value(key), inner, check, Span);

    private IEnumerable<JsonMember> GoodMembers(JsonValue? map)
    {
        var checks = check;
        return map?.Members.Where(m => !checks.IsBad(m) && !checks.IsBad(m.Value)) ?? [];
    }

    private string? Default(string key) => table.Find(key)!.Default;
}
