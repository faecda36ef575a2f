namespace CostSociety.Fabric;

/// <summary>The three memories of a fabric.</summary>
public enum Region : byte
{
    /// <summary>What a checkpoint holds: weights, moments, traces, variables, state of lanes.</summary>
    State = 0,

    /// <summary>Made anew in every run of an entry point.</summary>
    Scratch = 1,

    /// <summary>Written by the host before a run (streams, masks) and read by it afterwards (records).</summary>
    Io = 2,
}

/// <summary>
/// A view of memory: element (row, col) of the current slot is the float at
/// <c>Offset + slot*SlotStride + (row / RowRepeat)*RowStride + (col / 16)*TileStride + (col % 16)*ColStride</c>, where
/// <c>slot = (Slot0 + SlotStep*counter) mod Slots</c>, never negative.
/// One form serves everything: a signal has TileStride 16 and RowStride = its padded width; a bank (inputs x units) has
/// RowStride 16 and TileStride 16*panel; a per-unit vector has RowStride 0, a per-sample value ColStride 0 and
/// TileStride 0, a scalar all strides 0.
/// </summary>
/// <param name="Region">Which memory.</param>
/// <param name="Offset">First float.</param>
/// <param name="Rows">Logical rows.</param>
/// <param name="Cols">Logical columns.</param>
/// <param name="RowStride">Floats between rows; 0 repeats one row.</param>
/// <param name="RowRepeat">How many rows share an address before the next begins; 1 as a rule, the number of sites for
/// a per-sample value seen from a shaped area.</param>
/// <param name="TileStride">Floats between tiles of 16 columns.</param>
/// <param name="ColStride">Floats between columns of a tile: 1, or 0 to repeat one value.</param>
/// <param name="Slots">Number of slots of the ring; 1 as a rule.</param>
/// <param name="SlotStride">Floats between slots.</param>
/// <param name="Slot0">Constant part of the slot.</param>
/// <param name="SlotStep">Factor of the counter.</param>
/// <param name="Counter">Counter that moves the slot: 0 is the step, 1.. are loop counters.</param>
public readonly record struct Operand(
    Region Region,
    int Offset,
    int Rows,
    int Cols,
    int RowStride,
    int RowRepeat,
    int TileStride,
    int ColStride,
    int Slots = 1,
    int SlotStride = 0,
    int Slot0 = 0,
    int SlotStep = 0,
    byte Counter = 0)
{
    /// <summary>Columns of one tile: one SIMD panel.</summary>
    public const int TileCols = 16;

    /// <summary>A batch of rows, each padded to whole tiles.</summary>
    public static Operand Signal(Region region, int offset, int rows, int cols) =>
        new(region, offset, rows, cols, Pad(cols), 1, TileCols, 1);

    /// <summary>One value a row, rows contiguous; seen from a shaped area each value serves <paramref name="rowRepeat"/> rows.</summary>
    public static Operand Column(Region region, int offset, int rows, int rowRepeat = 1) =>
        new(region, offset, rows, 1, 1, rowRepeat, 0, 0);

    /// <summary>One value a column, the same in every row.</summary>
    public static Operand Vector(Region region, int offset, int rows, int cols) =>
        new(region, offset, rows, cols, 0, 1, TileCols, 1);

    /// <summary>One value for every row and column.</summary>
    public static Operand Scalar(Region region, int offset) => new(region, offset, 1, 1, 0, 1, 0, 0);

    /// <summary>A bank of synapses [inputs, units] in tile panels [tiles][panel][16], panel >= inputs.</summary>
    public static Operand Bank(Region region, int offset, int inputs, int units, int panel) =>
        new(region, offset, inputs, units, TileCols, 1, TileCols * panel, 1);

    /// <summary>The next multiple of 16.</summary>
    public static int Pad(int cols) => (cols + TileCols - 1) / TileCols * TileCols;

    /// <summary>Number of tiles of 16 columns.</summary>
    public int Tiles => (Cols + TileCols - 1) / TileCols;

    /// <summary>Slot for a value of the counter, in [0, Slots).</summary>
    public int SlotAt(long counter)
    {
        long slot = Slot0 + SlotStep * counter;
        if ((ulong)slot < (ulong)Slots)
            return (int)slot;
        slot %= Slots;
        return (int)(slot < 0 ? slot + Slots : slot);
    }

    /// <summary>Address of the first float of the slot that <paramref name="counter"/> selects.</summary>
    public int Base(long counter) => Offset + SlotAt(counter) * SlotStride;

    /// <summary>Offset of an element from the base of its slot.</summary>
    public int Element(int row, int col) =>
        row / RowRepeat * RowStride + col / TileCols * TileStride + col % TileCols * ColStride;

    /// <summary>Number of floats from the base of the first slot to the last element of the last slot, inclusive.</summary>
    public int Extent => (Slots - 1) * SlotStride + Element(Rows - 1, Cols - 1) + 1;
}
