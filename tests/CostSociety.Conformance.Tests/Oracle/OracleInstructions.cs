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
            int rows = run.Operand(term.Post).Rows;
            var pre = run.Load(term.Pre, rows, g.Rows);
            var post = run.Load(term.Post, rows, g.Cols);
            g.AddProduct(pre.Transpose(), post, scale * term.Coefficient, Tolerance(instruction), run.Rounding);
        }
        if (fused)
            run.RunProgram(instruction, instruction.Program, g.Rows, g.Cols, g);
        else
            run.Store(instruction.FirstOperand, g);
    }

    // The number of the sample is the counter Register, if there is one, so that slots of operands can follow it.
    private static void Synapse(OracleRun run, Instruction instruction)
    {
        for (int sample = 0; instruction.First >= 0 && sample < instruction.Count; sample++)
        {
            if (instruction.Register >= 0)
                run.SetCounter(instruction.Register, sample);
            run.RunProgram(instruction, instruction.First, instruction.Rows, instruction.Cols);
        }
        if (instruction.Register >= 0)
            run.SetCounter(instruction.Register, 0);
        run.RunProgram(instruction, instruction.Program, instruction.Rows, instruction.Cols);
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
        int source = instruction.FirstOperand, index = source + 1, destination = source + 2;
        for (int r = 0; r < run.Operand(source).Rows; r++)
        {
            double row = Math.Floor(run.LoadElement(index, r, 0).Value);
            if (!(row >= 0 && row < run.Operand(destination).Rows))
                continue;
            for (int c = 0; c < run.Operand(source).Cols; c++)
            {
                var value = run.LoadElement(source, r, c);
                if (instruction.Accumulates)
                    value = Add(run, instruction, run.LoadElement(destination, (int)row, c), value);
                run.StoreElement(destination, (int)row, c, value);
            }
        }
    }

    // k is held to [1, units].
    private static void Rank(OracleRun run, Instruction instruction)
    {
        int x = instruction.FirstOperand;
        var values = run.Load(x);
        int k = Math.Clamp(run.Count(instruction.Register), 1, values.Cols);
        for (int r = 0; r < values.Rows; r++)
        {
            int row = r;
            var order =
                Enumerable.Range(0, values.Cols).OrderByDescending(c => values[row, c].Value).ThenBy(c => c).ToArray();
            run.StoreElement(x + 1, r, 0, values[r, order[k - 1]]);
            run.StoreElement(x + 2, r, 0, Bounded.Exact(order[k - 1]));
        }
    }

    private static Bounded Add(OracleRun run, Instruction instruction, Bounded sum, Bounded term)
    {
        bool exact = sum.Value == 0 && sum.Error == 0;
        double slack = exact ? 0 : Tolerance(instruction) * (sum.Magnitude + term.Magnitude);
        return Bounded.Of(run.Rounding.Round(sum.Value + term.Value), sum.Error + term.Error + slack);
    }

    private static double Tolerance(Instruction instruction) => Semantics.Instructions[(int)instruction.Kind].Tolerance;
}
