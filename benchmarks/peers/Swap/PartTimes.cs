using CostSociety.Peers.Output;
using CostSociety.Peers.Timing;

namespace CostSociety.Peers.Swap;

/// <summary>Times of the parts of a change, by form and name, in the order in which they first occurred.</summary>
internal sealed class PartTimes
{
    private readonly Dictionary<(string Form, string Part), List<double>> _times = [];

    /// <summary>Times one part.</summary>
    public void Time(string form, string part, Action work)
    {
        double start = Clock.Wall();
        work();
        double time = Clock.Wall() - start;
        if (!_times.TryGetValue((form, part), out var times))
            _times[(form, part)] = times = [];
        times.Add(time);
    }

    /// <summary>A row a part: form, part, 10th percentile and median in microseconds.</summary>
    public IReadOnlyList<string[]> Rows() =>
        [.. _times.OrderBy(t => Array.IndexOf([Peer.Ours, Peer.Eager, Peer.Jit], t.Key.Form)).Select(t => new[]
        {
            t.Key.Form, t.Key.Part, TextTable.Number(Blocks.Percentile(t.Value, 0.1) / 1000), TextTable.Number(Blocks.Percentile(t.Value, 0.5) / 1000),
        })];
}
