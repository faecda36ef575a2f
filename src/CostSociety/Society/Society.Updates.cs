namespace CostSociety;

/// <content>How often each bank was updated: what the bias correction of an update goes by.</content>
public sealed partial class Society
{
    /// <summary>Updates of every parameter that owns a bank; parameters are of the circuit, so swaps keep them.</summary>
    private long[] _updates = [];

    /// <summary>The banks that learn under the present costs, and the parameters that share each.</summary>
    private (int Owner, int[] Sharers)[] _taught = [];

    internal long UpdatesOf(int parameter) => _updates[parameter];

    private void AdoptUpdates()
    {
        var parameters = _synthesized.Parameters;
        if (_updates.Length != parameters.All.Count)
            _updates = new long[parameters.All.Count];
        _taught = [.. _synthesized.LearnTerms.Keys.Select(p => (p.Number, parameters.OfBank(p.Bank).Select(s => s.Number).ToArray()))];
    }

    /// <summary>Counts the updates of one presentation; a bank that a stage holds fixed has none.</summary>
    private void CountUpdates()
    {
        foreach (var (owner, sharers) in _taught)
            foreach (int sharer in sharers)
                if (_development.IsPlastic(sharer))
                {
                    _updates[owner]++;
                    break;
                }
    }
}
