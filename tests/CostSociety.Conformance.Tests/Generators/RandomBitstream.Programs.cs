namespace CostSociety.Conformance.Tests;

/// <summary>Instructions that run programs.</summary>
public sealed partial class RandomBitstream
{
    private const int LargestBank = 6_000;
    private const int LargestSynapse = 20_000;

    private void Evaluate()
    {
        var x = Source();
        var destination = Destination(_rows, x.Cols, out _);
        var program = new RandomProgram(_random, _rows, x.Cols);
        program.LoadAny(0, perRow: false);
        program.LoadAny(1, perRow: true);
        program.Register(_random.Next(Registers), perRow: false);
        program.Grow(_random.Next(1, 20));
        program.Store(2, perRow: false);
        program.Store(3, perRow: true);
        program.StoreSum(4, perRow: false);
        Builder.Evaluate(_rows, x.Cols, Builder.Program(program.Build()), x, Builder.Column(Region.Io, _rows),
            destination, Column(Region.State, _rows), Builder.Vector(Region.State, _rows, x.Cols));
        Keep(destination);
    }

    private (int Program, Operand[] More) Epilogue(int width)
    {
        if (Flip())
            return (-1, []);
        var program = new RandomProgram(_random, _rows, width);
        program.LoadAny(2, perRow: false);
        program.Load(3, perRow: false);
        program.Grow(_random.Next(1, 12));
        program.Store(2, perRow: false);
        return (Builder.Program(program.Build()), [Builder.Vector(Region.Io, _rows, width)]);
    }

    // Operands: 0 the bank, 1 a value per input and 2 one per unit of the sample, 3 a bank of the sample and 4 that of the
    // sample before, 5 a bank for all samples, 6 the sum of the sample, 7 the sum at the end, 8 a vector.
    private void Synapse()
    {
        var (pre, post) = (Lanes(), Lanes());
        int inputs = pre.Cols, units = Math.Min(post.Cols, Math.Max(1, LargestBank / inputs));
        int samples = Math.Clamp(LargestSynapse / (inputs * units), 1, _rows), counter = _depth + 1;
        Operand EachSample(Operand o) => o with { SlotStep = 1, Counter = (byte)counter };
        var own = EachSample(Builder.Bank(Region.State, inputs, units, _random.Next(3), Math.Max(2, samples)));
        bool each = _random.Next(5) > 0;
        Builder.Synapse(
            inputs, units, each ? EachProgram(inputs, units) : -1, samples, counter, each && Flip() ? -1 : OnceProgram(inputs, units),
            Bank(inputs, units),
            EachSample(pre with { Rows = inputs, Cols = 1, RowStride = 1, TileStride = 0, ColStride = 0, Slots = _rows, SlotStride = pre.RowStride }),
            EachSample(post with { Rows = inputs, Cols = units, RowStride = 0, Slots = _rows, SlotStride = post.RowStride }),
            own, own with { Slot0 = -1 }, NewBank(inputs, units),
            EachSample(Builder.Vector(Region.State, inputs, units, samples)),
            Builder.Vector(Region.State, inputs, units), Builder.Vector(Region.Io, inputs, units));
    }

    // A signal whose rows are samples.
    private Operand Lanes()
    {
        var fitting = _signals.Where(s => s.Slots == 1).ToArray();
        return fitting[_random.Next(fitting.Length)];
    }

    private int EachProgram(int inputs, int units)
    {
        var program = new RandomProgram(_random, inputs, units, firstFreeRegister: 1);
        program.Bound(0, perRow: false);
        program.LoadAny(0, perRow: false);
        program.LoadAny(1, perRow: true);
        foreach (int operand in (ReadOnlySpan<int>)[2, 3, 4, 5, 8])
            if (Flip())
                program.LoadAny(operand, perRow: false);
        program.Grow(_random.Next(1, 8));
        foreach (int operand in (ReadOnlySpan<int>)[0, 3, 5])
            if (Flip())
                program.StoreBounded(operand);
        if (Flip())
            program.StoreSum(6, perRow: false);
        program.AddToFirst();
        return Builder.Program(program.Build());
    }

    private int OnceProgram(int inputs, int units)
    {
        var program = new RandomProgram(_random, inputs, units, firstFreeRegister: 1);
        program.Bound(0, perRow: false);
        program.LoadAny(0, perRow: false);
        program.Load(8, perRow: false);
        program.Grow(_random.Next(1, 8));
        program.StoreBounded(0);
        if (Flip())
            program.StoreBounded(5);
        if (Flip())
            program.StoreSum(7, perRow: false);
        return Builder.Program(program.Build());
    }
}
