namespace CostSociety.Conformance.Tests;

/// <summary>
/// A chain of instructions through memory: each reads signals that came before and makes a new one, or changes a bank.
/// Loops run over a few of them, with rings whose slots follow the counters.
/// </summary>
public sealed class RandomBitstream
{
    private const int Registers = 4;

    private readonly Random _random;
    private readonly int _rows;
    private readonly int[] _widths;
    private readonly List<Operand> _signals = [];
    private readonly List<Operand> _banks = [];
    private int _depth;

    private RandomBitstream(Random random, int rows)
    {
        _random = random;
        _rows = rows;
        _widths = [random.Next(1, 40), random.Next(1, 70), random.Next(1, 20)];
        foreach (int width in _widths)
        {
            _signals.Add(Builder.Signal(Region.Io, rows, width, random.Next(2)));
            _signals.Add(Builder.Signal(Region.State, rows, width));
        }
        Builder.UseRegisters(Registers);
    }

    public BitstreamBuilder Builder { get; } = new();

    public static BitstreamBuilder Make(Random random, int instructions, int rows)
    {
        var bitstream = new RandomBitstream(random, rows);
        for (int i = 0; i < instructions; i++)
            bitstream.AddAny();
        return bitstream.Builder;
    }

    private void AddAny()
    {
        switch (_random.Next(_depth < 2 ? 8 : 6))
        {
            case 0:
                Project();
                break;
            case 1:
                ProjectBack();
                break;
            case 2:
                CorrelateFused();
                break;
            case 3:
                CorrelateSplit();
                break;
            case 4:
                Gather();
                break;
            case 5:
                Evaluate();
                break;
            default:
                Loop();
                break;
        }
    }

    private void Project()
    {
        var x = Signal();
        int units = Width();
        var y = Destination(units, out bool accumulate);
        var (program, more) = Epilogue(units);
        Builder.Project(x, Bank(x.Cols, units), y, accumulate, program, more);
        _signals.Add(y);
    }

    private void ProjectBack()
    {
        var d = Signal();
        int inputs = Width();
        var x = Destination(inputs, out bool accumulate);
        var (program, more) = Epilogue(inputs);
        Builder.ProjectBack(d, Bank(inputs, d.Cols), x, accumulate, program, more);
        _signals.Add(x);
    }

    // w = tanh of a random program of g, w and a vector: banks stay bounded however often they are updated.
    private void CorrelateFused()
    {
        Operand pre = Signal(), post = Signal();
        var bank = Bank(pre.Cols, post.Cols);
        var program = new RandomProgram(_random, pre.Cols, post.Cols, firstFreeRegister: 1);
        program.Bound(0, perRow: false);
        program.LoadAny(0, perRow: false);
        program.Load(1, perRow: false);
        program.Grow(_random.Next(1, 12));
        program.StoreBounded(0);
        Builder.CorrelateFused(
            pre.Cols, post.Cols, Terms(pre, post), _random.Next(-1, Registers), Builder.Program(program.Build()),
            bank, Builder.Vector(Region.Io, pre.Cols, post.Cols));
    }

    private void CorrelateSplit()
    {
        Operand pre = Signal(), post = Signal();
        var destination = Builder.Bank(Region.State, pre.Cols, post.Cols, _random.Next(3));
        Builder.CorrelateSplit(destination, Terms(pre, post), _random.Next(-1, Registers), _random.Next(2) == 0);
    }

    private (Operand, Operand, float)[] Terms(Operand pre, Operand post)
    {
        var terms = new List<(Operand, Operand, float)> { (pre, post, 1) };
        if (_random.Next(2) == 0)
            terms.Add((Builder.Signal(Region.Io, _rows, pre.Cols), post, -0.5f));
        return [.. terms];
    }

    private void Gather()
    {
        var source = Signal();
        int width = Width();
        var starts = new int[width + 1];
        var indices = new List<int>();
        for (int i = 0; i < width; i++)
        {
            for (int n = _random.Next(3); n > 0; n--)
                indices.Add(_random.Next(source.Cols));
            starts[i + 1] = indices.Count;
        }
        var destination = Destination(width, out bool accumulate);
        var table = new GatherTable(1, source.Cols, 1, width, starts, [.. indices]);
        Builder.Gather(table, source, destination, accumulate);
        _signals.Add(destination);
    }

    private void Evaluate()
    {
        var x = Signal();
        var destination = Destination(x.Cols, out _);
        var program = new RandomProgram(_random, _rows, x.Cols);
        program.LoadAny(0, perRow: false);
        program.LoadAny(1, perRow: true);
        program.Register(_random.Next(Registers), perRow: false);
        program.Grow(_random.Next(1, 20));
        program.Store(2, perRow: false);
        program.Store(3, perRow: true);
        program.StoreSum(4, perRow: false);
        Builder.Evaluate(_rows, x.Cols, Builder.Program(program.Build()), x, Builder.Column(Region.Io, _rows),
            destination, Builder.Column(Region.State, _rows), Builder.Vector(Region.State, _rows, x.Cols));
        _signals.Add(destination);
    }

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

    private (int Program, Operand[] More) Epilogue(int width)
    {
        if (_random.Next(2) == 0)
            return (-1, []);
        var program = new RandomProgram(_random, _rows, width);
        program.LoadAny(2, perRow: false);
        program.Load(3, perRow: false);
        program.Grow(_random.Next(1, 12));
        program.Store(2, perRow: false);
        return (Builder.Program(program.Build()), [Builder.Vector(Region.Io, _rows, width)]);
    }

    // Outside of loops a new signal of either region, inside of them state; only state is there to be added to.
    private Operand Destination(int width, out bool accumulate)
    {
        var region = _depth > 0 || _random.Next(2) == 0 ? Region.State : Region.Scratch;
        accumulate = region == Region.State && _random.Next(2) == 0;
        return Builder.Signal(region, _rows, width, _random.Next(2));
    }

    private Operand Signal() => _signals[_random.Next(_signals.Count)];

    private int Width() => _widths[_random.Next(_widths.Length)];

    private Operand Bank(int inputs, int units)
    {
        foreach (var bank in _banks)
            if (bank.Rows == inputs && bank.Cols == units && _random.Next(3) > 0)
                return bank;
        _banks.Add(Builder.Bank(Region.State, inputs, units, _random.Next(3)));
        return _banks[^1];
    }
}
