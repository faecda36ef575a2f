using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>Collects the instructions and tables of a bitstream, one entry point after the other.</summary>
internal sealed class Assembler(int batch, HostRegisters registers)
{
    private readonly List<Instruction> _instructions = [];
    private readonly List<Operand> _operands = [];
    private readonly List<CorrelateTerm> _terms = [];
    private readonly List<FabricProgram> _programs = [];
    private readonly List<GatherTable> _tables = [];
    private readonly List<EntryPoint> _entryPoints = [];

    /// <summary>Emits what a schedule holds, level by level, then <paramref name="finish"/>, as one entry point.</summary>
    public void EntryPoint(string name, bool writesState, Schedule schedule, Action finish)
    {
        int first = _instructions.Count;
        int levels = Math.Max(
            schedule.Kernels.Select(k => k.Level).DefaultIfEmpty(-1).Max(), schedule.Steps.Select(s => s.Level).DefaultIfEmpty(-1).Max());
        for (int level = 0; level <= levels; level++)
        {
            foreach (var step in schedule.Steps.Where(s => s.Level == level))
                Step(step.Node, schedule);
            foreach (var kernel in schedule.Kernels.Where(k => k.Level == level && k.Stores.Count > 0))
                Evaluate(kernel, schedule.ReadableMemory);
        }
        finish();
        _entryPoints.Add(new EntryPoint(name, first, _instructions.Count - first, writesState));
    }

    /// <summary>Emits the gradient of one bank and its update.</summary>
    public void Correlate(Symbol bank, IReadOnlyList<(Operand Pre, Operand Post)> terms, Kernel update, Node scale)
    {
        var emitted = new KernelEmitter(update, batch, _ => null, registers).Emit();
        int firstOperand = AddOperands(emitted.Operands);
        int firstTerm = _terms.Count;
        foreach (var (pre, post) in terms)
            _terms.Add(new CorrelateTerm(AddOperands([pre]), AddOperands([post]), 1));
        _instructions.Add(new Instruction(
            InstructionKind.Correlate, InstructionFlags.None, (ushort)emitted.Operands.Count, firstOperand,
            AddProgram(emitted.Program), bank.Rows, bank.Cols, registers.Of(scale), firstTerm, terms.Count));
    }

    /// <summary>Emits the gradient of one bank, into a symbol of its own.</summary>
    public void Gradient(Symbol gradient, IReadOnlyList<(Operand Pre, Operand Post)> terms, Node scale)
    {
        int firstOperand = AddOperands([gradient.View(gradient.Rows)]);
        int firstTerm = _terms.Count;
        foreach (var (pre, post) in terms)
            _terms.Add(new CorrelateTerm(AddOperands([pre]), AddOperands([post]), 1));
        _instructions.Add(new Instruction(
            InstructionKind.Correlate, InstructionFlags.None, 1, firstOperand,
            -1, gradient.Rows, gradient.Cols, registers.Of(scale), firstTerm, terms.Count));
    }

    /// <summary>Emits instructions that run only while a host value is 1: a Loop of 0 or 1 rounds.</summary>
    public void When(Node condition, int counter, Action body)
    {
        int at = _instructions.Count;
        _instructions.Add(default);
        body();
        _instructions[at] = new Instruction(
            InstructionKind.Loop, InstructionFlags.None, 0, 0, -1, 0, 0, registers.Of(condition), _instructions.Count - at - 1, counter);
    }

    /// <summary>The finished bitstream, barriers placed.</summary>
    public Bitstream Finish(MemorySizes sizes, int counters)
    {
        var bitstream = new Bitstream
        {
            Instructions = [.. _instructions],
            Operands = [.. _operands],
            Terms = [.. _terms],
            Programs = [.. _programs],
            Tables = [.. _tables],
            EntryPoints = [.. _entryPoints],
            Sizes = sizes,
            Registers = registers.Count,
            Counters = counters,
        };
        Barriers.PlaceBarriers(bitstream);
        return bitstream;
    }

    private void Step(Node node, Schedule schedule)
    {
        var source = Operand(schedule.SymbolOf(node.Inputs[0]), node.Inputs[0]);
        var destination = Operand(schedule.SymbolOf(node), node);
        if (node.Kind == NodeKind.Gather)
            AddStep(InstructionKind.Gather, [source, destination], AddTable(node.DataAs<GatherTable>()));
        else
            AddStep(
                node.Kind == NodeKind.Project ? InstructionKind.Project : InstructionKind.ProjectBack,
                [source, node.DataAs<BankUse>().Bank.View(0), destination], 0);
    }

    private Operand Operand(Symbol symbol, Node node) => symbol.View(node.Shape.RowCount(batch));

    private void AddStep(InstructionKind kind, Operand[] operands, int first) =>
        _instructions.Add(new Instruction(
            kind, InstructionFlags.None, (ushort)operands.Length, AddOperands(operands), -1, 0, 0, -1, first, 0));

    private void Evaluate(Kernel kernel, Func<Node, Symbol?> memoryOf)
    {
        var (program, operands) = new KernelEmitter(kernel, batch, memoryOf, registers).Emit();
        _instructions.Add(new Instruction(
            InstructionKind.Evaluate, InstructionFlags.None, (ushort)operands.Count, AddOperands(operands),
            AddProgram(program), kernel.Domain.RowCount(batch), kernel.Domain.Cols, -1, 0, 0));
    }

    private int AddOperands(IReadOnlyCollection<Operand> operands)
    {
        int first = _operands.Count;
        _operands.AddRange(operands);
        return first;
    }

    private int AddProgram(FabricProgram program)
    {
        int known = _programs.FindIndex(p => p.Registers == program.Registers && p.Ops.AsSpan().SequenceEqual(program.Ops)
            && p.NoiseKeys.AsSpan().SequenceEqual(program.NoiseKeys));
        if (known >= 0)
            return known;
        _programs.Add(program);
        return _programs.Count - 1;
    }

    private int AddTable(GatherTable table)
    {
        int known = _tables.IndexOf(table);
        if (known >= 0)
            return known;
        _tables.Add(table);
        return _tables.Count - 1;
    }
}
