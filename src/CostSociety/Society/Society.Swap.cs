using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Language;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>
/// New costs, completely checked and ready to be taken over between two steps. Once they are, this holds what they replaced (the bitstream, and
/// the memory if state was copied) until it is disposed, so that freeing it is no work between two steps.
/// </summary>
public sealed class PreparedSwap : IDisposable
{
    internal PreparedSwap(Society owner, Regime regime, ILoadedBitstream loaded, IFabricMemory? memory) =>
        (Owner, Regime, Loaded, Memory) = (owner, regime, loaded, memory);

    /// <summary>The costs.</summary>
    public CostFile Costs => Regime.Costs;

    /// <summary>Whether the state layout changes, so that taking over copies the state.</summary>
    public bool CopiesState => Memory is not null;

    internal Society Owner { get; }

    internal Regime Regime { get; }

    /// <summary>What is ready to be taken over; after that, what it replaced.</summary>
    internal ILoadedBitstream? Loaded { get; set; }

    /// <summary>Memory of the new layout, if it is another; after taking over, that which it replaced.</summary>
    internal IFabricMemory? Memory { get; set; }

    internal bool IsCommitted { get; set; }

    internal bool IsDisposed { get; private set; }

    /// <summary>Frees what was prepared, or what it replaced if it was taken over.</summary>
    public void Dispose()
    {
        if (IsDisposed)
            return;
        IsDisposed = true;
        Loaded?.Dispose();
        Memory?.Dispose();
    }
}

/// <content>Exchanging costs while it lives.</content>
public sealed partial class Society
{
    /// <summary>State that no present cost uses, by name and size: it wakes when a cost that has it returns.</summary>
    private readonly Dictionary<string, float[]> _sleeping = [];

    /// <summary>Where the host stood under the costs it left since the last step, so that going back to them is exact.</summary>
    private readonly Dictionary<CostFile, (HostValues Host, Development Development, long SwapStep)> _left = new(ReferenceEqualityComparer.Instance);

    private long _leftAt;

    /// <summary>
    /// Checks, differentiates, emits, verifies and allocates everything new costs need. May run on any thread, beside a
    /// step. Nothing of the society changes.
    /// </summary>
    /// <exception cref="CostSocietyException">The costs are refused; the society goes on with those it has.</exception>
    public PreparedSwap Prepare(CostFile costs)
    {
        var synthesized = Synthesize(Circuit, costs);
        var loaded = _executor.Load(synthesized.Bitstream);
        var memory = FitsMemory(synthesized) ? null : _executor.Allocate(WithRoom(synthesized.Bitstream.Sizes));
        return new PreparedSwap(this, new Regime(synthesized, Seed, _regime.Inputs), loaded, memory);
    }

    /// <summary>
    /// Takes prepared costs over, between two steps. State keeps its values by name; new state begins at 0. What they replace
    /// is freed when <paramref name="prepared"/> is disposed.
    /// </summary>
    /// <exception cref="ArgumentException">They were prepared by another society.</exception>
    /// <exception cref="InvalidOperationException">They were taken over already, or are disposed.</exception>
    public void Commit(PreparedSwap prepared)
    {
        if (prepared.IsCommitted)
            throw new InvalidOperationException("these costs were taken over already; prepare them again");
        ObjectDisposedException.ThrowIf(prepared.IsDisposed, prepared);
        if (prepared.Owner != this)
            throw new ArgumentException("these costs were prepared by another society; prepare them with this one", nameof(prepared));
        var regime = prepared.Regime;
        if (prepared.Memory is null && !FitsMemory(regime.Synthesized))
            prepared.Memory = _executor.Allocate(WithRoom(regime.Synthesized.Bitstream.Sizes));
        prepared.IsCommitted = true;
        if (prepared.Memory is { } memory)
        {
            MoveState(regime.Synthesized, memory);
            (prepared.Memory, _memory) = (_memory, memory);
        }
        TakeOver(regime);
        (prepared.Loaded, _loaded, _ownsLoaded) = (_ownsLoaded ? _loaded : null, prepared.Loaded!, true);
    }

    /// <summary>Prepares and takes over in one call.</summary>
    /// <exception cref="CostSocietyException">The costs are refused; the society goes on with those it has.</exception>
    public void Swap(CostFile costs)
    {
        using var prepared = Prepare(costs);
        Commit(prepared);
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

    private void MoveState(Synthesized synthesized, IFabricMemory memory)
    {
        var places = synthesized.State.ToDictionary(s => (s.Name, s.Size));
        foreach (var symbol in _regime.Synthesized.State)
            if (places.Remove((symbol.Name, symbol.Size), out var place))
                memory.Write(Region.State, place.Offset, ViewSymbol(_memory, symbol));
            else
                _sleeping[SleepingName(symbol)] = ReadSymbol(_memory, symbol);
        foreach (var symbol in places.Values)
            if (_sleeping.Remove(SleepingName(symbol), out var values))
                memory.Write(Region.State, symbol.Offset, values);
        foreach (var (name, stream) in _regime.Synthesized.Streams)
            memory.Write(Region.Io, synthesized.Streams[name].Offset, ViewSymbol(_memory, stream));
    }

    /// <summary>The size is part of the name: what another cost keeps under one name in another size sleeps beside it.</summary>
    private static string SleepingName(Symbol symbol) => $"{symbol.Name}[{symbol.Size}]";

    private static float[] ReadSymbol(IFabricMemory memory, Symbol symbol)
    {
        var values = new float[symbol.Size];
        memory.Read(symbol.Region, symbol.Offset, values);
        return values;
    }

    private static ReadOnlySpan<float> ViewSymbol(IFabricMemory memory, Symbol symbol) => memory.View(symbol.Region, symbol.Offset, symbol.Size);

    private static bool SameState(IReadOnlyList<Symbol> a, IReadOnlyList<Symbol> b)
    {
        if (a.Count != b.Count)
            return false;
        for (int i = 0; i < a.Count; i++)
            if (a[i].Name != b[i].Name || a[i].Offset != b[i].Offset || a[i].Size != b[i].Size)
                return false;
        return true;
    }

    private bool FitsMemory(Synthesized synthesized) =>
        SameState(_regime.Synthesized.State, synthesized.State) && Fits(synthesized.Bitstream.Sizes, _memory.Sizes);

    private static bool Fits(MemorySizes needed, MemorySizes room) =>
        needed.State <= room.State && needed.Scratch <= room.Scratch && needed.Io <= room.Io;
}
