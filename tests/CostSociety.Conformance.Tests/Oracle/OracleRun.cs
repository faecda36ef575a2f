namespace CostSociety.Conformance.Tests;

/// <summary>One run of an entry point: loops, counters, and how instructions reach their operands.</summary>
internal sealed class OracleRun(Bitstream bitstream, OracleMemory memory, RunState state, Rounding rounding)
{
    private readonly long[] _counters = new long[Math.Max(bitstream.Counters, 1)];
    private readonly List<int> _enclosing = [];
    private int _sample = -1;

    public Bitstream Bitstream => bitstream;

    public RunState State => state;

    public Rounding Rounding => rounding;

    /// <summary>The part of every noise number that loops and samples make: 0 outside of them.</summary>
    public uint CounterWord
    {
        get
        {
            uint word = 0;
            foreach (int counter in _enclosing)
                word = unchecked(word * 65536 + (uint)(_counters[counter] + 1));
            return _sample < 0 ? word : unchecked(word * 65536 + (uint)(_sample + 1));
        }
    }

    public ulong Key(ulong symbol) => CounterRandom.Key(state.Seed, state.Replica, symbol);

    public void Execute(int first, int count)
    {
        _counters[0] = state.Step;
        for (int i = first; i < first + count; i++)
        {
            var instruction = bitstream.Instructions[i];
            if (instruction.Kind == InstructionKind.Loop)
            {
                Repeat(instruction, i + 1);
                i += instruction.First;
            }
            else
            {
                OracleInstructions.Execute(this, instruction);
            }
        }
    }

    /// <summary>A host register as a count: rounded down, at least 0.</summary>
    public int Count(int register) => (int)Math.Max(0, Math.Floor(state.Registers[register]));

    public Operand Operand(int index) => bitstream.Operands[index];

    public BoundedMatrix Load(int operand) => Load(operand, Operand(operand).Rows, Operand(operand).Cols);

    public BoundedMatrix Load(int operand, int rows, int cols) =>
        memory.Load(Operand(operand), CounterOf(operand), rows, cols);

    public Bounded LoadElement(int operand, int row, int col) =>
        memory.LoadElement(Operand(operand), CounterOf(operand), row, col);

    public void Store(int operand, BoundedMatrix matrix) => memory.Store(Operand(operand), CounterOf(operand), matrix);

    public void StoreElement(int operand, int row, int col, Bounded value) =>
        memory.StoreElement(Operand(operand), CounterOf(operand), row, col, value);

    /// <summary>Enters a sample, counted by a counter unless that is -1; sample -1 leaves it.</summary>
    public void EnterSample(int counter, int sample)
    {
        _sample = sample;
        if (counter >= 0)
            _counters[counter] = Math.Max(0, sample);
    }

    /// <summary>Runs a program, if there is one; gives what register 0 holds then.</summary>
    public BoundedMatrix? RunProgram(
        Instruction instruction, int program, int rows, int cols, BoundedMatrix? register0 = null) =>
        program < 0 ? register0
            : new OracleProgram(this, instruction.FirstOperand, bitstream.Programs[program], rows, cols).Execute(register0);

    private long CounterOf(int operand) => _counters[Operand(operand).Counter];

    private void Repeat(Instruction loop, int body)
    {
        int count = Count(loop.Register);
        _enclosing.Add(loop.Count);
        for (int value = 0; value < count; value++)
        {
            _counters[loop.Count] = value;
            Execute(body, loop.First);
        }
        _enclosing.RemoveAt(_enclosing.Count - 1);
        _counters[loop.Count] = 0;
    }
}
