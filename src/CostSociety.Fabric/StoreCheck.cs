namespace CostSociety.Fabric;

/// <summary>
/// Programs run strip by strip, so what a program writes may be touched by other operations only where they reach it at
/// the same row and column; and a sum, which is complete only when the last of its rows has run, not at all.
/// </summary>
/// <param name="check">The instruction that runs the programs.</param>
/// <param name="rows">Rows of its domain.</param>
/// <param name="cols">Columns of its domain.</param>
/// <param name="samples">Counter of the samples of a Synapse, or -1.</param>
/// <param name="count">Number of samples.</param>
internal sealed class StoreCheck(InstructionCheck check, int rows, int cols, int samples = -1, int count = 1)
{
    /// <summary>Checks a program, or two that run one after the other on each strip.</summary>
    public void Verify(FabricProgram program, FabricProgram? next = null)
    {
        var touches = new List<Touch>();
        for (int i = 0; i < program.Ops.Length; i++)
        {
            if (program.Ops[i].Code == Opcode.StoreSum)
                VerifySampleSum(i, program.Ops[i]);
            AddTouch(touches, 0, i, program.Ops[i]);
        }
        for (int i = 0; i < next?.Ops.Length; i++)
            AddTouch(touches, 1, i, next.Ops[i]);
        VerifyPairs(touches);
    }

    private void AddTouch(List<Touch> touches, int program, int index, in ProgramOp op)
    {
        if (!ProgramRules.UsesOperand(op.Code))
            return;
        var range = Barriers.Range(check.Own(op.Index), writes: false);
        touches.Add(new Touch(range.Region, range.Start, range.End, program, index, op));
    }

    // Only operations whose ranges overlap can meet: in the order of their places, those follow each other.
    private void VerifyPairs(List<Touch> touches)
    {
        if (touches.Count > 1)
            touches.Sort(ByPlace);
        for (int i = 0; i < touches.Count; i++)
            for (int j = i + 1; j < touches.Count && touches[j].Region == touches[i].Region && touches[j].Start < touches[i].End; j++)
                if (touches[i].Program + touches[j].Program < 2)
                    VerifyPair(touches[i], touches[j]);
    }

    private static int ByPlace(Touch a, Touch b) =>
        a.Region != b.Region ? a.Region < b.Region ? -1 : 1
        : a.Start != b.Start ? a.Start < b.Start ? -1 : 1
        : a.Program != b.Program ? a.Program - b.Program : a.Index - b.Index;

    private void VerifyPair(in Touch a, in Touch b)
    {
        if ((a.Program, a.Index).CompareTo((b.Program, b.Index)) < 0)
            VerifyPair(a.Index, a.Op, b.Index, b.Op);
        else
            VerifyPair(b.Index, b.Op, a.Index, a.Op);
    }

    // Sums of different samples must not meet: the strips of one sample are not complete before the next begins.
    private void VerifySampleSum(int i, in ProgramOp op)
    {
        var sum = check.Own(op.Index);
        check.Require(count <= 1 || (Moves(sum) && sum.SlotStep is 1 or -1 && sum.Slots >= count && SlotsAreApart(sum)),
            $"operation {i} (StoreSum): a sum of each sample needs a slot of its own for each of the {count} samples");
    }

    private void VerifyPair(int i, in ProgramOp op, int other, in ProgramOp second)
    {
        if (op.Code == Opcode.Load && second.Code == Opcode.Load)
            return;
        Operand a = check.Own(op.Index), b = check.Own(second.Index);
        if (op.Index != second.Index && !Overlap(a, b))
            return;
        check.Require(op.Code != Opcode.StoreSum && second.Code != Opcode.StoreSum,
            $"operations {i} ({op.Code}) and {other} ({second.Code}): an operation touches the sum that another one stores");
        check.Require(Meet(Plain(a, op.PerRow), Plain(b, second.PerRow)),
            $"operations {i} ({op.Code}) and {other} ({second.Code}): an operation touches at other rows and columns what another one stores");
    }

    private bool Moves(in Operand o) => samples > 0 && o.Counter == samples && o.SlotStep != 0;

    private bool Overlap(in Operand a, in Operand b) =>
        Moves(a) || Moves(b) ? Barriers.EverOverlap(a, b) : Barriers.Overlaps(a, b);

    // The same address at the same element, whenever they touch the same slot.
    private bool Meet(in Operand a, in Operand b) =>
        (a == b && !Moves(a)) || (Layout(a) == Layout(b) && SlotsAreApart(a));

    private static Operand Layout(in Operand o) => o with { Cols = 0, Slots = 1, Slot0 = 0, SlotStep = 0, Counter = 0 };

    private static bool SlotsAreApart(in Operand o) => o.Slots == 1 || o.SlotStride > Barriers.LastElement(o);

    // Strides that the domain never takes are no difference.
    private Operand Plain(in Operand o, bool perRow)
    {
        int width = perRow ? 1 : cols;
        return o with
        {
            Rows = rows,
            Cols = width,
            RowStride = rows == 1 ? 0 : o.RowStride,
            RowRepeat = rows == 1 || o.RowStride == 0 ? 1 : o.RowRepeat,
            TileStride = width <= Operand.TileCols ? 0 : o.TileStride,
            ColStride = width == 1 ? 0 : o.ColStride,
            SlotStride = o.Slots == 1 ? 0 : o.SlotStride,
        };
    }

    /// <summary>An operation of the program (0) or the next (1), and the floats it may touch.</summary>
    private readonly record struct Touch(Region Region, long Start, long End, int Program, int Index, ProgramOp Op);
}
