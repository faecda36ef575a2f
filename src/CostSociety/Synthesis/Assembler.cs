using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>One product of a Correlate: coefficient * pre' post.</summary>
internal readonly record struct Product(Operand Pre, Operand Post, double Coefficient);

/// <summary>Collects the instructions and tables of a bitstream, one entry point after the other.</summary>
/// <param name="batch">Samples of a batch.</param>
/// <param name="registers">Registers of host values.</param>
/// <param name="graph">Gives constants that registers hold.</param>
/// <param name="scratch">Makes memory for values that find no register.</param>
internal sealed class Assembler(int batch, HostRegisters registers, Graph graph, Func<Shape, Symbol> scratch)
{
    private readonly List<Instruction> _instructions = new(128);
    private readonly List<Operand> _operands = new(512);
    private readonly List<CorrelateTerm> _terms = [];
    private readonly List<FabricProgram> _programs = [];
    private readonly List<GatherTable> _tables = [];
    private readonly Dictionary<FabricProgram, int> _programNumbers = new(new SameProgram());
    private readonly Dictionary<GatherTable, int> _tableNumbers = [];
    private readonly List<EntryPoint> _entryPoints = [];
    private readonly EmitterRoom _room = new();
    private int _counters = 2;

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
        var steps = schedule.Steps.OrderBy(s => s.Level).ToArray();
        var kernels = schedule.Kernels.Where(k => k.Stores.Count > 0).OrderBy(k => k.Level).ToArray();
        Func<Node, Symbol?> memoryOf = schedule.ReadableMemory;
        for (int step = 0, kernel = 0; step < steps.Length || kernel < kernels.Length;)
            if (step < steps.Length && (kernel == kernels.Length || steps[step].Level <= kernels[kernel].Level))
                Step(steps[step++].Node, schedule);
            else
                Evaluate(kernels[kernel++], memoryOf);
    }

    /// <summary>Emits the sum of products of one bank and the program that uses it.</summary>
    public void Correlate(Symbol bank, IReadOnlyList<Product> products, Kernel update, Func<Node, Symbol?> memoryOf, Node scale)
    {
        var emitted = new KernelEmitter(update, batch, memoryOf, registers, scratch, _room).Emit();
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
    public void Synapse(Symbol bank, Kernel each, Kernel once, Func<Node, Symbol?> memoryOf, int samples)
    {
        var first = new KernelEmitter(each, batch, memoryOf, registers, scratch, _room).Emit();
        Operand[] ofFirst = [.. first.Operands];
        var last = new KernelEmitter(once, batch, memoryOf, registers, scratch, _room).Emit(ofFirst.Length);
        _counters = Math.Max(_counters, LoopCounters.Samples + 1);
        _instructions.Add(new Instruction(
            InstructionKind.Synapse, InstructionFlags.None, (ushort)(ofFirst.Length + last.Operands.Count),
            AddOperands([.. ofFirst, .. last.Operands]), AddProgram(last.Program), bank.Rows, bank.Cols, LoopCounters.Samples, AddProgram(first.Program), samples));
    }

    /// <summary>Emits instructions that run only while a host value is 1: a Loop of 0 or 1 rounds.</summary>
    public void When(Node condition, Action body) => Repeat(condition, LoopCounters.Conditions, body);

    /// <summary>Emits instructions once for each site, where sites have weights of their own; as they are for one site.</summary>
    public void ForSites(int sites, Action body)
    {
        if (sites == 1)
            body();
        else
            Repeat(graph.Const(sites), LoopCounters.Sites, body);
    }

    private void Repeat(Node count, int counter, Action body)
    {
        _counters = Math.Max(_counters, counter + 1);
        int at = _instructions.Count;
        _instructions.Add(default);
        body();
        _instructions[at] = new Instruction(
            InstructionKind.Loop, InstructionFlags.None, 0, 0, -1, 0, 0, registers.Of(count), _instructions.Count - at - 1, counter);
    }

    /// <summary>The finished bitstream, barriers placed.</summary>
    public Bitstream Finish(MemorySizes sizes)
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
            Counters = _counters,
        };
        Barriers.PlaceBarriers(bitstream);
        return bitstream;
    }

    private void Step(Node node, Schedule schedule)
    {
        var (source, destination) = (schedule.SymbolOf(node.Inputs[0]), schedule.SymbolOf(node));
        switch (node.Kind)
        {
            case NodeKind.Gather:
                AddStep(InstructionKind.Gather, [Rows(source, node.Inputs[0], 1), Rows(destination, node, 1)], AddTable(node.DataAs<GatherTable>()));
                break;
            case NodeKind.Contract:
                AddContract(node, Rows(source, node.Inputs[0], 1), Rows(schedule.SymbolOf(node.Inputs[1]), node.Inputs[1], 1), Rows(destination, node, 1));
                break;
            case NodeKind.Rank:
                AddStep(
                    InstructionKind.Rank, [Rows(source, node.Inputs[0], 1), Rows(destination, node, 1), Rows(schedule.RankIndexOf(node), node, 1)], 0,
                    register: registers.Of(node.Inputs[1]));
                break;
            default:
                Product(node, source, destination, node.DataAs<BankUse>().Bank);
                break;
        }
    }

    private void AddContract(Node node, Operand a, Operand b, Operand c)
    {
        var form = node.DataAs<ContractForm>();
        var flags = (form.TransposeA ? InstructionFlags.TransposeA : 0) | (form.TransposeB ? InstructionFlags.TransposeB : 0);
        AddStep(InstructionKind.Contract, [a, b, c], form.PerSample ? batch : 1, flags);
    }

    private void Product(Node node, Symbol source, Symbol destination, Symbol bank) => ForSites(bank.Slots, () => AddStep(
        node.Kind == NodeKind.Project ? InstructionKind.Project : InstructionKind.ProjectBack,
        [Rows(source, node.Inputs[0], bank.Slots), bank.View(0), Rows(destination, node, bank.Slots)], 0));

    /// <summary>The rows of a value, or those of one site where sites have weights of their own.</summary>
    public Operand Rows(Symbol symbol, Node node, int ownSites) =>
        ownSites == 1 ? symbol.View(node.Shape.RowCount(batch)) : symbol.SiteView(batch, ownSites);

    private void AddStep(InstructionKind kind, Operand[] operands, int first, InstructionFlags flags = InstructionFlags.None, int register = -1) =>
        _instructions.Add(new Instruction(
            kind, flags, (ushort)operands.Length, AddOperands(operands), -1, 0, 0, register, first, 0));

    private int AddTerms(IReadOnlyList<Product> products)
    {
        int first = _terms.Count;
        foreach (var product in products)
        {
            _terms.Add(new CorrelateTerm(_operands.Count, _operands.Count + 1, (float)product.Coefficient));
            _operands.Add(product.Pre);
            _operands.Add(product.Post);
        }
        return first;
    }

    /// <summary>Emits one kernel.</summary>
    public void Evaluate(Kernel kernel, Func<Node, Symbol?> memoryOf)
    {
        var emitter = new KernelEmitter(kernel, batch, memoryOf, registers, scratch, _room);
        if (emitter.TryEmit() is not var (program, operands))
        {
            // An update reads what it overwrites, so it cannot be cut.
            if (kernel.Stores.Count == 1 || kernel.Domain.Rows == RowKind.Matrix)
                throw new InvalidOperationException(KernelEmitter.TooLarge);
            foreach (var half in kernel.Halves())
                Evaluate(half, memoryOf);
            return;
        }
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
        if (_programNumbers.TryGetValue(program, out int number))
            return number;
        _programNumbers[program] = number = _programs.Count;
        _programs.Add(program);
        return number;
    }

    private int AddTable(GatherTable table)
    {
        if (_tableNumbers.TryAdd(table, _tables.Count))
            _tables.Add(table);
        return _tableNumbers[table];
    }

    /// <summary>Programs are equal when they do the same, whoever made them.</summary>
    private sealed class SameProgram : IEqualityComparer<FabricProgram>
    {
        public bool Equals(FabricProgram? a, FabricProgram? b) => a!.Registers == b!.Registers
            && a.Ops.AsSpan().SequenceEqual(b.Ops) && a.NoiseKeys.AsSpan().SequenceEqual(b.NoiseKeys);

        public int GetHashCode(FabricProgram program)
        {
            uint hash = (uint)(program.Registers << 16 | program.Ops.Length);
            foreach (var op in program.Ops)
                hash = (hash << 5 | hash >> 27) * 0x9E3779B1 ^ (uint)op.Code << 24 ^ (uint)op.Index << 8 ^ op.A ^ (uint)op.B << 16;
            return (int)hash;
        }
    }
}
