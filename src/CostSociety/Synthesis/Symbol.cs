using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>How a symbol lies in memory.</summary>
internal enum SymbolKind : byte
{
    Signal,
    Column,
    Vector,
    Scalar,
    Bank,
}

/// <summary>A named piece of memory. Layout gives it an offset; everything else is known when it is declared.</summary>
internal sealed class Symbol
{
    public required string Name { get; init; }

    public required Region Region { get; init; }

    public required SymbolKind Kind { get; init; }

    /// <summary>Logical rows: batch times sites of a signal, inputs of a bank.</summary>
    public required int Rows { get; init; }

    public required int Cols { get; init; }

    public int Slots { get; init; } = 1;

    /// <summary>Constant part of the slot that is read or written; see <see cref="Slot"/>.</summary>
    public int Slot0 { get; private init; }

    /// <summary>How many slots it moves on with each count of <see cref="Counter"/>.</summary>
    public int SlotStep { get; init; }

    /// <summary>The counter that moves the slot: the step, or the sites of a bank that each have weights of their own.</summary>
    public byte Counter { get; init; }

    public int Offset { get; set; } = -1;

    /// <summary>The view of a piece of another symbol, as a program over a bank reads it; null for a symbol of its own.</summary>
    public Operand? Fixed { get; init; }

    /// <summary>The learnable parameter whose values these are, or null.</summary>
    public Parameter? Parameter { get; set; }

    /// <summary>Rows of a tile panel, chosen so that panels do not alias in the cache (performance: stride mod 64 in 6..12).</summary>
    public int Panel => Kind == SymbolKind.Bank ? PanelOf(Rows) : 0;

    public int Stride => Operand.Pad(Cols);

    /// <summary>Floats of one slot.</summary>
    public int SlotSize => checked((int)SlotFloats);

    /// <summary>The same, before it is known to fit 32-bit addresses.</summary>
    public long SlotFloats => Kind switch
    {
        SymbolKind.Signal => (long)Rows * Stride,
        SymbolKind.Column => Operand.Pad(Rows),
        SymbolKind.Vector => Stride,
        SymbolKind.Scalar => 1,
        _ => (long)Stride * Panel,
    };

    /// <summary>Floats in all.</summary>
    public int Size => Slots * SlotSize;

    /// <summary>The view of the whole symbol for a domain of <paramref name="rows"/> rows.</summary>
    public Operand View(int rows, int rowRepeat = 1)
    {
        if (Fixed is { } view)
            return view;
        var operand = Kind switch
        {
            SymbolKind.Signal => Operand.Signal(Region, Offset, rows, Cols) with { RowRepeat = rowRepeat },
            SymbolKind.Column => Operand.Column(Region, Offset, rows, rowRepeat),
            SymbolKind.Vector => Operand.Vector(Region, Offset, rows, Cols),
            SymbolKind.Scalar => Operand.Scalar(Region, Offset) with { Rows = rows },
            _ => Operand.Bank(Region, Offset, Rows, Cols, Panel),
        };
        return Slots == 1 ? operand : operand with { Slots = Slots, SlotStride = SlotSize, Slot0 = Slot0, SlotStep = SlotStep, Counter = Counter };
    }

    /// <summary>The rows of one site of a shaped signal; the counter of sites says which.</summary>
    public Operand SiteView(int batch, int sites)
    {
        if (Slots != 1)
            throw new InvalidOperationException($"'{Name}' has slots already, so no counter can choose its sites");
        int stride = Kind == SymbolKind.Column ? 1 : Stride;
        var all = Kind == SymbolKind.Column ? Operand.Column(Region, Offset, batch) : Operand.Signal(Region, Offset, batch, Cols);
        return all with { RowStride = sites * stride, Slots = sites, SlotStride = stride, SlotStep = 1, Counter = LoopCounters.Sites };
    }

    /// <summary>
    /// Distance of a weight of a bank from its offset. Units count logically: where sites have weights of their own, unit
    /// map * sites + site.
    /// </summary>
    public int Weight(int unit, int input)
    {
        int site = unit % Slots, col = unit / Slots;
        return site * SlotSize + (col / Operand.TileCols * Panel + input) * Operand.TileCols + col % Operand.TileCols;
    }

    /// <summary>The same memory under the name of another parameter.</summary>
    public Symbol For(Parameter parameter) => new()
    {
        Name = Name,
        Region = Region,
        Kind = Kind,
        Rows = Rows,
        Cols = Cols,
        Offset = Offset,
        Parameter = parameter,
    };

    /// <summary>One slot of a ring that is already placed: the one that moves by <paramref name="slotStep"/> a step.</summary>
    public Symbol Slot(int slot0, int slotStep) => new()
    {
        Name = Name,
        Region = Region,
        Kind = Kind,
        Rows = Rows,
        Cols = Cols,
        Slots = Slots,
        Offset = Offset,
        Slot0 = slot0,
        SlotStep = slotStep,
    };

    private static int PanelOf(int inputs)
    {
        if (inputs < 48)
            return inputs;
        int rest = inputs % 64;
        return rest switch { < 6 => inputs + (6 - rest), > 12 => inputs + (70 - rest), _ => inputs };
    }
}
