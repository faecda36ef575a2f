using System.Text;
using System.Text.Json;
using CostSociety.Circuits;

namespace CostSociety.Runs;

/// <summary>One line of the journal: something that happened to the society between two steps.</summary>
/// <param name="Step">Steps done before it.</param>
/// <param name="Kind"><c>stage</c>, <c>alarm</c>, <c>swap</c>, <c>revert</c>, <c>refused</c> or another word.</param>
/// <param name="Name">Name of the stage, monitor or costs; of a refused file, that of the file.</param>
/// <param name="Text">Where costs come from, the first reason why they are refused, or what the alarm is.</param>
public sealed record JournalEntry(long Step, string Kind, string Name, string Text = "");

/// <summary>The journal of a run: one JSON object a line, appended and put on the disk at once.</summary>
/// <param name="path">The file; it need not exist.</param>
public sealed class Journal(string path)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Appends an entry.</summary>
    public void Append(JournalEntry entry)
    {
        using var stream = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.Read, 0);
        stream.Write(Encoding.UTF8.GetBytes(Line(entry)));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>All entries; a last line without its end is left out.</summary>
    /// <exception cref="CheckpointException">A whole line is no entry.</exception>
    public IReadOnlyList<JournalEntry> Read()
    {
        if (!File.Exists(Path))
            return [];
        string[] lines = File.ReadAllText(Path).Split('\n');
        return [.. lines.SkipLast(1).Select((line, i) => Parse(line, i + 1))];
    }

    /// <summary>Removes what a checkpoint after a step does not hold yet, and a cut last line, before a run resumes there.</summary>
    public void Truncate(long step)
    {
        if (File.Exists(Path))
            AtomicFile.WriteText(Path, string.Concat(Read().Where(entry => entry.Step < step).Select(Line)));
    }

    private static string Line(JournalEntry entry) => JsonText.Write(indented: false, json =>
    {
        json.WriteNumber("step", entry.Step);
        json.WriteString("kind", entry.Kind);
        json.WriteString("name", entry.Name);
        if (entry.Text.Length > 0)
            json.WriteString("text", entry.Text);
    }) + "\n";

    private JournalEntry Parse(string line, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            string text = root.TryGetProperty("text", out var value) ? value.GetString() ?? "" : "";
            return new JournalEntry(
                root.GetProperty("step").GetInt64(), root.GetProperty("kind").GetString() ?? "", root.GetProperty("name").GetString() ?? "", text);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CheckpointException($"{Path}:{number}: not a line of a journal: {e.Message}", e);
        }
    }
}
