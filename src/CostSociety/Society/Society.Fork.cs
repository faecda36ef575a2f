using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety;

/// <content>Societies that begin where another stands.</content>
public sealed partial class Society
{
    /// <summary>A copy of a society, with room for costs of those sizes.</summary>
    private Society(Society original, IExecutor executor, bool ownsExecutor, MemorySizes needed)
    {
        var (synthesized, sizes) = (original.Synthesized, original.Synthesized.Bitstream.Sizes);
        (Circuit, Seed, _executor) = (original.Circuit, original.Seed, executor);
        (_ownsExecutor, _hasCallersExecutor) = (ownsExecutor, !ownsExecutor);
        (_loaded, _ownsLoaded) = (executor.Load(synthesized.Bitstream), true);
        _memory = executor.Allocate(WithRoom(Largest(sizes, needed)));
        foreach (var (region, length) in new[] { (Region.State, sizes.State), (Region.Io, sizes.Io) })
            _memory.Write(region, 0, original._memory.View(region, 0, length));
        _updates = [.. original._updates];
        _sleeping = original._sleeping.ToDictionary(s => s.Key, s => s.Value.ToArray());
        RunCursors = new(original.RunCursors);
        (Age, Clock, Epoch, Samples, SwapStep) = (original.Age, original.Clock, original.Epoch, original.Samples, original.SwapStep);
        _regime = new Regime(synthesized, Seed);
        _regime.Inputs.CopyWaiting(original._regime.Inputs);
        _regime.Host.Continue(original.Host);
        _regime.Development.Restore(original.Development.Index, original.Development.Since, original.Development.Held);
    }

    /// <summary>
    /// A society of its own that begins where this one stands: what <see cref="Save"/> and <see cref="Load"/> into a new one would give, and the streams that
    /// were set. Both go on by themselves. It runs on the executor that was passed in when this one was built, else on one of its own with as many threads, and the caller disposes it.
    /// </summary>
    public Society Fork() => Fork(_regime.Synthesized.Bitstream.Sizes);

    /// <summary>The same with other costs, which are checked first: two societies that differ in nothing but their costs.</summary>
    /// <exception cref="CostSocietyException">The costs are refused; nothing was made.</exception>
    public Society Fork(CostFile costs)
    {
        var synthesized = Synthesize(Circuit, costs);
        var fork = Fork(synthesized.Bitstream.Sizes);
        using var prepared = fork.Ready(synthesized);
        fork.Commit(prepared);
        return fork;
    }

    // What a society or its replicas made for themselves goes with them, so a copy does not share it.
    private Society Fork(MemorySizes needed) => _hasCallersExecutor
        ? new Society(this, _executor, ownsExecutor: false, needed)
        : new Society(this, AnotherExecutor(), ownsExecutor: true, needed);
}
