namespace CostSociety.Conformance.Tests;

/// <summary>What random instructions read and write, in every form an operand can take.</summary>
public sealed partial class RandomBitstream
{
    /// <summary>A signal that came before, as it stands or in part: [rows, any width].</summary>
    private Operand Source()
    {
        var signal = _signals[_random.Next(_signals.Count)];
        return View(_random.Next(8) == 0 ? Columns(signal) : signal);
    }

    /// <summary>A signal of a shape of its own.</summary>
    private Operand Source(int rows, int cols) => View(Destination(Flip() ? Region.Io : Region.State, rows, cols));

    // One row for several or for all, one column for all or for each tile; mostly all of it.
    private Operand View(Operand signal) => _random.Next(16) switch
    {
        2 => signal with { RowRepeat = _random.Next(2, 5) },
        3 => signal with { RowStride = 0 },
        4 => signal with { ColStride = 0, TileStride = 0 },
        5 => signal with { ColStride = 0 },
        6 => signal with { RowStride = 0, ColStride = 0, TileStride = 0 },
        _ => signal,
    };

    private Operand Columns(Operand signal)
    {
        int first = _random.Next(signal.Cols);
        return signal with { Offset = signal.Offset + first, Cols = _random.Next(1, signal.Cols - first + 1) };
    }

    // Outside of loops a new signal of either region, inside of them state; only state is there to be added to. Some are
    // the middle of a wider signal, some a slot of a ring.
    private Operand Destination(int rows, int cols, out bool accumulate)
    {
        var region = _depth > 0 || Flip() ? Region.State : Region.Scratch;
        accumulate = region == Region.State && Flip();
        return Destination(region, rows, cols);
    }

    private Operand Destination(Region region, int rows, int cols) => _random.Next(6) switch
    {
        0 => Middle(region, rows, cols),
        1 when region == Region.State => Builder.Signal(region, rows, cols, _random.Next(2), slots: 3) with
        {
            Slot0 = _random.Next(-4, 5),
            SlotStep = _random.Next(-2, 3),
        },
        _ => Builder.Signal(region, rows, cols, _random.Next(2)),
    };

    private Operand Middle(Region region, int rows, int cols)
    {
        int before = _random.Next(20);
        var wide = Builder.Signal(region, rows, before + cols + _random.Next(20));
        return wide with { Offset = wide.Offset + before, Cols = cols };
    }

    // One value a row: a column of its own, or one column of a signal.
    private Operand Column(Region region, int rows) =>
        Flip() ? Builder.Column(region, rows) : Destination(region, rows, 1);

    private void Keep(Operand signal)
    {
        if (signal.Rows == _rows)
            _signals.Add(signal);
    }

    private Operand Bank(int inputs, int units)
    {
        foreach (var bank in _banks)
            if (bank.Rows == inputs && bank.Cols == units && _random.Next(3) > 0)
                return bank;
        _banks.Add(NewBank(inputs, units));
        return _banks[^1];
    }

    // Panels may be longer than there are inputs, and the inputs may be in the middle of them.
    private Operand NewBank(int inputs, int units)
    {
        int before = Flip() ? 0 : _random.Next(4);
        var bank = Builder.Bank(Region.State, inputs + before, units, _random.Next(4));
        return bank with { Offset = bank.Offset + before * Operand.TileCols, Rows = inputs };
    }

    // A number of groups that the rows of the batch divide into.
    private int Groups()
    {
        int[] divisors = [.. Enumerable.Range(1, _rows).Where(g => _rows % g == 0)];
        return divisors[_random.Next(divisors.Length)];
    }
}
