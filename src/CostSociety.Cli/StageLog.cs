using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>Stages of development as they were lived; steps count from 0.</summary>
internal sealed class StageLog
{
    private readonly List<(string Name, long First)> _begun = [];
    private long _steps;

    public StageLog(IEnumerable<JournalEntry> journal) =>
        _begun.AddRange(journal.Where(e => e.Kind == "stage").Select(e => (e.Name, e.Step)));

    /// <summary>Name, first and last step of every stage.</summary>
    public IReadOnlyList<(string Name, long First, long Last)> Stages(long steps) =>
        [.. _begun.Select((s, i) => (s.Name, s.First, (i + 1 < _begun.Count ? _begun[i + 1].First : Math.Max(steps, _steps)) - 1)).Where(s => s.Name.Length > 0)];

    /// <summary>Notes a step that was done; costs without stages end the stage before.</summary>
    public void Note(in RunProgress progress)
    {
        _steps = progress.Step;
        if (progress.Stage != (_begun.Count == 0 ? "" : _begun[^1].Name))
            _begun.Add((progress.Stage, progress.Step - 1));
    }
}
