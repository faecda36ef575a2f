using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>Gives symbols their place: state and io once for the society, scratch anew for each entry point.</summary>
internal sealed class Layout
{
    private readonly List<Symbol> _state = [];
    private readonly List<Symbol> _io = [];
    private long _stateSize;
    private long _scratchSize;
    private long _ioSize;
    private long _largestScratch;

    /// <summary>Symbols of the state region, in order: the content of a checkpoint.</summary>
    public IReadOnlyList<Symbol> State => _state;

    /// <summary>Symbols of the io region.</summary>
    public IReadOnlyList<Symbol> Io => _io;

    /// <summary>Floats needed by each region.</summary>
    /// <exception cref="OverflowException">A region does not fit 32-bit addresses.</exception>
    public MemorySizes Sizes => checked(new MemorySizes((int)_stateSize, (int)Math.Max(_largestScratch, _scratchSize), (int)_ioSize));

    /// <summary>Places a symbol at the next free address that is a multiple of 16 floats.</summary>
    public Symbol Place(Symbol symbol)
    {
        if (symbol.Region == Region.State)
            Add(symbol, ref _stateSize, _state);
        else if (symbol.Region == Region.Io)
            Add(symbol, ref _ioSize, _io);
        else
            Add(symbol, ref _scratchSize, null);
        return symbol;
    }

    /// <summary>Begins the scratch of another entry point.</summary>
    public void BeginEntryPoint()
    {
        _largestScratch = Math.Max(_largestScratch, _scratchSize);
        _scratchSize = 0;
    }

    private static void Add(Symbol symbol, ref long size, List<Symbol>? list)
    {
        symbol.Offset = checked((int)size);
        size += Operand.Pad(checked(symbol.Slots * symbol.SlotSize));
        list?.Add(symbol);
    }
}
