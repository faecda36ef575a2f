namespace CostSociety.Fabric.Simd;

/// <summary>
/// A bitstream that runs every kernel once, so that no cost a user loads later meets a kernel that is not compiled yet:
/// each opcode per element and per row, each form of operand, each matrix instruction at batch 1 and beyond.
/// </summary>
internal sealed partial class WarmUp
{
    private const int Rows = 7;
    private const int Units = 20;
    private const int Inputs = 18;
    private const int Panel = 18;

    private readonly List<Instruction> _instructions = [];
    private readonly List<Operand> _operands = [];
    private readonly List<CorrelateTerm> _terms = [];
    private readonly List<FabricProgram> _programs = [];
    private readonly List<GatherTable> _tables = [];
    private int _scratch;

    /// <summary>Runs everything once on an executor.</summary>
    public static void Run(SimdExecutor executor)
    {
        var bitstream = new WarmUp().Build();
        if (OperatingSystem.IsLinux())
            LargePages.WarmUp();
        using var loaded = executor.Load(bitstream);
        using var memory = executor.Allocate(bitstream.Sizes);
        executor.Run(loaded, 0, memory, new RunState(bitstream.Registers) { Registers = { [0] = 1 } });
        memory.Write(Region.State, 0, memory.View(Region.Io, 0, 1));
        memory.ShareState(1, 1).Dispose();
    }

    private Bitstream Build()
    {
        AddEvaluates();
        foreach (int rows in (ReadOnlySpan<int>)[1, 2, 3, 4, 5, 6, Rows, 64])
            foreach (int units in (ReadOnlySpan<int>)[10, 32, 48, 70])
                AddProducts(rows, units);
        AddKnownUpdates();
        AddGather();
        AddRing();
        AddIndexed();
        AddContracts();
        AddSynapses();
        var bitstream = new Bitstream
        {
            Instructions = [.. _instructions],
            Operands = [.. _operands],
            Terms = [.. _terms],
            Programs = [.. _programs],
            Tables = [.. _tables],
            EntryPoints = [new EntryPoint("warm", 0, _instructions.Count, WritesState: true)],
            Sizes = new MemorySizes(8192, _scratch, 8192),
            Registers = 1,
            Counters = 3,
        };
        Barriers.PlaceBarriers(bitstream);
        return bitstream;
    }

    private void AddEvaluates()
    {
        Operand[] sources =
        [
            Operand.Signal(Region.Io, 0, Rows, Units), Operand.Column(Region.Io, 0, Rows), Operand.Vector(Region.Io, 0, Rows, Units),
            Operand.Scalar(Region.Io, 0) with { Rows = Rows }, Operand.Column(Region.Io, 0, Rows, rowRepeat: Rows),
            Operand.Bank(Region.Io, 0, Rows, Units, Panel),
        ];
        foreach (var source in sources)
            AddEvaluate(source, Units, perRow: false);
        AddFused(sources[0]);
        AddEvaluate(sources[1], 1, perRow: true);
        AddEvaluate(sources[4], 1, perRow: true);
    }

    /// <summary>All opcodes, one after the other, on one source; sums go to a vector, results to a signal or column.</summary>
    private void AddEvaluate(Operand source, int cols, bool perRow)
    {
        var result = perRow ? Operand.Column(Region.Scratch, Take(Rows), Rows) : Operand.Signal(Region.Scratch, Take(Rows * 32), Rows, Units);
        var sum = perRow ? Operand.Scalar(Region.Scratch, Take(1)) with { Rows = Rows } : Operand.Vector(Region.Scratch, Take(Units), Rows, Units);
        var ops = new List<ProgramOp> { Op(Opcode.Load, perRow, 0), Op(Opcode.Const, perRow, 1, immediate: 0.5f), Op(Opcode.Register, perRow, 2) };
        foreach (var row in Semantics.Opcodes)
            if (row is { Shape: OpcodeShape.Elementwise } && row.Code is not (Opcode.Load or Opcode.Const or Opcode.Register))
                ops.Add(Op(row.Code, perRow, 3));
        if (!perRow)
            foreach (var code in (ReadOnlySpan<Opcode>)[Opcode.SumUnits, Opcode.MaxUnits, Opcode.ArgMaxUnits])
                ops.AddRange([Op(code, true, 4), Op(Opcode.Add, true, 5) with { A = 4, B = 4 }, Op(Opcode.Spread, false, 3) with { A = 5 }]);
        ops.AddRange([Op(Opcode.Store, perRow, 0, index: 1) with { A = 3 }, Op(Opcode.StoreSum, perRow, 0, index: 2) with { A = 0 }]);
        AddInstruction(InstructionKind.Evaluate, [source, result, sum], AddProgram(ops), Rows, cols);
    }

    /// <summary>Each pair that one kernel does, alone in a program so that nothing else takes a part of it.</summary>
    private void AddFused(Operand source)
    {
        foreach (var kernel in FusedKernel.All)
        {
            var (a, b) = kernel.Form switch { FusedForm.First => (2, 1), FusedForm.Second => (1, 2), _ => (2, 2) };
            bool sum = kernel.Outer == Opcode.SumUnits;
            var result = sum ? Operand.Column(Region.Scratch, Take(Rows), Rows) : Operand.Signal(Region.Scratch, Take(Rows * 32), Rows, Units);
            AddInstruction(InstructionKind.Evaluate, [source, source with { Offset = 1024 }, result], AddProgram(
            [
                Op(Opcode.Load, false, 0), Op(Opcode.Load, false, 1, index: 1), Op(kernel.Inner, false, 2),
                Op(kernel.Outer, sum, 3) with { A = (byte)a, B = (byte)b }, Op(Opcode.Store, sum, 0, index: 2) with { A = 3 },
            ]), Rows, Units);
        }
    }

    /// <summary>Projections there and back, and the gradient with and without an update.</summary>
    private void AddProducts(int rows, int units)
    {
        int panels = (units + 15) / 16 * 16 * Panel;
        var x = Operand.Signal(Region.Io, 0, rows, Inputs);
        var d = Operand.Signal(Region.Io, 0, rows, units);
        var bank = Operand.Bank(Region.State, 0, Inputs, units, Panel);
        var y = Operand.Signal(Region.Scratch, Take(rows * 80), rows, units);
        var back = Operand.Signal(Region.Scratch, Take(rows * 32), rows, Inputs);
        AddInstruction(InstructionKind.Project, [x, bank, y], -1, 0, 0);
        AddInstruction(InstructionKind.ProjectBack, [d, bank, back], -1, 0, 0);
        AddInstruction(InstructionKind.Project, [x, bank, y], -1, 0, 0, InstructionFlags.Accumulate);
        AddInstruction(InstructionKind.ProjectBack, [d, bank, back], -1, 0, 0, InstructionFlags.Accumulate);
        AddCorrelate(x, d, [Operand.Bank(Region.State, 2048, Inputs, units, Panel)], -1, Inputs, units);
        AddCorrelate(x, d, [bank with { Offset = 4096 }], AddProgram(
            [Op(Opcode.Load, false, 1), Op(Opcode.Sub, false, 1) with { A = 1, B = 0 }, Op(Opcode.Store, false, 0) with { A = 1 }]), Inputs, units);
        var one = Operand.Scalar(Region.Io, 0) with { Rows = rows };
        AddCorrelate(one, d, [Operand.Bank(Region.State, 4096 + panels, 1, units, 1)], -1, 1, units);
    }

    /// <summary>Each update that has a kernel: of many rows and of one, on whole tiles and on a part of one.</summary>
    private void AddKnownUpdates()
    {
        var bank = Operand.Bank(Region.State, 0, Inputs, Units, Panel);
        foreach (int rows in (ReadOnlySpan<int>)[1, Rows])
            foreach (var shape in KnownPrograms.Full.Shapes)
                AddCorrelate(
                    Operand.Signal(Region.Io, 0, rows, Inputs), Operand.Signal(Region.Io, 0, rows, Units),
                    [bank, bank with { Offset = 1024 }, bank with { Offset = 2048 }], AddProgram([.. shape]), Inputs, Units);
    }

    private void AddGather()
    {
        int[] starts = [.. Enumerable.Range(0, Units + 1)], indices = [.. Enumerable.Range(0, Units)];
        _tables.Add(new GatherTable(1, Units, 1, Units, starts, indices));
        _tables.Add(new GatherTable(1, Units, 1, Units, [.. starts.Select(s => s / 2)], [.. indices.Take(Units / 2)]));
        foreach (int table in (ReadOnlySpan<int>)[0, 1])
        {
            var destination = Operand.Signal(Region.Scratch, Take(Rows * 32), Rows, Units);
            AddInstruction(InstructionKind.Gather, [Operand.Signal(Region.Io, 0, Rows, Units), destination], -1, 0, 0, first: table);
        }
    }

    /// <summary>A value of the step before, in a ring of two slots: copied, and read by a program that writes the other slot.</summary>
    private void AddRing()
    {
        var ring = Operand.Signal(Region.State, 0, Rows, Units) with { Slots = 2, SlotStride = Rows * 32, SlotStep = 1, Counter = 0 };
        Operand[] operands = [ring with { Slot0 = 1 }, ring];
        AddInstruction(InstructionKind.Gather, operands, -1, 0, 0, first: 0);
        AddInstruction(
            InstructionKind.Evaluate, operands, AddProgram([Op(Opcode.Load, false, 0), Op(Opcode.Store, false, 0, index: 1)]), Rows, Units);
    }

    private void AddCorrelate(Operand pre, Operand post, Operand[] banks, int program, int inputs, int units)
    {
        int first = _terms.Count;
        _operands.AddRange([pre, post]);
        _terms.Add(new CorrelateTerm(_operands.Count - 2, _operands.Count - 1, 1));
        AddInstruction(InstructionKind.Correlate, banks, program, inputs, units, register: 0, first: first, count: 1);
    }

    private void AddInstruction(
        InstructionKind kind, Operand[] operands, int program, int rows, int cols,
        InstructionFlags flags = InstructionFlags.None, int register = -1, int first = 0, int count = 0)
    {
        _instructions.Add(new Instruction(
            kind, flags, (ushort)operands.Length, _operands.Count, program, rows, cols, register, first, count));
        _operands.AddRange(operands);
    }

    private int AddProgram(List<ProgramOp> ops)
    {
        _programs.Add(new FabricProgram([.. ops], 6, [1]));
        return _programs.Count - 1;
    }

    private int Take(int floats)
    {
        int offset = _scratch;
        _scratch += Operand.Pad(floats);
        return offset;
    }

    private static ProgramOp Op(Opcode code, bool perRow, byte destination, ushort index = 0, float immediate = 0) =>
        new(code, perRow, destination, 0, 1, 2, index, immediate);
}
