using CostSociety.Costs;
using CostSociety.Fabric;

namespace CostSociety;

/// <summary>
/// New costs, completely checked and ready to be taken over between two steps. Once they are, this holds what is needed no longer until it is
/// disposed, so that freeing it is no work between two steps. What they replaced stays with the society, for <see cref="Society.Revert"/>.
/// </summary>
public sealed class PreparedSwap : IDisposable
{
    internal PreparedSwap(Society owner, Regime regime, ILoadedBitstream loaded) => (Owner, Regime, Loaded) = (owner, regime, loaded);

    /// <summary>The costs.</summary>
    public CostFile Costs => Regime.Costs;

    /// <summary>Whether the state layout changes, so that taking over moves state.</summary>
    public bool CopiesState => Memory is not null || !There.IsNothing;

    internal Society Owner { get; }

    internal Regime Regime { get; }

    /// <summary>What is ready to be taken over; after that, what nobody can revert to any more.</summary>
    internal ILoadedBitstream? Loaded { get; set; }

    /// <summary>Memory for what does not fit into that of the society; after taking over, that which it replaced.</summary>
    internal IFabricMemory? Memory { get; set; }

    /// <summary>The regime that the moves begin at.</summary>
    internal Regime? From { get; set; }

    internal StateMove There { get; set; } = null!;

    internal StateMove Back { get; set; } = null!;

    internal bool IsCommitted { get; set; }

    internal bool IsDisposed { get; private set; }

    /// <summary>Frees what was prepared and not taken over, or what is needed no longer since it was.</summary>
    public void Dispose()
    {
        if (IsDisposed)
            return;
        IsDisposed = true;
        Loaded?.Dispose();
        Memory?.Dispose();
    }
}

/// <summary>Costs that a society had before, ready to hold again.</summary>
/// <param name="Regime">The costs with everything of the host that goes by them.</param>
/// <param name="Loaded">Their bitstream.</param>
/// <param name="OwnsLoaded">Whether the bitstream is the society's own.</param>
/// <param name="Back">Moves state from the present costs to these.</param>
/// <param name="There">Moves it from these to the present ones.</param>
internal sealed record Replaced(Regime Regime, ILoadedBitstream Loaded, bool OwnsLoaded, StateMove Back, StateMove There)
{
    /// <summary>The bitstream, if there is one to free.</summary>
    public ILoadedBitstream? Owned => OwnsLoaded ? Loaded : null;
}
