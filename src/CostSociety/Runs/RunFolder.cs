using System.Globalization;

namespace CostSociety.Runs;

/// <summary>
/// The folder of a run: <c>circuit.json</c>, <c>costs.json</c>, <c>run.json</c>, <c>metrics.csv</c>,
/// <c>journal.jsonl</c>, <c>checkpoints/</c>, <c>report.html</c>, and <c>costs/</c> once costs were exchanged.
/// </summary>
public sealed class RunFolder
{
    private const string CheckpointFolder = "checkpoints";
    private const int MostRunsInOneSecond = 1000;

    private RunFolder(string path)
    {
        Path = path;
        Journal = new Journal(File("journal.jsonl"));
        Costs = new CostHistory(File("costs"));
        Checkpoints = new CheckpointFolder(File(CheckpointFolder));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The resolved circuit.</summary>
    public string CircuitPath => File("circuit.json");

    /// <summary>The resolved costs that the run began with.</summary>
    public string CostsPath => File("costs.json");

    /// <summary>Seed, versions, executor.</summary>
    public string FactsPath => File("run.json");

    /// <summary>Costs and measures over steps.</summary>
    public string MetricsPath => File("metrics.csv");

    /// <summary>The report.</summary>
    public string ReportPath => File("report.html");

    /// <summary>Swaps and stages.</summary>
    public Journal Journal { get; }

    /// <summary>All cost files of the run, once costs were exchanged.</summary>
    public CostHistory Costs { get; }

    /// <summary>The checkpoints.</summary>
    public CheckpointFolder Checkpoints { get; }

    /// <summary>Makes the folder of a new run.</summary>
    /// <param name="name">Name of the circuit; characters that are awkward in file names become <c>-</c>.</param>
    /// <param name="now">Time for the folder's name.</param>
    /// <param name="folder">The folder itself, or null for <c>NAME-YYYYMMDD-HHMMSS</c> in <paramref name="root"/>.</param>
    /// <param name="root">Where runs are kept.</param>
    /// <exception cref="IOException">It cannot be made, or <paramref name="folder"/> holds something already.</exception>
    public static RunFolder Create(string name, DateTimeOffset now, string? folder = null, string root = "runs")
    {
        try
        {
            return new RunFolder(folder is null ? CreateNamed(name, now, root) : CreateGiven(folder));
        }
        catch (Exception e) when (AtomicFile.RemedyOf(e) is not null)
        {
            throw AtomicFile.Explained(folder ?? root, e, isFolder: true);
        }
    }

    /// <summary>Opens the folder of a run that exists.</summary>
    /// <exception cref="CheckpointException">It is not the folder of a run.</exception>
    public static RunFolder Open(string path)
    {
        if (!System.IO.File.Exists(System.IO.Path.Combine(path, "run.json")))
            throw new CheckpointException($"'{path}' is not the folder of a run: it has no run.json");
        return new RunFolder(path);
    }

    /// <summary>Writes what the run begins with.</summary>
    public void WriteStart(RunFacts facts, string circuitJson, string costsJson)
    {
        AtomicFile.WriteText(CircuitPath, circuitJson);
        AtomicFile.WriteText(CostsPath, costsJson);
        AtomicFile.WriteText(FactsPath, facts.ToJson());
    }

    /// <summary>Reads <c>run.json</c>.</summary>
    /// <exception cref="CheckpointException">It does not describe a run.</exception>
    public RunFacts ReadFacts() => RunFacts.Parse(FactsPath, System.IO.File.ReadAllText(FactsPath));

    private static string CreateGiven(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"'{folder}' is not empty; choose another folder with --out, or resume the run in it");
        AtomicFile.CreateFolder(folder);
        AtomicFile.CreateFolder(System.IO.Path.Combine(folder, CheckpointFolder));
        return folder;
    }

    private static string CreateNamed(string name, DateTimeOffset now, string root)
    {
        AtomicFile.CreateFolder(root);
        string path = System.IO.Path.Combine(root, $"{Tidy(name)}-{now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}");
        for (int n = 1; n <= MostRunsInOneSecond; n++)
        {
            string candidate = n == 1 ? path : $"{path}-{n}";
            if (TryCreate(candidate))
                return candidate;
        }
        throw new IOException($"'{path}' and {MostRunsInOneSecond - 1} more exist; choose a folder with --out");
    }

    // Renaming a folder that is not empty fails when the name is taken, so two runs never share one.
    private static bool TryCreate(string path)
    {
        if (Directory.Exists(path) || System.IO.File.Exists(path))
            return false;
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(System.IO.Path.Combine(temporary, CheckpointFolder));
        try
        {
            Directory.Move(temporary, path);
            return true;
        }
        catch (IOException) when (Directory.Exists(path))
        {
            Directory.Delete(temporary, recursive: true);
            return false;
        }
    }

    private static string Tidy(string name)
    {
        string tidy = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).Trim('.', '-');
        return tidy.Length == 0 ? "run" : tidy;
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
