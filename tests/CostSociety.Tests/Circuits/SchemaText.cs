using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CostSociety.Circuits;

namespace CostSociety.Tests.Circuits;

/// <summary>The JSON Schema of a format, from the tables that the reader uses.</summary>
internal static class SchemaText
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, NewLine = "\n" };

    public static string Write(KeyTable root, IReadOnlyList<KeyTable> tables, string title)
    {
        var schema = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = title };
        foreach (var part in Object(root))
            schema[part.Key] = part.Value?.DeepClone();
        var definitions = new JsonObject();
        foreach (var table in tables.Where(t => t != root))
            definitions[table.Name] = Object(table);
        schema["definitions"] = definitions;
        if (root.Find("defaults") is not null)
            schema["anyOf"] = new JsonArray(new JsonObject { ["required"] = new JsonArray("defaults") }, CompleteAreas());
        return Unescape(schema.ToJsonString(_indented)) + "\n";
    }

    private static JsonObject Object(KeyTable table)
    {
        var properties = new JsonObject();
        foreach (var key in table.Keys.Where(k => k.Form is not RefusedForm))
            properties[key.Name] = Property(key);
        var schema = new JsonObject
        {
            ["description"] = table.Doc,
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = table.Rest is { } rest ? Value(rest) : false,
        };
        if (table.Keys.Any(k => k.Required))
            schema["required"] = new JsonArray([.. table.Keys.Where(k => k.Required).Select(k => (JsonNode)k.Name)]);
        if (table.Choices.Count > 0)
            schema["allOf"] = new JsonArray([.. table.Choices.Select(c => Exclusive(c with { OneRequired = c.OneRequired && table != CircuitFormat.Area }))]);
        return schema;
    }

    /// <summary>Without defaults an area says itself what makes its activity.</summary>
    private static JsonObject CompleteAreas()
    {
        var required = new JsonObject { ["allOf"] = new JsonArray([.. CircuitFormat.Area.Choices.Where(c => c.OneRequired).Select(Exclusive)]) };
        return new() { ["properties"] = new JsonObject { ["areas"] = new JsonObject { ["additionalProperties"] = required } } };
    }

    private static JsonObject Property(Key key)
    {
        var schema = Value(key.Form);
        string text = key.Default is null ? key.Doc : $"{key.Doc} Default: {key.Default}.";
        return schema.ContainsKey("$ref")
            ? new JsonObject { ["description"] = text, ["allOf"] = new JsonArray(schema) }
            : new JsonObject([new("description", text), .. schema.Select(p => new KeyValuePair<string, JsonNode?>(p.Key, p.Value?.DeepClone()))]);
    }

    private static JsonNode Exclusive(Choice choice)
    {
        var ones = choice.Names.Select(n => (JsonNode)new JsonObject { ["required"] = new JsonArray(n) }).ToList();
        if (!choice.OneRequired)
            ones.Add(new JsonObject { ["not"] = new JsonObject { ["anyOf"] = new JsonArray([.. ones.Select(o => o.DeepClone())]) } });
        return new JsonObject { ["oneOf"] = new JsonArray([.. ones]) };
    }

    private static JsonObject Value(Form form) => form switch
    {
        TextForm => new() { ["type"] = "string" },
        NameForm => new() { ["type"] = "string", ["pattern"] = NamePattern(null) },
        ChoiceForm f => new() { ["enum"] = new JsonArray([.. f.Values.Select(v => (JsonNode)v)]) },
        PatternForm f => new() { ["type"] = "string", ["pattern"] = f.Pattern },
        WholeForm f => new() { ["type"] = "integer", ["minimum"] = f.Least, ["maximum"] = f.Most },
        NumberForm f => new() { ["type"] = "number", ["minimum"] = f.Least, ["maximum"] = f.Most },
        FlagForm f => f.OnlyTrue ? new() { ["const"] = true } : new() { ["type"] = "boolean" },
        ExpressionForm => new() { ["type"] = new JsonArray("number", "string") },
        ListForm f => new() { ["type"] = "array", ["items"] = Value(f.Item), ["minItems"] = f.Least, ["maxItems"] = f.Most },
        MapForm f => Map(f),
        DefaultsForm => Defaults(),
        ObjectForm f => new() { ["$ref"] = $"#/definitions/{f.Table.Name}" },
        EitherForm f => new() { ["anyOf"] = new JsonArray([.. f.Forms.Select(i => (JsonNode)Value(i))]) },
        _ => throw new NotSupportedException(form.GetType().Name),
    };

    private static JsonObject Defaults()
    {
        var properties = new JsonObject
        {
            [Selector.Patterns.Areas] = Value(new ObjectForm(CircuitFormat.AreaDefaults)),
            [Selector.Patterns.Projections] = Value(new ObjectForm(CircuitFormat.ProjectionDefaults)),
        };
        return new() { ["type"] = "object", ["patternProperties"] = properties, ["additionalProperties"] = false };
    }

    private static JsonObject Map(MapForm form)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (form.Least > 0)
            schema["minProperties"] = form.Least;
        string? pattern = form.Keys switch { MapKeys.Names => NamePattern(form.ShortKey), MapKeys.Projections => ProjectionName.Pattern, _ => null };
        if (pattern is not null)
            schema["patternProperties"] = new JsonObject { [pattern] = Value(form.Item) };
        schema["additionalProperties"] = pattern is null ? Value(form.Item) : false;
        return schema;
    }

    /// <summary>A name that is no word of the language, but for the one that is allowed.</summary>
    private static string NamePattern(string? allowed) =>
        $"^(?!(?:{string.Join('|', Names.Reserved.Where(n => n != allowed).Order(StringComparer.Ordinal))})$){Names.Pattern[1..]}";

    private static string Unescape(string json) => new StringBuilder(json).Replace("\\u003E", ">").Replace("\\u0060", "`").Replace("\\u0027", "'").ToString();
}
