using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>One product of a Correlate: coefficient * pre' post.</summary>
internal readonly record struct Product(Operand Pre, Operand Post, double Coefficient);

/// <summary>Collects the instructions and tables of a bitstream, one entry point after the other.</summary>
internal sealed class Assembler(int batch, HostRegisters registers)
{
    private readonly List<Instruction> _instructions = [];
    private readonly List<Operand> _operands = [];
    private readonly List<CorrelateTerm> _terms = [];
    private readonly List<FabricProgram> _programs = [];
    private readonly List<GatherTable> _tables = [];
    private readonly List<EntryPoint> _entryPoints = [];
    private int _mostCounter;

    /// <summary>Emits what a schedule holds, level by level, then <paramref name="finish"/>, as one entry point.</summary>
    public void EntryPoint(string name, bool writesState, Schedule schedule, Action finish)
    {
        int first = _instructions.Count;
        Levels(schedule);
        finish();
        _entryPoints.Add(new EntryPoint(name, first, _instructions.Count - first, writesState));
    }

    /// <summary>Emits what a schedule holds, level by level.</summary>
    public void Levels(Schedule schedule)
    {
        int levels = Math.Max(
            schedule.Kernels.Select(k => k.Level).DefaultIfEmpty(-1).Max(), schedule.Steps.Select(s => s.Level).DefaultIfEmpty(-1).Max());
        for (int level = 0; level <= levels; level++)
        {
            foreach (var step in schedule.Steps.Where(s => s.Level == level))
                Step(step.Node, schedule);
            foreach (var kernel in schedule.Kernels.Where(k => k.Level == level && k.Stores.Count > 0))
                Evaluate(kernel, schedule.ReadableMemory);
        }
    }

    /// <summary>Emits the sum of products of one bank and the program that uses it.</summary>
    public void Correlate(Symbol bank, IReadOnlyList<Product> products, Kernel update, Func<Node, Symbol?> memoryOf, Node scale)
    {
        var emitted = new KernelEmitter(update, batch, memoryOf, registers).Emit();
        int firstOperand = AddOperands(emitted.Operands);
        _instructions.Add(new Instruction(
            InstructionKind.Correlate, InstructionFlags.None, (ushort)emitted.Operands.Count, firstOperand,
            AddProgram(emitted.Program), bank.Rows, bank.Cols, registers.Of(scale), AddTerms(products), products.Count));
    }

    /// <summary>Emits the sum of products, stored in a bank.</summary>
    public void Correlate(Symbol target, IReadOnlyList<Product> products, Node scale) =>
        _instructions.Add(new Instruction(
            InstructionKind.Correlate, InstructionFlags.None, 1, AddOperands([target.View(target.Rows)]), -1, target.Rows, target.Cols,
            registers.Of(scale), AddTerms(products), products.Count));

    /// <summary>Emits a program for every synapse and sample, and one for every synapse after it.</summary>
    public void Synapse(Symbol bank, Kernel each, Kernel once, Func<Node, Symbol?> memoryOf, int samples, int counter)
    {
        var first = new KernelEmitter(each, batch, memoryOf, registers).Emit();
        var last = new KernelEmitter(once, batch, memoryOf, registers).Emit(first.Operands.Count);
        _mostCounter = Math.Max(_mostCounter, counter);
        _instructions.Add(new Instruction(
            InstructionKind.Synapse, InstructionFlags.None, (ushort)(first.Operands.Count + last.Operands.Count),
            AddOperands([.. first.Operands, .. last.Operands]), AddProgram(last.Program), bank.Rows, bank.Cols, counter, AddProgram(first.Program), samples));
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
            Counters = Math.Max(counters, _mostCounter + 1),
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

    private int AddTerms(IReadOnlyList<Product> products)
    {
        int first = _terms.Count;
        foreach (var product in products)
            _terms.Add(new CorrelateTerm(AddOperands([product.Pre]), AddOperands([product.Post]), (float)product.Coefficient));
        return first;
    }

    /// <summary>Emits one kernel.</summary>
    public void Evaluate(Kernel kernel, Func<Node, Symbol?> memoryOf)
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
