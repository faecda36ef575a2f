using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// Turns the nodes of one kernel into a program: single assignments first, then as few registers as a linear scan finds.
/// </summary>
/// <param name="kernel">What to compute.</param>
/// <param name="batch">Samples of a batch.</param>
/// <param name="memoryOf">Where a node that another instruction made lies; null when it is to be computed here.</param>
/// <param name="registers">Registers of host values.</param>
/// <param name="scratch">Makes memory for values that find no register.</param>
/// <param name="room">What it works in; the operands it gives back are there until the next kernel is emitted.</param>
internal sealed class KernelEmitter(
    Kernel kernel, int batch, Func<Node, Symbol?> memoryOf, HostRegisters registers, Func<Shape, Symbol> scratch, EmitterRoom room)
{
    /// <summary>Why a program cannot be made.</summary>
    public static string TooLarge { get; } = $"a program needs more than {FabricProgram.MaxRegisters} registers or {ushort.MaxValue} operands";

    private readonly List<ProgramOp> _ops = room.Ops;
    private readonly List<(int Destination, int A, int B, int C)> _values = room.Values;
    private readonly List<Operand> _operands = room.Operands;
    private readonly List<ulong> _noise = [];
    private int _next = 1;

    /// <summary>Signals of one column are a value per row; a bank of one unit is a value per synapse all the same.</summary>
    private bool IsPerRowDomain => kernel.Domain is { Cols: 1, Rows: not RowKind.Matrix };

    private int Rows => kernel.Domain.RowCount(batch);

    /// <summary>The program, and the operands it counts from <paramref name="firstOperand"/> of its instruction.</summary>
    /// <exception cref="InvalidOperationException">It does not fit into one program.</exception>
    public (FabricProgram Program, List<Operand> Operands) Emit(int firstOperand = 0) => TryEmit(firstOperand)
        ?? throw new InvalidOperationException(TooLarge);

    /// <summary>The same; null when it needs more registers or operands than one program has.</summary>
    public (FabricProgram Program, List<Operand> Operands)? TryEmit(int firstOperand = 0)
    {
        room.Begin(kernel.Nodes);
        if (kernel.Domain.Rows == RowKind.Matrix)
            ComputeAll();
        foreach (var (node, target) in kernel.Stores)
            if (!Schedule.IsSum(node) || memoryOf(node) != target)
                EmitStore(Opcode.Store, node, target);
            else
                EmitStore(Opcode.StoreSum, node.Inputs[0], target);
        if (kernel.Carried is { } carried)
            Value(carried, perRow: false); // Register 0 is free again once this last value has read it, so it lands there.
        if (_operands.Count + firstOperand > ushort.MaxValue)
            return null;
        if (RegisterAllocation.TryAllocate(_ops, _values) is not var (ops, used))
        {
            // Parts of a large kernel fit by themselves; an update is one program, and a single value cannot be cut.
            if (kernel.Stores.Count > 1 && kernel.Domain.Rows != RowKind.Matrix)
                return null;
            (ops, used) = AllocateSpilled();
        }
        for (int i = 0; i < ops.Length; i++)
            if (ops[i].Code is Opcode.Load or Opcode.Store or Opcode.StoreSum)
                ops[i] = ops[i] with { Index = (ushort)(ops[i].Index + firstOperand) };
        return (new FabricProgram(ops, used, [.. _noise]), _operands);
    }

    private (ProgramOp[] Ops, int Registers) AllocateSpilled()
    {
        var spilling = new Spilling(_ops, _values, _next, canLoadAgain: kernel.Domain.Rows != RowKind.Matrix, perRow =>
        {
            var shape = perRow ? kernel.Domain.WithCols(1) : kernel.Domain;
            return OperandOf(scratch(shape), shape);
        });
        spilling.Run();
        return RegisterAllocation.TryAllocate(spilling.Ops, spilling.Values)!.Value;
    }

    /// <summary>An update overwrites what it reads: all values first, then all stores.</summary>
    private void ComputeAll()
    {
        foreach (var (node, target) in kernel.Stores)
            if (!Schedule.IsSum(node) || memoryOf(node) != target)
                Value(node, IsPerRow(node));
    }

    private void EmitStore(Opcode code, Node source, Symbol target)
    {
        bool perRow = IsPerRow(source);
        int value = Value(source, perRow);
        Add(code, perRow, value, operand: OperandOf(target, code == Opcode.Store && source.Shape.IsMatrix ? source.Shape : TargetShape(target)));
    }

    /// <summary>The register that holds a node, per row or for every element.</summary>
    private int Value(Node node, bool perRow)
    {
        var known = perRow ? room.KnownPerRow : room.Known;
        if (known.TryGetValue(node, out int value))
            return value;
        value = IsOwn(node) ? Computed(node, perRow) : Fetched(node, perRow);
        known[node] = value;
        return value;
    }

    private bool IsOwn(Node node) =>
        !node.IsHost && (room.Own.ContainsKey(node) || (node.Kind != NodeKind.Memory && node.Kind != NodeKind.Gradient && memoryOf(node) is null));

    private int Computed(Node node, bool perRow)
    {
        if (!perRow && IsPerRow(node))
            return Add(Opcode.Spread, false, Value(node, true));
        if (node.Kind != NodeKind.Apply)
            return Add(ReductionCode(node.Kind), true, Value(node.Inputs[0], false));
        if (node.Inputs.Length == 0)
            return AddIndexOrNoise(node, perRow);
        if (node.Code == Opcode.Spread)
            return Value(node.Inputs[0], perRow);
        Span<int> inputs = stackalloc int[3];
        for (int i = 0; i < node.Inputs.Length; i++)
            inputs[i] = Value(node.Inputs[i], perRow);
        return Add(node.Code, perRow, inputs[0], inputs[1], inputs[2]);
    }

    private int AddIndexOrNoise(Node node, bool perRow)
    {
        int index = 0;
        if (node.Data is string key)
        {
            index = _noise.Count;
            _noise.Add(CounterRandom.Hash(key));
        }
        return Add(node.Code, perRow, index: index);
    }

    private int Fetched(Node node, bool perRow)
    {
        if (node.Kind == NodeKind.Gradient)
            return 0;
        if (node.Kind == NodeKind.Const)
            return Add(Opcode.Const, perRow, immediate: (float)node.Value);
        if (node.IsHost)
            return Add(Opcode.Register, perRow, index: registers.Of(node));
        return Add(Opcode.Load, perRow, operand: OperandOf(node));
    }

    private int OperandOf(Node node) =>
        OperandOf(node.Kind == NodeKind.Memory ? (Symbol)node.Data! : memoryOf(node)!, node.Shape);

    private int OperandOf(Symbol symbol, Shape shape) => AddOperand(View(symbol, shape));

    private int AddOperand(Operand operand)
    {
        if (room.OperandNumbers.TryGetValue(operand, out int number))
            return number;
        room.OperandNumbers[operand] = number = _operands.Count;
        _operands.Add(operand);
        return number;
    }

    /// <summary>The view of a symbol from the rows of this kernel.</summary>
    private Operand View(Symbol symbol, Shape shape) => shape.Rows switch
    {
        RowKind.Batch => symbol.View(Rows, kernel.Domain.Sites / shape.Sites),
        // A per-unit variable is a bank of one input: its panel is a vector.
        RowKind.One when symbol.Kind == SymbolKind.Bank => Operand.Vector(symbol.Region, symbol.Offset, Rows, symbol.Cols),
        _ => symbol.View(Rows),
    };

    private Shape TargetShape(Symbol target) => target.Kind switch
    {
        SymbolKind.Signal or SymbolKind.Column => Shape.Signal(target.Cols, target.Rows / batch),
        SymbolKind.Bank => Shape.Matrix(target.Rows, target.Cols),
        _ => Shape.Unit(target.Cols),
    };

    private bool IsPerRow(Node node) => IsPerRowDomain || (node.Shape.Cols == 1 && kernel.Domain.Cols > 1);

    private static Opcode ReductionCode(NodeKind kind) => kind switch
    {
        NodeKind.SumUnits => Opcode.SumUnits,
        NodeKind.MaxUnits => Opcode.MaxUnits,
        NodeKind.ArgMaxUnits => Opcode.ArgMaxUnits,
        _ => throw new InvalidOperationException($"{kind} is not an opcode"),
    };

    private int Add(
        Opcode code, bool perRow, int a = -1, int b = -1, int c = -1, int operand = -1, int index = 0, float immediate = 0)
    {
        bool writes = code is not (Opcode.Store or Opcode.StoreSum);
        int destination = writes ? _next++ : -1;
        _ops.Add(new ProgramOp(code, perRow, 0, 0, 0, 0, (ushort)(operand >= 0 ? operand : index), immediate));
        int arity = Semantics.Opcodes[(int)code].Arity;
        _values.Add((destination, arity > 0 ? a : -1, arity > 1 ? b : -1, arity > 2 ? c : -1));
        return destination;
    }
}
