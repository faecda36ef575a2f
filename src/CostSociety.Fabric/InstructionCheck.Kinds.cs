namespace CostSociety.Fabric;

/// <summary>Rules of synapse programs, products of signals, copies by index, and ranks.</summary>
internal sealed partial class InstructionCheck
{
    private void VerifySynapse()
    {
        RequireDomain();
        int first = _instruction.First, samples = _instruction.Register;
        Require(first >= -1 && first < bitstream.Programs.Length, $"per-sample program {first} of {bitstream.Programs.Length}");
        Require(first >= 0 || _instruction.Program >= 0, "has neither a per-sample program nor a program");
        Require(first < 0 || _instruction.Count >= 1, "needs one sample or more");
        Require(samples != 0, "counter 0 is the step; samples need another counter, or -1");
        var once = VerifyProgram(_instruction.Program, _instruction.Rows, _instruction.Cols, gradient: true);
        if (first < 0)
            return;
        var each = bitstream.Programs[first];
        new ProgramCheck(bitstream, this, _instruction, each, _instruction.Rows, _instruction.Cols).VerifyCarried();
        new StoreCheck(this, _instruction.Rows, _instruction.Cols, samples, _instruction.Count).Verify(each, once);
    }

    private void VerifyContract()
    {
        RequirePlain(operands: 3);
        Operand a = Own(0), b = Own(1), c = Own(2);
        RequireGroups(_instruction.First, a.Rows, b.Rows, c.Rows);
        var (rows, inner) = Turned(a, InstructionFlags.TransposeA);
        var (terms, cols) = Turned(b, InstructionFlags.TransposeB);
        Require(inner == terms, $"operand 0 gives {inner} terms in each group, operand 1 {terms}");
        Require(c.Rows / _instruction.First == rows && c.Cols == cols,
            $"a group of operand 2 is {c.Rows / _instruction.First}x{c.Cols}, the product {rows}x{cols}");
        RequireDistinct(c, c.Rows, c.Cols, new("operand", 2));
        RequireApart(2, 0);
        RequireApart(2, 1);
    }

    private void VerifyScatter() => VerifyIndexed(gather: false, _instruction.First);

    // Rows by index: of the source in a Gather, of the destination in a Scatter.
    private void VerifyIndexed(bool gather, int groups)
    {
        RequirePlain(operands: 3);
        Operand source = Own(0), result = Own(2);
        RequireGroups(groups, source.Rows, result.Rows);
        RequireShape(Own(1), gather ? result.Rows : source.Rows, 1, new("operand", 1));
        Require(source.Cols == result.Cols, $"operand 0 has {source.Cols} columns, operand 2 {result.Cols}");
        RequireDistinct(result, result.Rows, result.Cols, new("operand", 2));
        RequireApart(2, 0);
        RequireApart(2, 1);
    }

    private void VerifyRank()
    {
        RequirePlain(operands: 3);
        Require(_instruction.Register >= 0, "needs a register for k");
        for (int result = 1; result <= 2; result++)
        {
            RequireShape(Own(result), Own(0).Rows, 1, new("operand", result));
            RequireDistinct(Own(result), Own(0).Rows, 1, new("operand", result));
            RequireApart(result, 0);
        }
        RequireApart(2, 1);
    }

    private void RequirePlain(int operands)
    {
        Require(_instruction.OperandCount == operands, $"takes {operands} operands");
        Require(_instruction.Program < 0, "takes no program");
    }

    private void RequireGroups(int groups, params ReadOnlySpan<int> rows)
    {
        Require(groups >= 1, $"{groups} groups; there must be 1 or more");
        foreach (int count in rows)
            Require(count % groups == 0, $"{count} rows do not divide into {groups} groups");
    }

    // Shape of a group of an operand of Contract, as the product sees it.
    private (int Rows, int Cols) Turned(in Operand operand, InstructionFlags flag)
    {
        int rows = operand.Rows / _instruction.First;
        return Turns(flag) ? (operand.Cols, rows) : (rows, operand.Cols);
    }
}
