using CostSociety.Fabric;

namespace CostSociety.Tests.Laws;

/// <summary>
/// Bitstreams of instructions that no circuit of the probe asks for, in many shapes: groups, copies by index, ranks and
/// programs over synapses.
/// </summary>
internal sealed class ProbeInstructions
{
    private const int Floats = 60_000;
    private const byte SampleCounter = 1;

    private static readonly int[] _sizes = [1, 2, 3, 7, 8, 16, 17, 31, 40, 65];

    private readonly Random _random;
    private readonly List<Instruction> _instructions = [];
    private readonly List<Operand> _operands = [];
    private readonly List<FabricProgram> _programs = [];
    private int _floats;

    private ProbeInstructions(int seed) => _random = new Random(seed);

    /// <summary>Loads and runs some of them.</summary>
    public static void RunAll(IExecutor executor)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var bitstream = new ProbeInstructions(seed).Build();
            using var loaded = executor.Load(bitstream);
            using var memory = executor.Allocate(bitstream.Sizes);
            executor.Run(loaded, 0, memory, new RunState(1) { Registers = { [0] = 2 } });
        }
    }

    private Bitstream Build()
    {
        Contract();
        Indexed();
        Rank();
        Synapse();
        var bitstream = new Bitstream
        {
            Instructions = [.. _instructions],
            Operands = [.. _operands],
            Terms = [],
            Programs = [.. _programs],
            Tables = [],
            EntryPoints = [new EntryPoint("run", 0, _instructions.Count, WritesState: true)],
            Sizes = new MemorySizes(_floats, 0, Floats),
            Registers = 1,
            Counters = 2,
        };
        Barriers.PlaceBarriers(bitstream);
        return bitstream;
    }

    private void Contract()
    {
        int groups = _random.Next(1, 4), rows = Size(), inner = Size(), units = Size();
        var flags = (InstructionFlags)(_random.Next(2) * (int)InstructionFlags.TransposeA + _random.Next(2) * (int)InstructionFlags.TransposeB) | Accumulate();
        var a = flags.HasFlag(InstructionFlags.TransposeA) ? Source(groups * inner, rows) : Source(groups * rows, inner);
        var b = flags.HasFlag(InstructionFlags.TransposeB) ? Source(groups * units, inner) : Source(groups * inner, units);
        Add(InstructionKind.Contract, flags, [a, b, Destination(groups * rows, units)], first: groups);
    }

    private void Indexed()
    {
        int groups = _random.Next(1, 4), rows = groups * Size(), others = groups * Size(), cols = Size();
        Add(InstructionKind.Scatter, Accumulate(), [Source(rows, cols), Operand.Column(Region.Io, 0, rows), Destination(others, cols)], first: groups);
        Add(InstructionKind.Gather, Accumulate(), [Source(rows, cols), Operand.Column(Region.Io, 0, others), Destination(others, cols)], first: -1, count: groups);
    }

    private void Rank()
    {
        int rows = Size();
        Add(InstructionKind.Rank, InstructionFlags.None, [Source(rows, Size()), Destination(rows, 1), Destination(rows, 1)], register: 0);
    }

    private void Synapse()
    {
        int inputs = Size(), units = Size(), samples = _random.Next(1, 5);
        bool wholeRows = _random.Next(2) == 0;
        int each = Program(
            new(Opcode.Load, true, 1, 0, 0, 0, 1, 0), new(Opcode.Spread, false, 2, 1, 0, 0, 0, 0), new(Opcode.Load, false, 3, 0, 0, 0, 0, 0),
            new(Opcode.Fma, false, 0, 2, 3, 0, 0, 0),
            wholeRows ? new(Opcode.MaxUnits, true, 1, 0, 0, 0, 0, 0) : new(Opcode.StoreSum, false, 0, 0, 0, 0, 2, 0));
        int once = Program(new(Opcode.Load, false, 1, 0, 0, 0, 0, 0), new(Opcode.Add, false, 0, 0, 1, 0, 0, 0), new(Opcode.Store, false, 0, 0, 0, 0, 0, 0));
        var bank = Operand.Bank(Region.State, Take(Operand.Pad(units) * inputs), inputs, units, inputs);
        var pre = EachSample(Operand.Column(Region.Io, 0, inputs), samples, Operand.Pad(inputs));
        var sums = EachSample(Operand.Vector(Region.State, Take(samples * Operand.Pad(units)), inputs, units), samples, Operand.Pad(units));
        _instructions.Add(new(InstructionKind.Synapse, InstructionFlags.None, 3, _operands.Count, once, inputs, units, SampleCounter, each, samples));
        _operands.AddRange([bank, pre, sums]);
    }

    private static Operand EachSample(Operand operand, int samples, int stride) =>
        operand with { Slots = samples, SlotStride = stride, SlotStep = 1, Counter = SampleCounter };

    private Operand Source(int rows, int cols)
    {
        var signal = Operand.Signal(Region.Io, 0, rows, cols);
        return _random.Next(4) switch
        {
            0 => signal with { RowRepeat = 2 },
            1 => signal with { ColStride = 0, TileStride = 0 },
            _ => signal,
        };
    }

    private Operand Destination(int rows, int cols) => Operand.Signal(Region.State, Take(rows * Operand.Pad(cols)), rows, cols);

    private InstructionFlags Accumulate() => _random.Next(2) == 0 ? InstructionFlags.Accumulate : InstructionFlags.None;

    private int Size() => _sizes[_random.Next(_sizes.Length)];

    private int Take(int floats)
    {
        int offset = _floats;
        _floats += Operand.Pad(floats);
        return offset;
    }

    private int Program(params ProgramOp[] ops)
    {
        _programs.Add(new FabricProgram(ops, 4, []));
        return _programs.Count - 1;
    }

    private void Add(InstructionKind kind, InstructionFlags flags, Operand[] operands, int register = -1, int first = 0, int count = 0)
    {
        _instructions.Add(new(kind, flags, (ushort)operands.Length, _operands.Count, -1, 0, 0, register, first, count));
        _operands.AddRange(operands);
    }
}
