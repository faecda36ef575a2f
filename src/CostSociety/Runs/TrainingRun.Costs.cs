using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Runs;

/// <summary>That costs were exchanged or refused during a run.</summary>
/// <param name="Entry">What the journal says: <c>swap</c>, <c>revert</c> or <c>refused</c>.</param>
/// <param name="Diagnostics">Why they were refused; empty otherwise.</param>
public sealed record CostsEvent(JournalEntry Entry, IReadOnlyList<Diagnostic> Diagnostics);

/// <content>Costs that are exchanged while the run goes on: by the watch, or by whoever else has the society.</content>
public sealed partial class TrainingRun
{
    private CostFile _costs;
    private CostFile? _replaced;
    private long _costsSince;

    /// <summary>A cost file whose good contents are taken over between two steps, or null.</summary>
    public CostWatch? Watch { get; init; }

    /// <summary>Called when costs were exchanged, or those of the watch refused.</summary>
    public Action<CostsEvent>? OnCosts { get; init; }

    private IReadOnlyList<string> Columns =>
    [
        .. _society.CostTerms.Select(t => "cost." + t), .. _society.Measures.Select(MetricsFile.TrainColumn), .. _society.Measures.Select(MetricsFile.TestColumn),
    ];

    private IReadOnlyList<string> Meant => [.. _society.CostTerms, .. _society.Measures];

    private void TakeWatched()
    {
        if (Watch?.Take() is not { } found)
            return;
        using var prepared = found.Prepared;
        if (prepared is not null)
            _society.Commit(prepared);
        else
            Tell(new JournalEntry(_society.Age, "refused", Path.GetFileName(found.Path), found.Diagnostics[0].Message), found.Diagnostics);
    }

    private void FollowCosts()
    {
        if (ReferenceEquals(_society.Costs, _costs))
            return;
        bool isRevert = ReferenceEquals(_society.Costs, _replaced);
        KeepCosts();
        (_costs, _replaced, _costsSince) = (_society.Costs, _society.ReplacedCosts, _society.Age);
        _means.Follow(Meant);
        MakeRows();
        if (_metrics is not null)
        {
            _metrics.Dispose();
            OpenMetrics();
        }
        Tell(new JournalEntry(_society.Age, isRevert ? "revert" : "swap", _costs.Name, _costs.Source.Path), []);
    }

    private void KeepCosts()
    {
        if (Folder is null)
            return;
        if (Folder.Costs.List().Count == 0)
            Folder.Costs.Add(_costsSince, _costs.ResolvedJson);
        Folder.Costs.Add(_society.Age, _society.Costs.ResolvedJson);
    }

    private void Tell(JournalEntry entry, IReadOnlyList<Diagnostic> diagnostics)
    {
        Folder?.Journal.Append(entry);
        OnCosts?.Invoke(new CostsEvent(entry, diagnostics));
    }
}
