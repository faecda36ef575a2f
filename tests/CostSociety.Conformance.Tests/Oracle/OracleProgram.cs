namespace CostSociety.Conformance.Tests;

/// <summary>
/// Runs a program over a domain, one operation at a time over all of it. A register is a matrix [rows, cols], or
/// [rows, 1] where it holds a value per row.
/// </summary>
internal sealed class OracleProgram(OracleRun run, int firstOperand, FabricProgram program, int rows, int cols)
{
    private readonly BoundedMatrix?[] _registers = new BoundedMatrix?[FabricProgram.MaxRegisters];

    public BoundedMatrix? Execute(BoundedMatrix? register0 = null)
    {
        _registers[0] = register0;
        foreach (var op in program.Ops)
            Execute(op);
        return _registers[0];
    }

    private void Execute(in ProgramOp op)
    {
        if (op.Code is Opcode.Store)
            Store(op);
        else if (op.Code is Opcode.StoreSum)
            StoreSum(op);
        else
            _registers[op.Destination] = Round(Compute(op));
    }

    private BoundedMatrix Compute(ProgramOp op) => Semantics.Opcodes[(int)op.Code].Shape switch
    {
        OpcodeShape.Spread => Fill(cols, (r, c) => PerRow(op.A)[r, 0]),
        OpcodeShape.Reduction => Reduce(op),
        _ => Elementwise(op, op.PerRow ? 1 : cols),
    };

    private BoundedMatrix Elementwise(ProgramOp op, int width)
    {
        switch (op.Code)
        {
            case Opcode.Const:
                return Fill(width, (r, c) => Bounded.Exact(op.Immediate));
            case Opcode.Register:
                return Fill(width, (r, c) => Bounded.Exact(run.State.Registers[op.Index]));
            case Opcode.Load:
                return run.Load(firstOperand + op.Index, rows, width);
            case Opcode.UnitIndex:
                return Fill(width, (r, c) => Bounded.Exact(c));
            case Opcode.RowIndex:
                return Fill(width, (r, c) => Bounded.Exact(r));
            case Opcode.Uniform:
                return Fill(width, (r, c) => Uniform(op.Index, r * width + c));
            case Opcode.Normal:
                return Fill(width, (r, c) => Normal(op.Index, r * width + c));
            default:
                return Sources(op, width);
        }
    }

    private BoundedMatrix Sources(ProgramOp op, int width)
    {
        int arity = Semantics.Opcodes[(int)op.Code].Arity;
        var a = Register(op.A, width);
        var b = arity > 1 ? Register(op.B, width) : a;
        var c = arity > 2 ? Register(op.C, width) : a;
        return Fill(width, (row, col) => OpcodeErrors.Of(
            op.Code, a[row, col], arity > 1 ? b[row, col] : default, arity > 2 ? c[row, col] : default));
    }

    private Bounded Uniform(int key, int index) =>
        Bounded.Exact(CounterRandom.Uniform(
            CounterRandom.Word(run.Key(program.NoiseKeys[key]), (uint)index, run.State.Step, run.CounterWord)));

    private Bounded Normal(int key, int index)
    {
        double value =
            CounterRandom.Normal(run.Key(program.NoiseKeys[key]), (uint)index, run.State.Step, run.CounterWord);
        return Bounded.Of(value, OpcodeErrors.Slack(Opcode.Normal, value));
    }

    private BoundedMatrix Reduce(ProgramOp op)
    {
        var source = Register(op.A, cols);
        return Fill(1, (row, _) => op.Code switch
        {
            Opcode.SumUnits => Sum(source, row),
            Opcode.MaxUnits => Largest(source, row),
            _ => ArgLargest(source, row),
        });
    }

    private Bounded Sum(BoundedMatrix source, int row)
    {
        var sum = Bounded.Exact(0);
        for (int c = 0; c < cols; c++)
            sum = Add(sum, source[row, c], Semantics.Opcodes[(int)Opcode.SumUnits].Tolerance);
        return sum;
    }

    private Bounded Add(Bounded sum, Bounded term, double tolerance) => Bounded.Of(
        run.Rounding.Round(sum.Value + term.Value), sum.Error + term.Error + tolerance * term.Magnitude + Bounded.Tiny);

    private Bounded Largest(BoundedMatrix source, int row)
    {
        double value = double.NegativeInfinity, error = 0;
        for (int c = 0; c < cols; c++)
        {
            value = Math.Max(value, source[row, c].Value);
            error = Math.Max(error, source[row, c].Error);
        }
        return Bounded.Of(value, error);
    }

    // Any column that the errors allow to be the largest may be the answer.
    private Bounded ArgLargest(BoundedMatrix source, int row)
    {
        for (int c = 0; c < cols; c++)
            if (double.IsNaN(source[row, c].Value))
                return Bounded.Exact(0);
        int best = 0;
        for (int c = 1; c < cols; c++)
            if (source[row, c].Value > source[row, best].Value)
                best = c;
        double error = 0;
        var top = source[row, best];
        for (int c = 0; c < cols; c++)
        {
            double room = top.Error + source[row, c].Error;
            if (double.IsInfinity(room))
                error = room;
            else if (room > 0 && top.Value - source[row, c].Value <= room)
                error = Math.Max(error, Math.Abs(c - best));
        }
        return Bounded.Of(best, error);
    }

    private void Store(ProgramOp op) => run.Store(firstOperand + op.Index, Register(op.A, op.PerRow ? 1 : cols));

    private void StoreSum(ProgramOp op)
    {
        var source = Register(op.A, op.PerRow ? 1 : cols);
        int operand = firstOperand + op.Index;
        var target = run.Operand(operand);
        double tolerance = Semantics.SumTolerance(
            Semantics.Opcodes[(int)Opcode.StoreSum].Tolerance,
            target.RowStride == 0 ? rows : Math.Min(rows, target.RowRepeat));
        run.Store(operand, Fill(source.Cols, (r, c) => Bounded.Exact(0)));
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < source.Cols; c++)
                run.StoreElement(operand, r, c, Add(run.LoadElement(operand, r, c), source[r, c], tolerance));
    }

    private BoundedMatrix PerRow(int register) => Register(register, 1);

    private BoundedMatrix Register(int register, int width)
    {
        var matrix = _registers[register]
            ?? throw new InvalidOperationException($"register {register} is read before it is written");
        return matrix.Cols == width
            ? matrix
            : throw new InvalidOperationException(
                $"register {register} is [{rows}, {matrix.Cols}], expected [{rows}, {width}]");
    }

    private BoundedMatrix Fill(int width, Func<int, int, Bounded> value)
    {
        var matrix = new BoundedMatrix(rows, width);
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < width; c++)
                matrix[r, c] = value(r, c);
        return matrix;
    }

    private BoundedMatrix Round(BoundedMatrix matrix)
    {
        if (!run.Rounding.ToFloat)
            return matrix;
        for (int r = 0; r < matrix.Rows; r++)
            for (int c = 0; c < matrix.Cols; c++)
                matrix[r, c] = matrix[r, c] with { Value = run.Rounding.Round(matrix[r, c].Value) };
        return matrix;
    }
}
