namespace CostSociety.Conformance.Tests;

/// <summary>
/// The oracle rounded to float passes its own suite: the tolerances leave room for plain float arithmetic.
/// </summary>
public sealed class FloatOracleConformanceTests : ConformanceSuite
{
    protected override bool AllocatesNothing => false;

    protected override IExecutor Create(int threads) => new OracleExecutor(roundToFloat: true);
}
