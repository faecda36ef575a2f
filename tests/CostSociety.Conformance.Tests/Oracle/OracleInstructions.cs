namespace CostSociety.Conformance.Tests;

/// <summary>The ten instructions but Loop, each as the semantics table says it.</summary>
internal static class OracleInstructions
{
    public static void Execute(OracleRun run, Instruction instruction)
    {
        switch (instruction.Kind)
        {
            case InstructionKind.Project:
                Project(run, instruction);
                break;
            case InstructionKind.ProjectBack:
                ProjectBack(run, instruction);
                break;
            case InstructionKind.Correlate:
                Correlate(run, instruction);
                break;
            case InstructionKind.Synapse:
                Synapse(run, instruction);
                break;
            case InstructionKind.Contract:
                Contract(run, instruction);
                break;
            case InstructionKind.Evaluate:
                run.RunProgram(instruction, instruction.Program, instruction.Rows, instruction.Cols);
                break;
            case InstructionKind.Gather:
                Gather(run, instruction);
                break;
            case InstructionKind.Scatter:
                Scatter(run, instruction);
                break;
            case InstructionKind.Rank:
                Rank(run, instruction);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(instruction), instruction.Kind, "unknown instruction");
        }
    }

    private static void Project(OracleRun run, Instruction instruction)
    {
        int x = instruction.FirstOperand, bank = x + 1, y = x + 2;
        Multiply(run, instruction, run.Load(x, run.Operand(y).Rows, run.Operand(bank).Rows), run.Load(bank), y);
    }

    private static void ProjectBack(OracleRun run, Instruction instruction)
    {
        int d = instruction.FirstOperand, bank = d + 1, x = d + 2;
        var errors = run.Load(d, run.Operand(x).Rows, run.Operand(bank).Cols);
        Multiply(run, instruction, errors, run.Load(bank).Transpose(), x);
    }

    private static void Multiply(
        OracleRun run, Instruction instruction, BoundedMatrix a, BoundedMatrix b, int destination)
    {
        var result = Start(run, instruction, destination);
        result.AddProduct(a, b, 1, Tolerance(instruction), run.Rounding);
        run.Store(destination, result);
        run.RunProgram(instruction, instruction.Program, result.Rows, result.Cols);
    }

    // What the destination is before anything is added: itself, or nothing.
    private static BoundedMatrix Start(OracleRun run, Instruction instruction, int destination) =>
        instruction.Accumulates
            ? run.Load(destination)
            : new BoundedMatrix(run.Operand(destination).Rows, run.Operand(destination).Cols);

    private static void Correlate(OracleRun run, Instruction instruction)
    {
        bool fused = instruction.Program >= 0;
        var g = fused
            ? new BoundedMatrix(instruction.Rows, instruction.Cols)
            : Start(run, instruction, instruction.FirstOperand);
        double scale = instruction.Register < 0 ? 1 : run.State.Registers[instruction.Register];
        for (int i = 0; i < instruction.Count; i++)
        {
            var term = run.Bitstream.Terms[instruction.First + i];
            int rows = Math.Max(run.Operand(term.Pre).Rows, run.Operand(term.Post).Rows);
            var pre = run.Load(term.Pre, rows, g.Rows);
            var post = run.Load(term.Post, rows, g.Cols);
            g.AddProduct(pre.Transpose(), post, scale * term.Coefficient, Tolerance(instruction), run.Rounding);
        }
        if (fused)
            run.RunProgram(instruction, instruction.Program, g.Rows, g.Cols, g);
        else
            run.Store(instruction.FirstOperand, g);
    }

    // g goes from sample to sample, and into the program at the end.
    private static void Synapse(OracleRun run, Instruction instruction)
    {
        BoundedMatrix? g = new(instruction.Rows, instruction.Cols);
        for (int sample = 0; instruction.First >= 0 && sample < instruction.Count; sample++)
        {
            run.EnterSample(instruction.Register, sample);
            g = run.RunProgram(instruction, instruction.First, instruction.Rows, instruction.Cols, g);
        }
        run.EnterSample(instruction.Register, -1);
        run.RunProgram(instruction, instruction.Program, instruction.Rows, instruction.Cols, g);
    }

    // A, B and C are split into First equal groups of consecutive rows; the transposes act within a group.
    private static void Contract(OracleRun run, Instruction instruction)
    {
        int first = instruction.FirstOperand, groups = instruction.First;
        var a = run.Load(first);
        var b = run.Load(first + 1);
        var c = Start(run, instruction, first + 2);
        var result = new BoundedMatrix(c.Rows, c.Cols);
        for (int g = 0; g < groups; g++)
        {
            var left = Group(a, g, groups, instruction.Flags.HasFlag(InstructionFlags.TransposeA));
            var right = Group(b, g, groups, instruction.Flags.HasFlag(InstructionFlags.TransposeB));
            var part = Group(c, g, groups, false);
            part.AddProduct(left, right, 1, Tolerance(instruction), run.Rounding);
            for (int r = 0; r < part.Rows; r++)
                for (int n = 0; n < part.Cols; n++)
                    result[g * part.Rows + r, n] = part[r, n];
        }
        run.Store(first + 2, result);
    }

    private static BoundedMatrix Group(BoundedMatrix matrix, int group, int groups, bool transpose)
    {
        int rows = matrix.Rows / groups;
        var part = matrix.RowRange(group * rows, rows);
        return transpose ? part.Transpose() : part;
    }

    private static void Gather(OracleRun run, Instruction instruction)
    {
        if (instruction.First < 0)
            GatherByIndex(run, instruction);
        else
            GatherByTable(run, instruction);
    }

    private static void GatherByTable(OracleRun run, Instruction instruction)
    {
        var table = run.Bitstream.Tables[instruction.First];
        int source = instruction.FirstOperand, destination = source + 1;
        var result = Start(run, instruction, destination);
        int samples = result.Rows / table.DestinationRows;
        for (int sample = 0; sample < samples; sample++)
            for (int i = 0; i < table.DestinationRows * table.DestinationCols; i++)
            {
                int row = sample * table.DestinationRows + i / table.DestinationCols, col = i % table.DestinationCols;
                for (int j = table.Starts[i]; j < table.Starts[i + 1]; j++)
                {
                    int index = table.Indices[j];
                    var from = run.LoadElement(
                        source, sample * table.SourceRows + index / table.SourceCols, index % table.SourceCols);
                    result[row, col] = Add(run, instruction, result[row, col], from);
                }
            }
        run.Store(destination, result);
    }

    private static void Scatter(OracleRun run, Instruction instruction)
    {
        int source = instruction.FirstOperand, destination = source + 2, groups = instruction.First;
        int rows = run.Operand(source).Rows, targets = run.Operand(destination).Rows;
        for (int r = 0; r < rows; r++)
        {
            if (RowOf(run, instruction, r, rows / groups, targets / groups) is not { } row)
                continue;
            for (int c = 0; c < run.Operand(source).Cols; c++)
            {
                var value = run.LoadElement(source, r, c);
                if (instruction.Accumulates)
                    value = Add(run, instruction, run.LoadElement(destination, row, c), value);
                run.StoreElement(destination, row, c, value);
            }
        }
    }

    private static void GatherByIndex(OracleRun run, Instruction instruction)
    {
        int source = instruction.FirstOperand, destination = source + 2, groups = instruction.Count;
        int rows = run.Operand(destination).Rows, sources = run.Operand(source).Rows;
        var result = Start(run, instruction, destination);
        for (int r = 0; r < rows; r++)
            if (RowOf(run, instruction, r, rows / groups, sources / groups) is { } row)
                for (int c = 0; c < result.Cols; c++)
                {
                    var value = run.LoadElement(source, row, c);
                    result[r, c] = instruction.Accumulates ? Add(run, instruction, result[r, c], value) : value;
                }
        run.Store(destination, result);
    }

    // The row that the index of row r names, which counts within the group; null where there is none.
    private static int? RowOf(OracleRun run, Instruction instruction, int r, int rowsOfGroup, int count)
    {
        var index = run.LoadElement(instruction.FirstOperand + 1, r, 0);
        if (index.Error > 0)
            throw new InvalidOperationException("an index that is not known exactly says nothing");
        double row = Math.Floor(index.Value);
        return row >= 0 && row < count ? r / rowsOfGroup * count + (int)row : null;
    }

    // k is held to [1, units]; NaN is below everything.
    private static void Rank(OracleRun run, Instruction instruction)
    {
        int x = instruction.FirstOperand;
        var values = run.Load(x);
        int k = Math.Clamp(run.Count(instruction.Register), 1, values.Cols);
        for (int r = 0; r < values.Rows; r++)
        {
            var row = Enumerable.Range(0, values.Cols).Select(c => values[r, c]).ToArray();
            int unit = Enumerable.Range(0, row.Length).OrderByDescending(c => row[c].Value, _nanLowest).ThenBy(c => c).ElementAt(k - 1);
            double error = row.Max(value => value.Error);
            run.StoreElement(x + 1, r, 0, Bounded.Of(row[unit].Value, error));
            run.StoreElement(x + 2, r, 0, Bounded.Of(unit, IndexError(row, unit, error)));
        }
    }

    private static readonly Comparer<double> _nanLowest = Comparer<double>.Create(
        (a, b) => double.IsNaN(a) || double.IsNaN(b) ? double.IsNaN(b).CompareTo(double.IsNaN(a)) : a == b ? 0 : a.CompareTo(b));

    // Whatever the errors allow to be the k-th may be the answer; it moves by no more than the largest of them.
    private static double IndexError(Bounded[] row, int unit, double error)
    {
        if (error == 0 || double.IsInfinity(error))
            return error;
        return Enumerable.Range(0, row.Length)
            .Where(c => Math.Abs(row[c].Value - row[unit].Value) <= row[c].Error + error).Max(c => Math.Abs(c - unit));
    }

    private static Bounded Add(OracleRun run, Instruction instruction, Bounded sum, Bounded term)
    {
        bool exact = sum.Value == 0 && sum.Error == 0;
        double slack = exact ? 0 : Tolerance(instruction) * (sum.Magnitude + term.Magnitude);
        return Bounded.Of(run.Rounding.Round(sum.Value + term.Value), sum.Error + term.Error + slack);
    }

    private static double Tolerance(Instruction instruction) => Semantics.Instructions[(int)instruction.Kind].Tolerance;
}
