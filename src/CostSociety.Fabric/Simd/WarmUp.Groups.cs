namespace CostSociety.Fabric.Simd;

/// <summary>Copies by index, ranks, products of signals, and programs over synapses.</summary>
internal sealed partial class WarmUp
{
    private const int Samples = 3;
    private const byte SampleCounter = 2;

    // The io region is all zero: every index is row 0; of the state, what AddProducts left there.
    private void AddIndexed()
    {
        foreach (var source in (ReadOnlySpan<Operand>)[Operand.Signal(Region.Io, 0, 6, Units), Operand.Column(Region.Io, 0, 6) with { Cols = Units }])
            foreach (var flags in (ReadOnlySpan<InstructionFlags>)[InstructionFlags.None, InstructionFlags.Accumulate])
            {
                var index = Operand.Column(Region.Io, 0, 6);
                var destination = Operand.Signal(Region.State, 0, 6, Units);
                AddInstruction(InstructionKind.Scatter, [source, index, destination], -1, 0, 0, flags, first: 2);
                AddInstruction(InstructionKind.Gather, [source, index, destination], -1, 0, 0, flags, first: -1, count: 2);
                AddInstruction(
                    InstructionKind.Gather, [source, OutOfRange(), destination], -1, 0, 0, flags, first: -1, count: 2);
            }
        AddInstruction(
            InstructionKind.Rank,
            [Operand.Signal(Region.State, 0, 6, Units), Operand.Column(Region.Scratch, Take(6), 6), Operand.Column(Region.Scratch, Take(6), 6)],
            -1, 0, 0, register: 0);
    }

    // A column of indices that name no row.
    private Operand OutOfRange()
    {
        var column = Operand.Column(Region.Scratch, Take(6), 6);
        List<ProgramOp> ops = [Op(Opcode.Const, true, 0, immediate: 99), Op(Opcode.Store, true, 0)];
        AddInstruction(InstructionKind.Evaluate, [column], AddProgram(ops), 6, 1);
        return column;
    }

    private void AddContracts()
    {
        foreach (int size in (ReadOnlySpan<int>)[1, 5, 20, 48])
            for (int flags = 0; flags < 8; flags++)
            {
                var a = Operand.Signal(Region.Io, 0, 2 * size, size);
                AddInstruction(
                    InstructionKind.Contract, [a, a, Operand.Signal(Region.State, 0, 2 * size, size)], -1, 0, 0,
                    ContractFlags(flags), first: 2);
                AddInstruction(
                    InstructionKind.Contract, [a with { ColStride = 0, TileStride = 0 }, a, Operand.Signal(Region.State, 0, 2 * size, size)],
                    -1, 0, 0, ContractFlags(flags), first: 2);
            }
    }

    private static InstructionFlags ContractFlags(int bits) =>
        ((bits & 1) != 0 ? InstructionFlags.TransposeA : 0) | ((bits & 2) != 0 ? InstructionFlags.TransposeB : 0)
        | ((bits & 4) != 0 ? InstructionFlags.Accumulate : 0);

    // Each of the two programs alone and both, tile by tile and, where a sum binds the units, by whole rows.
    private void AddSynapses()
    {
        foreach (bool wholeRows in (ReadOnlySpan<bool>)[false, true])
        {
            int each = AddProgram(SampleOps(wholeRows)), once = AddProgram(
                [Op(Opcode.Load, false, 1), Op(Opcode.Add, false, 1) with { A = 1, B = 0 }, Op(Opcode.Store, false, 0) with { A = 1 }, Op(Opcode.StoreSum, false, 0, index: 4) with { A = 1 }]);
            foreach (var (first, program) in (ReadOnlySpan<(int, int)>)[(each, once), (each, -1), (-1, once)])
                AddInstruction(
                    InstructionKind.Synapse, SynapseOperands(), program, Inputs, Units, register: SampleCounter, first: first, count: Samples);
        }
    }

    // A sample reads its value per input, adds to g, keeps a state of its own and a sum of its own.
    private static List<ProgramOp> SampleOps(bool wholeRows) =>
    [
        Op(Opcode.Load, true, 1, index: 1), Op(Opcode.Spread, false, 2) with { A = 1 }, Op(Opcode.Load, false, 3, index: 2),
        Op(Opcode.Fma, false, 0) with { A = 2, B = 3, C = 0 }, Op(Opcode.Uniform, false, 4), Op(Opcode.Store, false, 0, index: 2) with { A = 4 },
        wholeRows ? Op(Opcode.SumUnits, true, 5) with { A = 2 } : Op(Opcode.StoreSum, false, 0, index: 3) with { A = 2 },
    ];

    private static Operand[] SynapseOperands()
    {
        Operand EachSample(Operand o, int stride) => o with { Slots = Samples, SlotStride = stride, SlotStep = 1, Counter = SampleCounter };
        return
        [
            Operand.Bank(Region.State, 0, Inputs, Units, Panel),
            EachSample(Operand.Column(Region.Io, 0, Inputs), Operand.Pad(Inputs)),
            EachSample(Operand.Bank(Region.State, 1024, Inputs, Units, Panel), 32 * Panel),
            EachSample(Operand.Vector(Region.State, 4096, Inputs, Units), 32),
            Operand.Vector(Region.State, 4608, Inputs, Units),
        ];
    }
}
