using System.Globalization;

namespace CostSociety.Runs;

/// <summary>A checkpoint file and the step it was taken after.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Path">The file.</param>
public sealed record CheckpointFile(long Step, string Path);

/// <summary>A checkpoint that was read.</summary>
/// <param name="File">Which.</param>
/// <param name="Content">What it holds.</param>
/// <param name="Skipped">Newer ones that could not be read, one reason each.</param>
public sealed record LoadedCheckpoint(CheckpointFile File, TensorFile Content, IReadOnlyList<string> Skipped);

/// <summary>Checkpoints of a run, <c>step-000000200.safetensors</c>; the last few are kept.</summary>
/// <param name="path">The folder.</param>
public sealed class CheckpointFolder(string path)
{
    private const string Prefix = "step-";
    private const string Suffix = ".safetensors";

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>Number of checkpoints that are kept.</summary>
    public int Keep { get; init; } = 3;

    /// <summary>Name of the checkpoint after a step.</summary>
    public string PathOf(long step) =>
        System.IO.Path.Combine(Path, $"{Prefix}{step.ToString("D9", CultureInfo.InvariantCulture)}{Suffix}");

    /// <summary>All checkpoints, oldest first.</summary>
    public IReadOnlyList<CheckpointFile> List()
    {
        if (!Directory.Exists(Path))
            return [];
        return [.. Directory.EnumerateFiles(Path, $"{Prefix}*{Suffix}").Select(Named).OfType<CheckpointFile>().OrderBy(file => file.Step)];
    }

    /// <summary>Writes a checkpoint whole or not at all, then removes old ones. Returns its path.</summary>
    public string Save(long step, Action<Stream> write)
    {
        Directory.CreateDirectory(Path);
        string file = PathOf(step);
        AtomicFile.Write(file, write);
        RemoveOld(step);
        return file;
    }

    /// <summary>The newest checkpoint that can be read.</summary>
    /// <exception cref="CheckpointException">There is none; it says why each was refused.</exception>
    public LoadedCheckpoint LoadLatest()
    {
        var skipped = new List<string>();
        foreach (var file in List().Reverse())
            if (TryLoad(file, skipped) is { } content)
                return new LoadedCheckpoint(file, content, skipped);
        throw new CheckpointException(string.Join('\n', skipped.Prepend($"no checkpoint in '{Path}' can be read")));
    }

    /// <summary>Removes checkpoints after a step, before a run resumes there.</summary>
    public void Truncate(long step)
    {
        foreach (var file in List().Where(file => file.Step > step))
            File.Delete(file.Path);
    }

    private static TensorFile? TryLoad(CheckpointFile file, List<string> skipped)
    {
        try
        {
            return Safetensors.Load(file.Path);
        }
        catch (Exception e) when (e is CheckpointException or IOException or UnauthorizedAccessException)
        {
            skipped.Add(e.Message);
            return null;
        }
    }

    private static CheckpointFile? Named(string path)
    {
        string digits = System.IO.Path.GetFileName(path)[Prefix.Length..^Suffix.Length];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? new CheckpointFile(step, path) : null;
    }

    private void RemoveOld(long newest)
    {
        foreach (var file in List().Where(file => file.Step < newest).SkipLast(Keep - 1))
            File.Delete(file.Path);
    }
}
