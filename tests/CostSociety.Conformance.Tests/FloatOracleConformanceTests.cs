namespace CostSociety.Conformance.Tests;

/// <summary>
/// The oracle rounded to float passes its own suite: the tolerances leave room for plain float arithmetic.
/// </summary>
public sealed class FloatOracleConformanceTests : ConformanceSuite
{
    protected override bool AllocatesNothing => false;

    // It tests the suite; the executors are what most bitstreams are for.
    protected override int Bitstreams => 200;

    protected override IExecutor Create(int threads) => new OracleExecutor(roundToFloat: true);
}
