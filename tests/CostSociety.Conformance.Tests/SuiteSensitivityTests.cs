namespace CostSociety.Conformance.Tests;

/// <summary>The suite sees defects: an executor with one planted defect fails the test that is there for it.</summary>
public sealed class SuiteSensitivityTests
{
    [Fact]
    public void Project_AccumulateIgnored_Fails() => AssertFails(
        suite => suite.Project_EverySize_MatchesOracle(),
        EachInstruction(i => i with { Flags = i.Flags & ~InstructionFlags.Accumulate }));

    [Fact]
    public void ProjectBack_ProgramIgnored_Fails() => AssertFails(
        suite => suite.ProjectBack_EverySize_MatchesOracle(), EachInstruction(i => i with { Program = -1 }));

    [Fact]
    public void Correlate_ScaleIgnored_Fails() => AssertFails(
        suite => suite.CorrelateSplit_EverySize_MatchesOracle(), EachInstruction(i => i with { Register = -1 }));

    [Fact]
    public void Correlate_LastTermIgnored_Fails() => AssertFails(
        suite => suite.CorrelateFused_EverySize_MatchesOracle(),
        EachInstruction(i => i with { Count = i.Kind == InstructionKind.Correlate ? 1 : i.Count }));

    [Fact]
    public void Synapse_SamplesMissing_Fails() => AssertFails(
        suite => suite.SynapseEligibility_EverySize_MatchesOracle(),
        EachInstruction(i => i with { Count = i.Kind == InstructionKind.Synapse ? 1 : i.Count }));

    [Fact]
    public void Synapse_CounterIgnored_Fails() => AssertFails(
        suite => suite.SynapseEligibility_EverySize_MatchesOracle(), EachInstruction(i => i with { Register = -1 }));

    [Fact]
    public void Contract_TransposeIgnored_Fails() => AssertFails(
        suite => suite.Contract_EverySize_MatchesOracle(),
        EachInstruction(i => i with { Flags = i.Flags & ~InstructionFlags.TransposeB }));

    [Fact]
    public void Scatter_AccumulateIgnored_Fails() => AssertFails(
        suite => suite.Scatter_WithIndicesOutOfRange_MatchesOracle(true),
        EachInstruction(i => i with { Flags = i.Flags & ~InstructionFlags.Accumulate }));

    [Fact]
    public void GatherByIndex_GroupsIgnored_Fails() => AssertFails(
        suite => suite.GatherByIndex_WithIndicesOutOfRange_MatchesOracle(false), EachInstruction(i => i with { Count = 1 }));

    [Fact]
    public void Rank_RegisterIgnored_Fails() => AssertFails(
        suite => suite.Rank_WithTiesAndNaN_MatchesOracle(), bitstream => bitstream, state => state.Registers[0] = 1);

    [Fact]
    public void Operand_RowRepeatIgnored_Fails() => AssertFails(
        suite => suite.StoreSum_EverySize_MatchesOracle(), EachOperand(o => o with { RowRepeat = 1 }));

    [Fact]
    public void Operand_SlotIgnored_Fails() => AssertFails(
        suite => suite.RandomBitstreams_FixedSeed_MatchOracle(), EachOperand(o => o with { SlotStep = 0 }));

    [Fact]
    public void Operand_WrongTileStride_Fails() => AssertFails(
        suite => suite.ProjectBack_EverySize_MatchesOracle(),
        EachOperand(o => o with { TileStride = o.TileStride == 16 ? 15 : o.TileStride }));

    [Fact]
    public void Programs_OtherOpcode_Fails() => AssertFails(
        suite => suite.Opcode_OverGrid_MatchesTable(Opcode.Tanh),
        EachOp(op => op.Code == Opcode.Tanh ? op with { Code = Opcode.Sin } : op));

    [Fact]
    public void Programs_LessForLessEqual_Fails() => AssertFails(
        suite => suite.Opcode_OverGrid_MatchesTable(Opcode.LessEqual),
        EachOp(op => op.Code == Opcode.LessEqual ? op with { Code = Opcode.Less } : op));

    [Fact]
    public void Programs_ConstantOffByMillionths_Fails() => AssertFails(
        suite => suite.RandomPrograms_FixedSeed_MatchOracle(),
        EachOp(op => op.Code == Opcode.Const ? op with { Immediate = op.Immediate * (1 + 5e-6f) } : op));

    [Fact]
    public void Run_ReplicaIgnored_Fails() => AssertFails(
        suite => suite.OpcodesWithoutSources_EverySize_MatchOracle(), bitstream => bitstream,
        state => state.Replica = 0);

    [Fact]
    public void Run_WritesBesideOperands_Fails() => AssertFails(
        suite => suite.Gather_EverySize_MatchesOracle(), bitstream => bitstream,
        memory: memory => memory.Write(Region.State, memory.Sizes.State - 1, [0]));

    private static void AssertFails(
        Action<FaultySuite> test, Func<Bitstream, Bitstream> bitstream, Action<RunState>? state = null,
        Action<IFabricMemory>? memory = null) =>
        Assert.ThrowsAny<Exception>(() => test(new FaultySuite(bitstream, state, memory)));

    private static Func<Bitstream, Bitstream> EachInstruction(Func<Instruction, Instruction> change) =>
        bitstream => bitstream with { Instructions = [.. bitstream.Instructions.Select(change)] };

    private static Func<Bitstream, Bitstream> EachOperand(Func<Operand, Operand> change) =>
        bitstream => bitstream with { Operands = [.. bitstream.Operands.Select(change)] };

    private static Func<Bitstream, Bitstream> EachOp(Func<ProgramOp, ProgramOp> change) => bitstream => bitstream with
    {
        Programs = [.. bitstream.Programs.Select(program => program with { Ops = [.. program.Ops.Select(change)] })],
    };

    private sealed class FaultySuite(
        Func<Bitstream, Bitstream> bitstream, Action<RunState>? state, Action<IFabricMemory>? memory) : ConformanceSuite
    {
        protected override IExecutor Create(int threads) => new FaultyExecutor(bitstream, state, memory);
    }

    // The float oracle, with something changed before or after each run.
    private sealed class FaultyExecutor(
        Func<Bitstream, Bitstream> bitstream, Action<RunState>? state, Action<IFabricMemory>? memory) : IExecutor
    {
        private readonly OracleExecutor _oracle = new(roundToFloat: true);

        public string Name => "faulty";

        public int KernelBuilds => 0;

        public IFabricMemory Allocate(MemorySizes sizes) => _oracle.Allocate(sizes);

        public ILoadedBitstream Load(Bitstream original) => _oracle.Load(bitstream(original));

        public void Run(ILoadedBitstream program, int entryPoint, IFabricMemory target, RunState original)
        {
            var changed = new RunState(original.Registers.Length)
            {
                Step = original.Step,
                Seed = original.Seed,
                Replica = original.Replica,
            };
            original.Registers.CopyTo(changed.Registers, 0);
            state?.Invoke(changed);
            _oracle.Run(program, entryPoint, target, changed);
            memory?.Invoke(target);
        }

        public void Dispose() => _oracle.Dispose();
    }
}
