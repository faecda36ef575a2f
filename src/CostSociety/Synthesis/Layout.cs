using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>Gives symbols their place: state and io once for the society, scratch anew for each entry point.</summary>
/// <param name="budget">What may be used; entry points share their scratch.</param>
internal sealed class Layout(MemoryBudget budget)
{
    // Addresses a page apart look alike to a processor that asks whether a load needs a store before it: banks that are
    // walked side by side, such as weights and their moments, begin at thirds of a page.
    private const int PageFloats = 1024;
    private const int StaggerFloats = 336;

    private readonly List<Symbol> _state = [];
    private readonly List<Symbol> _io = [];
    private long _stateSize;
    private long _scratchSize;
    private long _ioSize;
    private long _largestScratch;

    private Layout(Layout original, MemoryBudget budget)
        : this(budget)
    {
        (_state, _io) = ([.. original._state], [.. original._io]);
        (_stateSize, _scratchSize) = (original._stateSize, original._scratchSize);
        (_ioSize, _largestScratch) = (original._ioSize, original._largestScratch);
    }

    /// <summary>A layout in which all symbols placed so far stand, to be extended by itself.</summary>
    public Layout Copy(MemoryBudget budget) => new(this, budget);

    /// <summary>Symbols of the state region, in order: the content of a checkpoint.</summary>
    public IReadOnlyList<Symbol> State => _state;

    /// <summary>Symbols of the io region.</summary>
    public IReadOnlyList<Symbol> Io => _io;

    /// <summary>Floats needed by each region.</summary>
    public MemorySizes Sizes => new((int)_stateSize, (int)Math.Max(_largestScratch, _scratchSize), (int)_ioSize);

    /// <summary>Places a symbol at the next free address that is a multiple of 16 floats.</summary>
    /// <exception cref="MemoryBudgetException">It does not fit the budget, or 32-bit addresses.</exception>
    public Symbol Place(Symbol symbol)
    {
        if (symbol.Region == Region.State)
        {
            _stateSize += StaggerOf(symbol);
            Add(symbol, ref _stateSize, _state);
        }
        else if (symbol.Region == Region.Io)
            Add(symbol, ref _ioSize, _io);
        else
            Add(symbol, ref _scratchSize, null);
        return symbol;
    }

    private long StaggerOf(Symbol symbol)
    {
        if (symbol.SlotFloats < 4 * PageFloats)
            return 0;
        long wanted = _state.Count % 3 * StaggerFloats;
        return (wanted - _stateSize % PageFloats + PageFloats) % PageFloats;
    }

    /// <summary>Begins the scratch of another entry point, in the same place.</summary>
    public void BeginEntryPoint()
    {
        budget.Return(_scratchSize * sizeof(float));
        _largestScratch = Math.Max(_largestScratch, _scratchSize);
        _scratchSize = 0;
    }

    private void Add(Symbol symbol, ref long size, List<Symbol>? list)
    {
        long floats = (symbol.Slots * symbol.SlotFloats + Operand.TileCols - 1) / Operand.TileCols * Operand.TileCols;
        long bytes = checked(floats * sizeof(float));
        if (!budget.TryTake(bytes))
            budget.Take(Describe(symbol), bytes);
        if (size + floats > int.MaxValue)
            throw new MemoryBudgetException(Describe(symbol), bytes, size * sizeof(float), int.MaxValue * (long)sizeof(float));
        symbol.Offset = (int)size;
        size += floats;
        list?.Add(symbol);
    }

    private static string Describe(Symbol symbol) => symbol.Region == Region.Scratch
        ? $"an intermediate value of {symbol.Rows} x {symbol.Cols} numbers"
        : $"'{symbol.Name}' of {(symbol.Slots > 1 ? $"{symbol.Slots} x " : "")}{symbol.Rows} x {symbol.Cols} numbers";
}
