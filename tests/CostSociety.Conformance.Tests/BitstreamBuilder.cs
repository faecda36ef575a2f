namespace CostSociety.Conformance.Tests;

/// <summary>
/// Writes bitstreams by hand: allocates operands, adds instructions with a barrier each, and knows which floats belong
/// to an operand, so that the rest can be filled with a canary.
/// </summary>
public sealed class BitstreamBuilder
{
    /// <summary>What stands in every float that belongs to nothing.</summary>
    public const float Canary = 12345.678f;

    private const int Gap = 16;

    // What a whole block of a kernel could write beyond the last operand.
    private const int Tail = 256;

    private readonly List<Instruction> _instructions = [];
    private readonly List<Operand> _operands = [];
    private readonly List<CorrelateTerm> _terms = [];
    private readonly List<FabricProgram> _programs = [];
    private readonly List<GatherTable> _tables = [];
    private readonly List<Operand> _allocated = [];
    private readonly List<(Operand Operand, int Count)> _indices = [];
    private readonly int[] _sizes = [Gap, Gap, Gap];
    private int _counters = 1;
    private int _registers = 1;

    /// <summary>Every operand that was allocated, once each.</summary>
    public IReadOnlyList<Operand> Allocated => _allocated;

    public MemorySizes Sizes => new(_sizes[0] + Tail, _sizes[1] + Tail, _sizes[2] + Tail);

    /// <summary>Operands that hold indices, and below what number.</summary>
    public IReadOnlyList<(Operand Operand, int Count)> Indices => _indices;

    /// <summary>
    /// A signal; <paramref name="spareTiles"/> widens its rows, <paramref name="slots"/> makes it a ring.
    /// </summary>
    public Operand Signal(Region region, int rows, int cols, int spareTiles = 0, int slots = 1)
    {
        int stride = Operand.Pad(cols) + spareTiles * Operand.TileCols;
        var shape = Operand.Signal(region, 0, rows, cols) with { RowStride = stride };
        return Allocate(Ring(shape, slots, rows * stride + Gap));
    }

    /// <summary>
    /// A bank [inputs, units] whose panels have <paramref name="spareInputs"/> more rows than are used.
    /// </summary>
    public Operand Bank(Region region, int inputs, int units, int spareInputs = 0, int slots = 1)
    {
        int panel = inputs + spareInputs;
        return Allocate(Ring(Operand.Bank(region, 0, inputs, units, panel), slots, Operand.Pad(units) * panel));
    }

    public Operand Column(Region region, int rows, int rowRepeat = 1) =>
        Allocate(Operand.Column(region, 0, rows, rowRepeat));

    /// <summary>An index for each of so many rows, most of them in [0, <paramref name="count"/>).</summary>
    public Operand Index(int rows, int count)
    {
        var index = Allocate(Operand.Column(Region.Io, 0, rows));
        _indices.Add((index, count));
        return index;
    }

    public Operand Vector(Region region, int rows, int cols, int slots = 1) =>
        Allocate(Ring(Operand.Vector(region, 0, rows, cols), slots, Operand.Pad(cols)));

    public Operand Scalar(Region region) => Allocate(Operand.Scalar(region, 0));

    /// <summary>Reserves host registers 0..count-1.</summary>
    public BitstreamBuilder UseRegisters(int count)
    {
        _registers = Math.Max(_registers, count);
        return this;
    }

    /// <summary>Adds a program and gives its index.</summary>
    public int Program(FabricProgram program)
    {
        _programs.Add(program);
        return _programs.Count - 1;
    }

    public void Project(
        Operand x, Operand bank, Operand y, bool accumulate = false, int program = -1, params Operand[] more) =>
        Add(InstructionKind.Project, Flags(accumulate), [x, bank, y, .. more], program);

    public void ProjectBack(
        Operand d, Operand bank, Operand x, bool accumulate = false, int program = -1, params Operand[] more) =>
        Add(InstructionKind.ProjectBack, Flags(accumulate), [d, bank, x, .. more], program);

    /// <summary>Correlate with a program over the given operands.</summary>
    public void CorrelateFused(
        int inputs, int units, (Operand Pre, Operand Post, float Coefficient)[] terms, int register, int program,
        params Operand[] operands) =>
        Correlate(inputs, units, terms, register, program, InstructionFlags.None, operands);

    /// <summary>Correlate that stores its sum.</summary>
    public void CorrelateSplit(
        Operand destination, (Operand Pre, Operand Post, float Coefficient)[] terms, int register = -1,
        bool accumulate = false) =>
        Correlate(destination.Rows, destination.Cols, terms, register, -1, Flags(accumulate), [destination]);

    public void Evaluate(int rows, int cols, int program, params Operand[] operands) =>
        Add(InstructionKind.Evaluate, InstructionFlags.None, operands, program, rows, cols);

    public void Gather(GatherTable table, Operand source, Operand destination, bool accumulate = false)
    {
        _tables.Add(table);
        Add(InstructionKind.Gather, Flags(accumulate), [source, destination], first: _tables.Count - 1);
    }

    public void GatherByIndex(Operand source, Operand index, Operand destination, int groups = 1, bool accumulate = false) =>
        Add(InstructionKind.Gather, Flags(accumulate), [source, index, destination], first: -1, count: groups);

    public void Scatter(Operand source, Operand index, Operand destination, int groups = 1, bool accumulate = false) =>
        Add(InstructionKind.Scatter, Flags(accumulate), [source, index, destination], first: groups);

    public void Rank(Operand x, Operand value, Operand index, int register) =>
        Add(InstructionKind.Rank, InstructionFlags.None, [x, value, index], register: register);

    public void Contract(Operand a, Operand b, Operand c, int groups, InstructionFlags flags = InstructionFlags.None) =>
        Add(InstructionKind.Contract, flags, [a, b, c], first: groups);

    /// <summary>A program once over every synapse.</summary>
    public void Synapse(int inputs, int units, int program, params Operand[] operands) =>
        Add(InstructionKind.Synapse, InstructionFlags.None, operands, program, inputs, units, first: -1);

    /// <summary>
    /// The program <paramref name="each"/> over every synapse for each sample, counted by <paramref name="counter"/> unless
    /// that is -1, then the program <paramref name="once"/>, if it is not -1.
    /// </summary>
    public void Synapse(
        int inputs, int units, int each, int samples, int counter, int once, params Operand[] operands)
    {
        _counters = Math.Max(_counters, counter + 1);
        Add(InstructionKind.Synapse, InstructionFlags.None, operands, once, inputs, units, counter, each, samples);
    }

    /// <summary>Repeats what <paramref name="body"/> adds, as often as the host register says.</summary>
    public void Loop(int register, int counter, Action body)
    {
        _counters = Math.Max(_counters, counter + 1);
        int at = _instructions.Count;
        Add(InstructionKind.Loop, InstructionFlags.None, [], register: register, count: counter);
        body();
        _instructions[at] = _instructions[at] with { First = _instructions.Count - at - 1 };
    }

    public Bitstream Build(string entryPoint = "learn", bool writesState = true) => new()
    {
        Instructions = [.. _instructions],
        Operands = [.. _operands],
        Terms = [.. _terms],
        Programs = [.. _programs],
        Tables = [.. _tables],
        EntryPoints = [new EntryPoint(entryPoint, 0, _instructions.Count, writesState)],
        Sizes = Sizes,
        Registers = _registers,
        Counters = _counters,
    };

    private static InstructionFlags Flags(bool accumulate) =>
        accumulate ? InstructionFlags.Accumulate : InstructionFlags.None;

    private static Operand Ring(Operand operand, int slots, int stride) =>
        slots == 1 ? operand : operand with { Slots = slots, SlotStride = Operand.Pad(stride) };

    private Operand Allocate(Operand shape)
    {
        ref int size = ref _sizes[(int)shape.Region];
        var operand = shape with { Offset = size };
        size = Operand.Pad(size + Operand.Pad(operand.Extent)) + Gap;
        _allocated.Add(operand);
        return operand;
    }

    private void Correlate(
        int inputs, int units, (Operand Pre, Operand Post, float Coefficient)[] terms, int register, int program,
        InstructionFlags flags, Operand[] operands)
    {
        int first = _terms.Count;
        Add(InstructionKind.Correlate, flags, operands, program, inputs, units, register, first, terms.Length);
        foreach (var term in terms)
        {
            _terms.Add(new CorrelateTerm(_operands.Count, _operands.Count + 1, term.Coefficient));
            _operands.Add(term.Pre);
            _operands.Add(term.Post);
        }
    }

    private void Add(
        InstructionKind kind, InstructionFlags flags, Operand[] operands, int program = -1, int rows = 0, int cols = 0,
        int register = -1, int first = 0, int count = 0)
    {
        if (kind != InstructionKind.Synapse)
            _registers = Math.Max(_registers, register + 1);
        _instructions.Add(new Instruction(
            kind, flags | InstructionFlags.Barrier, (ushort)operands.Length, _operands.Count, program, rows, cols,
            register, first, count));
        _operands.AddRange(operands);
    }
}
