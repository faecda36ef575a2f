using System.Globalization;
using System.Text.Json;
using CostSociety.Circuits;

namespace CostSociety.Runs;

/// <summary>What <c>run.json</c> says about a run.</summary>
/// <param name="Name">Name of the circuit.</param>
/// <param name="Seed">Seed of everything random.</param>
/// <param name="Rule">Learning rule of the circuit.</param>
/// <param name="Executor">What ran it.</param>
/// <param name="Created">When it began.</param>
/// <param name="Versions">Names of programs to their versions.</param>
public sealed record RunFacts(
    string Name, ulong Seed, string Rule, string Executor, DateTimeOffset Created, IReadOnlyDictionary<string, string> Versions)
{
    private const int Format = 1;

    /// <summary>The facts as indented JSON.</summary>
    public string ToJson() => JsonText.Write(indented: true, json =>
    {
        json.WriteNumber("format", Format);
        json.WriteString("name", Name);
        json.WriteNumber("seed", Seed);
        json.WriteString("rule", Rule);
        json.WriteString("executor", Executor);
        json.WriteString("created", Created.ToString("O", CultureInfo.InvariantCulture));
        json.WriteStartObject("versions");
        foreach (var (name, version) in Versions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(name, version);
        json.WriteEndObject();
    }) + "\n";

    /// <summary>Reads the facts.</summary>
    /// <param name="path">Name of the file, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="CheckpointException">The text is not a <c>run.json</c> of this or an older format.</exception>
    public static RunFacts Parse(string path, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Parse(path, document.RootElement);
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"{path} does not describe a run: it is not JSON from line {e.LineNumber + 1} on", e);
        }
        catch (FormatException e)
        {
            throw new CheckpointException($"{path} does not describe a run: {e.Message}", e);
        }
    }

    private static RunFacts Parse(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new FormatException("it is not an object");
        if (!Member(root, "format", JsonValueKind.Number).TryGetInt32(out int format))
            throw Wrong("format", "a whole number");
        if (format != Format)
            throw new CheckpointException($"{path} has format {format}, but this program reads {Format}; update it");
        if (!Member(root, "seed", JsonValueKind.Number).TryGetUInt64(out ulong seed))
            throw Wrong("seed", "a whole number from 0");
        if (!Member(root, "created", JsonValueKind.String).TryGetDateTimeOffset(out var created))
            throw Wrong("created", "a date with its time");
        var versions = Member(root, "versions", JsonValueKind.Object).EnumerateObject();
        return new RunFacts(Text(root, "name"), seed, Text(root, "rule"), Text(root, "executor"), created,
            versions.ToDictionary(p => p.Name, p => p.Value.ToString(), StringComparer.Ordinal));
    }

    private static string Text(JsonElement root, string name) => Member(root, name, JsonValueKind.String).GetString()!;

    private static JsonElement Member(JsonElement root, string name, JsonValueKind kind)
    {
        if (!root.TryGetProperty(name, out var member))
            throw new FormatException($"it has no '{name}'");
        return member.ValueKind == kind ? member : throw Wrong(name, kind switch
        {
            JsonValueKind.Number => "a number",
            JsonValueKind.Object => "an object",
            _ => "a text",
        });
    }

    private static FormatException Wrong(string name, string expected) => new($"its '{name}' is not {expected}");
}
