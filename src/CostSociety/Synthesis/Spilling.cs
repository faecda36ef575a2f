using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// Makes a program of single assignments fit the registers: a value that is not needed for the longest time (Belady 1966)
/// goes to memory, or is made again from what it was made of, and comes back before its next use.
/// </summary>
/// <param name="ops">The operations.</param>
/// <param name="values">The values each writes and reads; -1 for none. Value 0 is the gradient, which never leaves.</param>
/// <param name="next">First number that no value has.</param>
/// <param name="canLoadAgain">Whether what the program reads from memory is still there later.</param>
/// <param name="memory">Makes an operand for a value, given whether it is one a row.</param>
internal sealed class Spilling(
    List<ProgramOp> ops, List<(int Destination, int A, int B, int C)> values, int next, bool canLoadAgain, Func<bool, int> memory)
{
    private const int Most = FabricProgram.MaxRegisters - 1;

    private readonly Dictionary<int, Queue<int>> _uses = [];
    private readonly Dictionary<int, int> _definition = [];
    private readonly Dictionary<int, int> _copy = [];
    private readonly Dictionary<int, int> _operand = [];
    private int _next = next;

    /// <summary>Operations that fit.</summary>
    public List<ProgramOp> Ops { get; } = [];

    /// <summary>Their values.</summary>
    public List<(int Destination, int A, int B, int C)> Values { get; } = [];

    public void Run()
    {
        FindUses();
        for (int i = 0; i < ops.Count; i++)
        {
            var (destination, a, b, c) = values[i];
            int[] sources = [a, b, c];
            foreach (int source in sources)
                Bring(source, sources);
            Emit(ops[i], destination, Copy(a), Copy(b), Copy(c));
            foreach (int source in sources)
                Release(source, i);
            if (destination >= 0)
                Keep(destination, destination, sources);
        }
    }

    private void FindUses()
    {
        for (int i = 0; i < values.Count; i++)
        {
            foreach (int source in (ReadOnlySpan<int>)[values[i].A, values[i].B, values[i].C])
                if (source > 0)
                    (_uses.TryGetValue(source, out var uses) ? uses : _uses[source] = []).Enqueue(i);
            if (values[i].Destination >= 0)
                _definition[values[i].Destination] = i;
        }
    }

    private int Copy(int value) => value <= 0 ? value : _copy[value];

    private void Bring(int value, int[] sources)
    {
        if (value <= 0 || _copy.ContainsKey(value))
            return;
        int definition = _definition[value];
        int copy = _next++;
        if (_operand.TryGetValue(value, out int operand))
            Emit(new ProgramOp(Opcode.Load, ops[definition].PerRow, 0, 0, 0, 0, (ushort)operand, 0), copy, -1, -1, -1);
        else
            Emit(ops[definition], copy, -1, -1, -1);
        Keep(value, copy, sources);
    }

    private void Keep(int value, int copy, int[] sources)
    {
        if (_uses.GetValueOrDefault(value) is not { Count: > 0 })
            return;
        _copy[value] = copy;
        if (_copy.Count > Most - 3)
            Evict(sources);
    }

    /// <summary>Takes the value that is needed last out of its register.</summary>
    private void Evict(int[] sources)
    {
        int victim = _copy.Keys.Where(v => !sources.Contains(v)).MaxBy(v => _uses[v].Peek());
        var definition = ops[_definition[victim]];
        if (!CanBeMadeAgain(definition) && !_operand.ContainsKey(victim))
        {
            _operand[victim] = memory(definition.PerRow);
            Emit(new ProgramOp(Opcode.Store, definition.PerRow, 0, 0, 0, 0, (ushort)_operand[victim], 0), -1, _copy[victim], -1, -1);
        }
        _copy.Remove(victim);
    }

    private bool CanBeMadeAgain(in ProgramOp op) => op.Code is Opcode.Const or Opcode.Register or Opcode.UnitIndex or Opcode.RowIndex
        || (op.Code == Opcode.Load && canLoadAgain);

    private void Release(int value, int op)
    {
        if (value <= 0)
            return;
        var uses = _uses[value];
        while (uses.Count > 0 && uses.Peek() <= op)
            uses.Dequeue();
        if (uses.Count == 0)
            _copy.Remove(value);
    }

    private void Emit(in ProgramOp op, int destination, int a, int b, int c)
    {
        Ops.Add(op);
        Values.Add((destination, a, b, c));
    }
}
