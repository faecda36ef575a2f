using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Language;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>New costs, completely checked and ready to be taken over between two steps.</summary>
public sealed class PreparedSwap : IDisposable
{
    internal PreparedSwap(Synthesized synthesized, ILoadedBitstream loaded, IFabricMemory? memory) =>
        (Synthesized, Loaded, Memory) = (synthesized, loaded, memory);

    /// <summary>The costs.</summary>
    public CostFile Costs => Synthesized.Costs;

    /// <summary>Whether the state layout changes, so that taking over copies the state.</summary>
    public bool CopiesState => Memory is not null;

    internal Synthesized Synthesized { get; }

    internal ILoadedBitstream Loaded { get; }

    internal IFabricMemory? Memory { get; set; }

    internal bool IsCommitted { get; set; }

    /// <summary>Frees what was prepared, unless it was taken over.</summary>
    public void Dispose()
    {
        if (IsCommitted)
            return;
        Loaded.Dispose();
        Memory?.Dispose();
    }
}

/// <content>Exchanging costs while it lives.</content>
public sealed partial class Society
{
    /// <summary>State that no present cost uses, by name: it wakes when a cost that has it returns.</summary>
    private readonly Dictionary<string, float[]> _sleeping = [];

    /// <summary>
    /// Checks, differentiates, emits, verifies and allocates everything new costs need. May run on any thread, beside a
    /// step. Nothing of the society changes.
    /// </summary>
    /// <exception cref="CostSocietyException">The costs are refused; the society goes on with those it has.</exception>
    public PreparedSwap Prepare(CostFile costs)
    {
        var diagnostics = new Diagnostics();
        var synthesized = Synthesizer.Run(Circuit, costs, diagnostics);
        diagnostics.ThrowIfErrors();
        var loaded = _executor.Load(synthesized!.Bitstream);
        bool fits = SameState(_synthesized.State, synthesized.State) && Fits(synthesized.Bitstream.Sizes, _memory.Sizes);
        return new PreparedSwap(synthesized, loaded, fits ? null : _executor.Allocate(WithRoom(synthesized.Bitstream.Sizes)));
    }

    /// <summary>Takes prepared costs over, between two steps. State keeps its values by name; new state begins at 0.</summary>
    /// <exception cref="InvalidOperationException">They were taken over already, or prepared for other costs than the present ones.</exception>
    public void Commit(PreparedSwap prepared)
    {
        if (prepared.IsCommitted)
            throw new InvalidOperationException("these costs were taken over already");
        if (prepared.Memory is null && !SameState(_synthesized.State, prepared.Synthesized.State))
            prepared.Memory = _executor.Allocate(WithRoom(prepared.Synthesized.Bitstream.Sizes));
        prepared.IsCommitted = true;
        if (prepared.Memory is { } memory)
            MoveState(prepared.Synthesized, memory);
        _loaded.Dispose();
        TakeOver(prepared.Synthesized, prepared.Loaded);
    }

    /// <summary>Prepares and takes over in one call.</summary>
    /// <exception cref="CostSocietyException">The costs are refused; the society goes on with those it has.</exception>
    public void Swap(CostFile costs)
    {
        using var prepared = Prepare(costs);
        Commit(prepared);
    }

    private void TakeOver(Synthesized synthesized, ILoadedBitstream loaded)
    {
        var (oldHost, oldDevelopment) = (_host, _development);
        (_synthesized, _loaded, SwapStep) = (synthesized, loaded, Age);
        _development = new Development(synthesized.Stages, synthesized.Parameters);
        Adopt();
        _host.Inherit(oldHost);
        _development.Inherit(oldDevelopment, Age);
    }

    private void MoveState(Synthesized synthesized, IFabricMemory memory)
    {
        foreach (var symbol in _synthesized.State)
            _sleeping[symbol.Name] = ReadSymbol(_memory, symbol);
        foreach (var symbol in synthesized.State)
            if (_sleeping.Remove(symbol.Name, out var values) && values.Length == symbol.Size)
                memory.Write(Region.State, symbol.Offset, values);
        _memory.Dispose();
        _memory = memory;
    }

    private static float[] ReadSymbol(IFabricMemory memory, Symbol symbol)
    {
        var values = new float[symbol.Size];
        memory.Read(symbol.Region, symbol.Offset, values);
        return values;
    }

    private static bool SameState(IReadOnlyList<Symbol> a, IReadOnlyList<Symbol> b)
    {
        if (a.Count != b.Count)
            return false;
        for (int i = 0; i < a.Count; i++)
            if (a[i].Name != b[i].Name || a[i].Offset != b[i].Offset || a[i].Size != b[i].Size)
                return false;
        return true;
    }

    private static bool Fits(MemorySizes needed, MemorySizes room) =>
        needed.State <= room.State && needed.Scratch <= room.Scratch && needed.Io <= room.Io;
}
