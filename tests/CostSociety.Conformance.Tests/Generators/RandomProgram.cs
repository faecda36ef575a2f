namespace CostSociety.Conformance.Tests;

/// <summary>
/// Grows a well-formed program: registers of both kinds, written again now and then, every opcode, no source outside
/// its domain. Loads and stores are added by whoever knows the operands.
/// </summary>
public sealed class RandomProgram(Random random, int rows, int cols, int firstFreeRegister = 0)
{
    private const int RegisterLimit = 56;

    private static readonly float[] _constants = [0, 1, -1, 0.5f, 2, -0.3f, 3.5f, 0.1f];

    private static readonly Opcode[] _opcodes =
        [.. Semantics.Opcodes.Select(row => row.Code)
            .Where(code => code is not (Opcode.Load or Opcode.Store or Opcode.StoreSum or Opcode.Register))];

    private readonly ProgramBuilder _builder = new(firstFreeRegister);
    private readonly List<Value> _values = [];

    public FabricProgram Build() => _builder.Build();

    /// <summary>Host registers hold numbers in [-1, 1].</summary>
    public void Register(int hostRegister, bool perRow) =>
        Keep(_builder.Register(hostRegister, perRow), perRow, new Interval(-1, 1));

    /// <summary>Loads an operand whose elements are within [-1, 1].</summary>
    public void Load(int operand, bool perRow) => Keep(_builder.Load(operand, perRow), perRow, new Interval(-1, 1));

    /// <summary>Loads an operand of any magnitude, and bounds it.</summary>
    public void LoadAny(int operand, bool perRow) => Bound(_builder.Load(operand, perRow), perRow);

    /// <summary>Makes a value of a register that holds anything, within [-1, 1].</summary>
    public void Bound(int register, bool perRow) =>
        Keep(_builder.Op(Opcode.Tanh, register, perRow: perRow), perRow, new Interval(-1, 1));

    public void Grow(int ops)
    {
        for (int i = 0; i < ops; i++)
            for (int attempt = 0; attempt < 20 && !TryAdd(_opcodes[random.Next(_opcodes.Length)]); attempt++)
            {
            }
    }

    public void Store(int operand, bool perRow) => _builder.Store(operand, Pick(perRow).Register, perRow);

    public void StoreSum(int operand, bool perRow) => _builder.StoreSum(operand, Pick(perRow).Register, perRow);

    /// <summary>Stores a value within [-1, 1].</summary>
    public void StoreBounded(int operand) =>
        _builder.Store(operand, _builder.Op(Opcode.Tanh, Pick(perRow: false).Register));

    /// <summary>Adds a value within [-1, 1] to register 0.</summary>
    public void AddToFirst() =>
        _builder.OpInto(0, Opcode.Add, 0, _builder.Op(Opcode.Tanh, Pick(perRow: false).Register));

    private bool TryAdd(Opcode code) => code switch
    {
        Opcode.Const => Constant(Flip()),
        Opcode.UnitIndex => Index(code, Flip(), cols),
        Opcode.RowIndex => Index(code, Flip(), rows),
        Opcode.Uniform => Noise(code, Flip(), new Interval(0, 1)),
        Opcode.Normal => Noise(code, Flip(), new Interval(-6, 6)),
        Opcode.Spread => Spread(),
        Opcode.SumUnits or Opcode.MaxUnits or Opcode.ArgMaxUnits => Reduce(code),
        _ => Elementwise(code, random.Next(4) == 0),
    };

    private bool Constant(bool perRow)
    {
        float value = _constants[random.Next(_constants.Length)];
        Keep(_builder.Const(value, perRow), perRow, new Interval(value, value));
        return true;
    }

    private bool Index(Opcode code, bool perRow, int count)
    {
        Keep(_builder.Op(code, perRow: perRow), perRow, new Interval(0, count - 1));
        return true;
    }

    private bool Noise(Opcode code, bool perRow, Interval interval)
    {
        Keep(_builder.Noise(code, (ulong)random.NextInt64(), perRow), perRow, interval);
        return true;
    }

    private bool Spread()
    {
        var source = Pick(perRow: true);
        Write(Opcode.Spread, source, source, source, perRow: false, source.Interval);
        return true;
    }

    private bool Reduce(Opcode code)
    {
        var source = Pick(perRow: false);
        Interval? interval = code switch
        {
            Opcode.SumUnits => Interval.Limit(cols * source.Interval.Low, cols * source.Interval.High),
            Opcode.MaxUnits => source.Interval,
            _ => new Interval(0, cols - 1),
        };
        if (interval is { } result)
            Write(code, source, source, source, perRow: true, result);
        return interval != null;
    }

    private bool Elementwise(Opcode code, bool perRow)
    {
        Value a = Pick(perRow), b = Pick(perRow), c = Pick(perRow);
        if (code is Opcode.Sqrt or Opcode.Log or Opcode.Pow && a.Interval.Low < 0.1)
            a = Positive(a, perRow);
        if (code is Opcode.Div && b.Interval.Low < 0.1)
            b = Positive(b, perRow);
        if (Interval.Of(code, a.Interval, b.Interval, c.Interval) is not { } interval)
            return false;
        Write(code, a, b, c, perRow, interval);
        return true;
    }

    private Value Positive(Value value, bool perRow)
    {
        int register = _builder.Op(Opcode.Max, value.Register, _builder.Const(0.1f, perRow), perRow: perRow);
        return new Value(register, perRow, new Interval(0.1, Math.Max(0.1, value.Interval.High)));
    }

    // A register that held something, of either kind, may be written again.
    private void Write(Opcode code, Value a, Value b, Value c, bool perRow, Interval interval)
    {
        int register = _builder.Registers;
        if (register >= RegisterLimit || random.Next(5) == 0)
            register = _values[random.Next(_values.Count)].Register;
        _builder.OpInto(register, code, a.Register, b.Register, c.Register, perRow: perRow);
        Keep(register, perRow, interval);
    }

    private Value Pick(bool perRow)
    {
        var fitting = _values.Where(value => value.PerRow == perRow).ToArray();
        if (fitting.Length == 0)
        {
            Constant(perRow);
            return _values[^1];
        }
        // Late values are the likelier, so that programs become deep.
        int age = (int)(fitting.Length * random.NextDouble() * random.NextDouble());
        return fitting[fitting.Length - 1 - age];
    }

    private void Keep(int register, bool perRow, Interval interval)
    {
        _values.RemoveAll(value => value.Register == register);
        _values.Add(new Value(register, perRow, interval));
    }

    private bool Flip() => random.Next(2) == 0;

    private readonly record struct Value(int Register, bool PerRow, Interval Interval);
}
