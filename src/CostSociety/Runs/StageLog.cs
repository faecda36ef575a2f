namespace CostSociety.Runs;

/// <summary>A stage as it was lived; steps count from 0.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">First step of it.</param>
/// <param name="Last">Last step of it.</param>
public sealed record LivedStage(string Name, long First, long Last);

/// <summary>Notes stages of development as they are lived.</summary>
public sealed class StageLog
{
    private readonly List<(string Name, long First)> _begun = [];
    private long _steps;

    /// <summary>Goes on with the journal of a run.</summary>
    public StageLog(IEnumerable<JournalEntry> journal) =>
        _begun.AddRange(journal.Where(e => e.Kind == "stage").Select(e => (e.Name, e.Step)));

    /// <summary>Every stage so far.</summary>
    /// <param name="steps">Steps of the whole run.</param>
    public IReadOnlyList<LivedStage> Stages(long steps) =>
        [.. _begun.Select((s, i) => new LivedStage(s.Name, s.First, (i + 1 < _begun.Count ? _begun[i + 1].First : Math.Max(steps, _steps)) - 1)).Where(s => s.Name.Length > 0)];

    /// <summary>Notes a step that was done; costs without stages end the stage before.</summary>
    public void Note(in RunProgress progress)
    {
        _steps = progress.Step;
        if (progress.Stage != (_begun.Count == 0 ? "" : _begun[^1].Name))
            _begun.Add((progress.Stage, progress.Step - 1));
    }
}
