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
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CheckpointException($"{path} does not describe a run: {e.Message}", e);
        }
    }

    private static RunFacts Parse(string path, JsonElement root)
    {
        int format = root.GetProperty("format").GetInt32();
        if (format != Format)
            throw new CheckpointException($"{path} has format {format}, but this program reads {Format}; update it");
        var versions = root.GetProperty("versions").EnumerateObject();
        return new RunFacts(
            Text(root, "name"), root.GetProperty("seed").GetUInt64(), Text(root, "rule"), Text(root, "executor"),
            root.GetProperty("created").GetDateTimeOffset(),
            versions.ToDictionary(p => p.Name, p => p.Value.GetString() ?? "", StringComparer.Ordinal));
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? "";
}
