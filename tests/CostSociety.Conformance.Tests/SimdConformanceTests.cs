using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests;

/// <summary>The SIMD executor against the oracle.</summary>
public sealed class SimdConformanceTests : ConformanceSuite
{
    // What no shipped circuit uses yet; the executor refuses it at load.
    protected override bool Supports(InstructionKind kind) =>
        kind is not (InstructionKind.Synapse or InstructionKind.Contract or InstructionKind.Scatter
            or InstructionKind.Rank);

    protected override IExecutor Create(int threads) => new SimdExecutor(threads);
}
