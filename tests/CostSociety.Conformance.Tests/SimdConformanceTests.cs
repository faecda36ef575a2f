using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests;

/// <summary>The SIMD executor against the oracle.</summary>
public sealed class SimdConformanceTests : ConformanceSuite
{
    protected override IExecutor Create(int threads) => new SimdExecutor(threads);
}
