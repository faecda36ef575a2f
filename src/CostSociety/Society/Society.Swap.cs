using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Language;
using CostSociety.Synthesis;

namespace CostSociety;

/// <content>Exchanging costs while it lives.</content>
public sealed partial class Society
{
    /// <summary>State that no present cost uses, by name and size: it wakes when a cost that has it returns.</summary>
    private readonly Dictionary<string, float[]> _sleeping = [];

    /// <summary>Where the host stood under the costs it left since the last step, so that going back to them is exact.</summary>
    private readonly Dictionary<CostFile, (HostValues Host, Development Development, long SwapStep)> _left = new(ReferenceEqualityComparer.Instance);

    private long _leftAt;
    private Replaced? _replaced;

    /// <summary>The costs that <see cref="Revert"/> brings back, or null when none were exchanged since the society was built, loaded or forked.</summary>
    public CostFile? ReplacedCosts => _replaced?.Regime.Costs;

    /// <summary>
    /// Checks, differentiates, emits, verifies and allocates everything new costs need. May run on any thread, beside a
    /// step. Nothing of the society changes.
    /// </summary>
    /// <exception cref="CostSocietyException">The costs are refused; the society goes on with those it has.</exception>
    public PreparedSwap Prepare(CostFile costs) => Ready(Synthesize(Circuit, costs));

    /// <summary>
    /// Takes prepared costs over, between two steps. State keeps its values by name; new state begins at 0. What they replace is kept for
    /// <see cref="Revert"/>; what was kept until then is freed when <paramref name="prepared"/> is disposed.
    /// </summary>
    /// <exception cref="ArgumentException">They were prepared by another society.</exception>
    /// <exception cref="InvalidOperationException">They were taken over already, or are disposed.</exception>
    public void Commit(PreparedSwap prepared)
    {
        RefuseUnfit(prepared);
        if (prepared.From != _regime)
            PlanMoves(prepared);
        prepared.IsCommitted = true;
        var replaced = new Replaced(_regime, _loaded, _ownsLoaded, prepared.Back, prepared.There);
        prepared.There.Run(_memory, prepared.Memory ?? _memory, _sleeping);
        if (prepared.Memory is { } memory)
            (prepared.Memory, _memory, _isInNewMemory) = (_memory, memory, true);
        TakeOver(prepared.Regime);
        (_loaded, _ownsLoaded) = (prepared.Loaded!, true);
        (prepared.Loaded, _replaced) = (_replaced?.Owned, replaced);
    }

    /// <summary>Prepares and takes over in one call.</summary>
    /// <exception cref="CostSocietyException">The costs are refused; the society goes on with those it has.</exception>
    public void Swap(CostFile costs)
    {
        using var prepared = Prepare(costs);
        Commit(prepared);
    }

    /// <summary>
    /// Takes back the last exchange of costs, between two steps: state that fell asleep wakes with its values, and if no step was made since, the
    /// society is as if the exchange had never been. It is an exchange like any other, so a second call takes back the first. Nothing is checked or compiled again.
    /// </summary>
    /// <exception cref="InvalidOperationException">No costs were exchanged since the society was built, loaded or forked.</exception>
    public void Revert()
    {
        var target = _replaced ?? throw new InvalidOperationException(
            "there is nothing to revert to: no costs were exchanged since the society was built, loaded or forked; call Swap first");
        _replaced = new Replaced(_regime, _loaded, _ownsLoaded, Back: target.There, There: target.Back);
        target.Back.Run(_memory, _memory, _sleeping);
        target.Regime.Inputs.Forget();
        TakeOver(target.Regime);
        (_loaded, _ownsLoaded) = (target.Loaded, target.OwnsLoaded);
    }

    private PreparedSwap Ready(Synthesized synthesized)
    {
        var prepared = new PreparedSwap(this, new Regime(synthesized, Seed, _regime.Inputs), _executor.Load(synthesized.Bitstream));
        PlanMoves(prepared);
        return prepared;
    }

    /// <summary>Plans the way from the present costs and back, and finds memory if there is not enough: never less than there is, so that the way back stays open.</summary>
    private void PlanMoves(PreparedSwap prepared)
    {
        var (from, sizes) = (_regime, prepared.Regime.Synthesized.Bitstream.Sizes);
        prepared.From = from;
        prepared.There = new StateMove(from.Synthesized, prepared.Regime.Synthesized);
        prepared.Back = new StateMove(prepared.Regime.Synthesized, from.Synthesized);
        bool fits = Fits(sizes, _memory.Sizes);
        if (prepared.Memory is { } found && !fits && Fits(_memory.Sizes, found.Sizes))
            return;
        prepared.Memory?.Dispose();
        prepared.Memory = fits ? null : _executor.Allocate(Largest(_memory.Sizes, WithRoom(sizes)));
    }

    private void RefuseUnfit(PreparedSwap prepared)
    {
        if (prepared.IsCommitted)
            throw new InvalidOperationException("these costs were taken over already; prepare them again");
        ObjectDisposedException.ThrowIf(prepared.IsDisposed, prepared);
        if (prepared.Owner != this)
            throw new ArgumentException("these costs were prepared by another society; prepare them with this one", nameof(prepared));
    }

    private void TakeOver(Regime regime)
    {
        if (_leftAt != Age)
            _left.Clear();
        _leftAt = Age;
        var present = _left[Costs] = (_regime.Host, _regime.Development, SwapStep);
        var from = _left.GetValueOrDefault(regime.Costs, present with { SwapStep = Age });
        SwapStep = from.SwapStep;
        Adopt(regime);
        regime.Host.Inherit(from.Host);
        regime.Development.Inherit(from.Development, Age);
    }

    /// <summary>What the society was, is of no use any more: its state is another.</summary>
    private void ForgetReplaced()
    {
        _left.Clear();
        _replaced?.Owned?.Dispose();
        _replaced = null;
    }

    private static float[] ReadSymbol(IFabricMemory memory, Symbol symbol)
    {
        var values = new float[symbol.Size];
        memory.Read(symbol.Region, symbol.Offset, values);
        return values;
    }

    private static bool Fits(MemorySizes needed, MemorySizes room) =>
        needed.State <= room.State && needed.Scratch <= room.Scratch && needed.Io <= room.Io;

    private static MemorySizes Largest(MemorySizes a, MemorySizes b) =>
        new(Math.Max(a.State, b.State), Math.Max(a.Scratch, b.Scratch), Math.Max(a.Io, b.Io));
}
