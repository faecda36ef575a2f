using System.Globalization;

namespace CostSociety.Runs;

/// <summary>
/// Every cost file that a run had, <c>step-000000200.json</c> after the step before which it was taken over; step 0 is what the run began with. Empty
/// while that is the only one.
/// </summary>
/// <param name="path">The folder; it need not exist.</param>
public sealed class CostHistory(string path)
{
    private const string Prefix = "step-";
    private const string Suffix = ".json";

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>Steps and files, oldest first.</summary>
    public IReadOnlyList<(long Step, string Path)> List()
    {
        if (!Directory.Exists(Path))
            return [];
        return [.. Directory.EnumerateFiles(Path, $"{Prefix}*{Suffix}").Select(file => (Step: StepOf(file), file)).Where(f => f.Step >= 0).OrderBy(f => f.Step)];
    }

    /// <summary>Keeps costs that were taken over after a step; resolved, as JSON.</summary>
    public void Add(long step, string costsJson)
    {
        AtomicFile.CreateFolder(Path);
        AtomicFile.WriteText(System.IO.Path.Combine(Path, $"{Prefix}{step.ToString("D9", CultureInfo.InvariantCulture)}{Suffix}"), costsJson);
    }

    /// <summary>Removes what a checkpoint after a step does not hold yet, before a run resumes there.</summary>
    public void Truncate(long step)
    {
        foreach (var (_, file) in List().Where(file => file.Step >= step && file.Step > 0))
            File.Delete(file);
    }

    private static long StepOf(string path) => long.TryParse(
        System.IO.Path.GetFileName(path)[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1;
}
