namespace CostSociety;

/// <content>How often each bank was updated: what the bias correction of an update goes by.</content>
public sealed partial class Society
{
    /// <summary>Updates of every parameter that owns a bank; parameters are of the circuit, so swaps keep them.</summary>
    private readonly long[] _updates;

    internal long UpdatesOf(int parameter) => _updates[parameter];

    /// <summary>Counts the updates of one presentation; a bank that a stage holds fixed has none.</summary>
    private void CountUpdates()
    {
        foreach (var (owner, sharers) in _regime.Taught)
            foreach (int sharer in sharers)
                if (_regime.Development.IsPlastic(sharer))
                {
                    _updates[owner]++;
                    break;
                }
    }
}
