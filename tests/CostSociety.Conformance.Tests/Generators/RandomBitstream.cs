namespace CostSociety.Conformance.Tests;

/// <summary>
/// A chain of instructions through memory: each reads signals that came before and makes a new one, or changes a bank.
/// Loops run over a few of them, with rings whose slots follow the counters.
/// </summary>
public sealed partial class RandomBitstream
{
    private const int Registers = 4;

    // The most multiplications of one product, so that the oracle keeps up.
    private const long LargestProduct = 150_000;

    /// <summary>Sizes beyond four tiles.</summary>
    public static readonly IReadOnlyList<int> OddSizes = [65, 67, 127, 130, 257];

    private readonly Random _random;
    private readonly int _rows;
    private readonly int[] _widths;
    private readonly List<Operand> _signals = [];
    private readonly List<Operand> _banks = [];
    private readonly Action[] _kinds;
    private int _depth;

    private RandomBitstream(Random random, int rows)
    {
        _random = random;
        _rows = rows;
        _widths = Widths();
        foreach (int width in _widths)
        {
            _signals.Add(Builder.Signal(Region.Io, rows, width, random.Next(2)));
            _signals.Add(Builder.Signal(Region.State, rows, width));
        }
        Builder.UseRegisters(Registers);
        _kinds =
        [
            Project, ProjectBack, CorrelateFused, CorrelateSplit, Contract, Evaluate, Synapse, Gather, GatherByIndex, Scatter,
            Rank, Loop,
        ];
    }

    public BitstreamBuilder Builder { get; } = new();

    public static BitstreamBuilder Make(Random random, int instructions, int rows)
    {
        var bitstream = new RandomBitstream(random, rows);
        for (int i = 0; i < instructions; i++)
            bitstream.AddAny();
        return bitstream.Builder;
    }

    private void AddAny() => _kinds[_random.Next(_depth < 2 ? _kinds.Length : _kinds.Length - 1)]();

    // Mostly small, every size up to four tiles, and now and then one beyond.
    private int Size() => _random.Next(12) switch
    {
        0 => OddSizes[_random.Next(OddSizes.Count)],
        < 4 => _random.Next(1, 65),
        _ => _random.Next(1, 21),
    };

    private int[] Widths()
    {
        int[] widths = [Size(), Size(), Size()];
        Array.Sort(widths);
        while ((long)_rows * widths[2] * widths[1] > LargestProduct)
        {
            widths[_random.Next(1, 3)] = _random.Next(1, 21);
            Array.Sort(widths);
        }
        return widths;
    }

    private int Width() => _widths[_random.Next(_widths.Length)];

    private bool Flip() => _random.Next(2) == 0;

    // A loop may run no time at all, so what it makes is state, and lives on from run to run. Its own instruction moves
    // a ring: slot counter+1 from slot counter.
    private void Loop()
    {
        int counter = ++_depth;
        int known = _signals.Count;
        Builder.Loop(_random.Next(Registers), counter, () =>
        {
            int width = Width();
            var ring = Builder.Signal(Region.State, _rows, width, 0, _random.Next(2, 5)) with
            {
                SlotStep = 1,
                Counter = (byte)counter,
            };
            Builder.Project(ring with { Slot0 = -1 }, Bank(width, width), ring, false, Squash());
            _signals.Add(ring);
            for (int i = _random.Next(1, 3); i > 0; i--)
                AddAny();
        });
        _signals.RemoveRange(known, _signals.Count - known);
        _depth--;
    }

    private int Squash()
    {
        var program = new ProgramBuilder();
        program.Store(2,
            program.Op(Opcode.Tanh, program.Op(Opcode.Add, program.Load(2), program.Noise(Opcode.Normal, 5))));
        return Builder.Program(program.Build());
    }
}
