using System.Runtime.CompilerServices;

namespace CostSociety.Fabric;

/// <summary>Rules of one instruction that hold wherever it stands.</summary>
internal sealed partial class InstructionCheck(Bitstream bitstream, int index)
{
    private const InstructionFlags AllFlags = InstructionFlags.Accumulate | InstructionFlags.Barrier
        | InstructionFlags.TransposeA | InstructionFlags.TransposeB;

    private readonly Instruction _instruction = bitstream.Instructions[index];

    public void Verify()
    {
        Require(_instruction.Kind <= InstructionKind.Loop, $"there is no kind {(int)_instruction.Kind}");
        Require((_instruction.Flags & ~AllFlags) == 0, $"there are no flags {(int)_instruction.Flags}");
        RequireRange(_instruction.FirstOperand, _instruction.OperandCount, bitstream.Operands.Length, "operands");
        Require(_instruction.Program >= -1 && _instruction.Program < bitstream.Programs.Length,
            $"program {_instruction.Program} of {bitstream.Programs.Length}");
        Require(!Turns(InstructionFlags.TransposeA | InstructionFlags.TransposeB) || _instruction.Kind == InstructionKind.Contract,
            "only Contract transposes");
        VerifyRegister();
        for (int i = 0; i < _instruction.OperandCount; i++)
            VerifyOperand(Own(i), new("operand", i));
        VerifyKind();
    }

    public Operand Own(int i) => bitstream.Operands[_instruction.FirstOperand + i];

    public void Require(bool condition, string rule)
    {
        if (!condition)
            throw new BitstreamException($"instruction {index} ({_instruction.Kind}): {rule}");
    }

    public void Require(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref RuleText rule)
    {
        if (!condition)
            Require(false, rule.Finish());
    }

    private void VerifyRegister()
    {
        bool samples = _instruction.Kind == InstructionKind.Synapse;
        int count = samples ? bitstream.Counters : bitstream.Registers;
        Require(_instruction.Register >= -1 && _instruction.Register < count,
            $"{(samples ? "counter" : "register")} {_instruction.Register} of {count}");
    }

    private bool Turns(InstructionFlags flags) => (_instruction.Flags & flags) != 0;

    private void RequireRange(int first, int count, int length, string what) =>
        Require(first >= 0 && count >= 0 && (long)first + count <= length,
            $"{what} {first} to {(long)first + count - 1} of {length}");

    private void VerifyOperand(in Operand o, OperandName name)
    {
        Require(o.Region <= Region.Io, $"{name}: there is no region {(int)o.Region}");
        Require(o.Offset >= 0 && o.Rows >= 1 && o.Cols >= 1, $"{name}: offset must be >= 0, rows and cols >= 1");
        Require(o.RowStride >= 0 && o.TileStride >= 0 && o.SlotStride >= 0, $"{name}: strides must not be negative");
        Require(o.ColStride is 0 or 1, $"{name}: the column stride must be 0 or 1");
        Require(o.RowRepeat >= 1 && o.Slots >= 1, $"{name}: row repeat and slots must be 1 or more");
        Require(o.Counter < bitstream.Counters, $"{name}: counter {o.Counter} of {bitstream.Counters}");
        long end = o.Offset + (o.Slots - 1L) * o.SlotStride + Barriers.LastElement(o) + 1;
        Require(end <= SizeOf(o.Region), $"{name}: ends at float {end} of {SizeOf(o.Region)} in {o.Region}");
    }

    private int SizeOf(Region region) => region switch
    {
        Region.State => bitstream.Sizes.State,
        Region.Scratch => bitstream.Sizes.Scratch,
        _ => bitstream.Sizes.Io,
    };

    private void VerifyKind()
    {
        switch (_instruction.Kind)
        {
            case InstructionKind.Project: VerifyProduct(back: false); break;
            case InstructionKind.ProjectBack: VerifyProduct(back: true); break;
            case InstructionKind.Correlate: VerifyCorrelate(); break;
            case InstructionKind.Evaluate: VerifyEvaluate(); break;
            case InstructionKind.Gather: VerifyGather(); break;
            case InstructionKind.Loop: VerifyLoop(); break;
            case InstructionKind.Synapse: VerifySynapse(); break;
            case InstructionKind.Contract: VerifyContract(); break;
            case InstructionKind.Scatter: VerifyScatter(); break;
            default: VerifyRank(); break;
        }
    }

    private void VerifyProduct(bool back)
    {
        Require(_instruction.OperandCount >= 3, "takes at least three operands");
        Operand source = Own(0), bank = Own(1), result = Own(2);
        int from = back ? bank.Cols : bank.Rows, to = back ? bank.Rows : bank.Cols;
        Require(result.Cols == to, $"operand 2 has {result.Cols} columns, the bank makes {to}");
        RequireShape(source, result.Rows, from, new("operand", 0));
        RequireDistinct(result, result.Rows, to, new("operand", 2));
        RequireApart(2, 0);
        RequireApart(2, 1);
        var program = VerifyProgram(_instruction.Program, result.Rows, to, gradient: false);
        if (program is null)
            return;
        foreach (var op in program.Ops)
            if (op.Code is Opcode.Store or Opcode.StoreSum)
                Require(!Barriers.Overlaps(Own(op.Index), source) && !Barriers.Overlaps(Own(op.Index), bank),
                    $"its program stores into operand {op.Index}, which overlaps what the product reads");
    }

    private void VerifyCorrelate()
    {
        RequireDomain();
        RequireRange(_instruction.First, _instruction.Count, bitstream.Terms.Length, "terms");
        Require(_instruction.Program >= 0 || _instruction.OperandCount >= 1, "has neither a program nor an operand");
        var program = VerifyProgram(_instruction.Program, _instruction.Rows, _instruction.Cols, gradient: true);
        if (program is null)
            RequireResult(Own(0), _instruction.Rows, _instruction.Cols);
        for (int i = 0; i < _instruction.Count; i++)
            VerifyTerm(bitstream.Terms[_instruction.First + i], i, program);
    }

    private void RequireResult(in Operand result, int rows, int cols)
    {
        Require(result.Rows == rows && result.Cols == cols,
            $"operand 0 is {result.Rows}x{result.Cols}, the result {rows}x{cols}");
        RequireDistinct(result, rows, cols, new("operand", 0));
    }

    private void VerifyTerm(CorrelateTerm term, int i, FabricProgram? program)
    {
        int count = bitstream.Operands.Length;
        Require(term.Pre >= 0 && term.Pre < count && term.Post >= 0 && term.Post < count, $"term {i}: no such operand");
        Operand pre = bitstream.Operands[term.Pre], post = bitstream.Operands[term.Post];
        VerifyOperand(pre, new("pre of term", i));
        VerifyOperand(post, new("post of term", i));
        int rows = Math.Max(pre.Rows, post.Rows);
        RequireShape(pre, rows, _instruction.Rows, new("pre of term", i));
        RequireShape(post, rows, _instruction.Cols, new("post of term", i));
        for (int o = 0; o < _instruction.OperandCount; o++)
            if (program is null ? o == 0 : Stores(program, o))
                Require(!Barriers.Overlaps(Own(o), pre) && !Barriers.Overlaps(Own(o), post),
                    $"operand {o} is written and overlaps term {i}");
    }

    private static bool Stores(FabricProgram program, int operand)
    {
        foreach (var op in program.Ops)
            if (op.Code is Opcode.Store or Opcode.StoreSum && op.Index == operand)
                return true;
        return false;
    }

    private void VerifyEvaluate()
    {
        RequireDomain();
        Require(_instruction.Program >= 0, "needs a program");
        VerifyProgram(_instruction.Program, _instruction.Rows, _instruction.Cols, gradient: false);
    }

    private void VerifyGather()
    {
        if (_instruction.First == -1)
            VerifyIndexed(gather: true, _instruction.Count);
        else
            VerifyTableGather();
    }

    private void VerifyTableGather()
    {
        Require(_instruction.OperandCount == 2, "takes two operands");
        Require(_instruction.First >= 0 && _instruction.First < bitstream.Tables.Length, "no such gather table");
        var table = bitstream.Tables[_instruction.First];
        VerifyTable(table);
        Operand source = Own(0), result = Own(1);
        Require(source.Cols == table.SourceCols && result.Cols == table.DestinationCols, "columns differ from the table's");
        Require(source.Rows % table.SourceRows == 0 && result.Rows % table.DestinationRows == 0
            && source.Rows / table.SourceRows == result.Rows / table.DestinationRows, "samples of source and destination differ");
        RequireDistinct(result, result.Rows, result.Cols, new("operand", 1));
        RequireApart(1, 0);
    }

    private void VerifyTable(GatherTable t)
    {
        Require(t.SourceRows >= 1 && t.SourceCols >= 1 && t.DestinationRows >= 1 && t.DestinationCols >= 1,
            "the gather table has an empty side");
        long elements = (long)t.DestinationRows * t.DestinationCols, sources = (long)t.SourceRows * t.SourceCols;
        Require(t.Starts.Length == elements + 1 && t.Starts[0] == 0 && t.Starts[^1] == t.Indices.Length,
            "starts of the gather table do not fit its elements");
        int[] starts = t.Starts;
        for (int i = 1; i < starts.Length; i++)
            if (starts[i] < starts[i - 1])
                Require(false, $"starts of the gather table fall at element {i}");
        foreach (int source in t.Indices)
            if (source < 0 || source >= sources)
                Require(false, $"source {source} of {sources} in the gather table");
    }

    private void VerifyLoop()
    {
        Require(_instruction.Register >= 0, "needs a register for its count");
        Require(_instruction.Count >= 1 && _instruction.Count < bitstream.Counters,
            $"counter {_instruction.Count} of {bitstream.Counters}; counter 0 is the step");
        RequireRange(index + 1, _instruction.First, bitstream.Instructions.Length, "body");
    }

    private FabricProgram? VerifyProgram(int index, int rows, int cols, bool gradient)
    {
        if (index < 0)
            return null;
        var program = bitstream.Programs[index];
        new ProgramCheck(bitstream, this, _instruction, program, rows, cols).Verify(gradient);
        new StoreCheck(this, rows, cols).Verify(program);
        return program;
    }

    private void RequireDomain() =>
        Require(_instruction.Rows >= 1 && _instruction.Cols >= 1, "rows and cols must be 1 or more");

    /// <summary>An operand has the shape, or repeats what it has.</summary>
    public void RequireShape(in Operand o, int rows, int cols, OperandName name)
    {
        Require(o.Rows == rows || o.RowStride == 0, $"{name} has {o.Rows} rows, expected {rows}");
        Require(o.Cols == cols || (o.ColStride == 0 && o.TileStride == 0), $"{name} has {o.Cols} columns, expected {cols}");
    }

    private void RequireApart(int written, int other) =>
        Require(!Barriers.Overlaps(Own(written), Own(other)), $"operand {written} is written and overlaps operand {other}");

    /// <summary>No two elements share an address.</summary>
    public void RequireDistinct(in Operand o, int rows, int cols, OperandName name)
    {
        Require(rows == 1 || (o.RowStride > 0 && o.RowRepeat == 1), $"{name} is written, but its rows share addresses");
        RequireDistinctColumns(o, cols, name);
    }

    public void RequireDistinctColumns(in Operand o, int cols, OperandName name)
    {
        Require(cols == 1 || o.ColStride == 1, $"{name} is written, but its columns share addresses");
        Require(cols <= Operand.TileCols || o.TileStride >= Operand.TileCols, $"{name} is written, but its tiles overlap");
    }
}
