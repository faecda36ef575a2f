namespace CostSociety.Conformance.Tests;

/// <summary>Instructions that multiply.</summary>
public sealed partial class RandomBitstream
{
    private void Project()
    {
        var x = Source();
        int units = Width();
        var y = Destination(_rows, units, out bool accumulate);
        var (program, more) = Epilogue(units);
        Builder.Project(x, Bank(x.Cols, units), y, accumulate, program, more);
        Keep(y);
    }

    private void ProjectBack()
    {
        var d = Source();
        int inputs = Width();
        var x = Destination(_rows, inputs, out bool accumulate);
        var (program, more) = Epilogue(inputs);
        Builder.ProjectBack(d, Bank(inputs, d.Cols), x, accumulate, program, more);
        Keep(x);
    }

    // w = tanh of a random program of g, w and a vector: banks stay bounded however often they are updated.
    private void CorrelateFused()
    {
        Operand pre = Source(), post = Source();
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
        Operand pre = Source(), post = Source();
        Builder.CorrelateSplit(NewBank(pre.Cols, post.Cols), Terms(pre, post), _random.Next(-1, Registers), Flip());
    }

    // Also terms of one row, which one side repeats for every row of the other.
    private (Operand, Operand, float)[] Terms(Operand pre, Operand post)
    {
        var terms = new List<(Operand, Operand, float)> { (pre, post, 1) };
        if (Flip())
            terms.Add((Source(_rows, pre.Cols), post, -0.5f));
        if (_random.Next(4) == 0)
            terms.Add((pre, Builder.Vector(Region.Io, 1, post.Cols), 0.25f));
        return [.. terms];
    }

    private void Contract()
    {
        var x = Source();
        bool turnA = Flip(), turnB = Flip();
        int groups = Groups();
        int size = _rows / groups, other = Flip() ? size : _random.Next(1, 9);
        var (rows, inner) = turnA ? (x.Cols, size) : (size, x.Cols);
        var b = turnB ? Source(groups * other, inner) : Source(groups * inner, other);
        var flags = (turnA ? InstructionFlags.TransposeA : 0) | (turnB ? InstructionFlags.TransposeB : 0);
        var c = Destination(groups * rows, other, out bool accumulate);
        Builder.Contract(x, b, c, groups, flags | (accumulate ? InstructionFlags.Accumulate : 0));
        Keep(c);
    }
}
