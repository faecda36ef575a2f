using CostSociety.Fabric.Simd;

namespace CostSociety.PublicApi.Tests;

/// <summary>What an embedding program does with costs: exchange, take back, and compare two on copies of one society.</summary>
public sealed class ExchangeTests
{
    private const string Far = """{ "format": 1, "costs": { "out": { "minimize": { "far": "square(mean(out) - 3)", "slow": "0.1 * mean(square(out - previous(out, 2)))" }, "teaches": "upstream" } } }""";

    [Fact]
    public void Revert_BeforeAnyStep_LeavesNoTrace()
    {
        using var society = Society.Build(Host.Circuit());
        using var never = Society.Build(Host.Circuit());
        Host.Train(society, 20);
        Host.Train(never, 20);
        var first = society.Costs;

        society.Swap(Host.Costs(Far));
        Assert.Same(first, society.ReplacedCosts);
        society.Revert();
        Assert.Same(first, society.Costs);
        Host.Train(society, 20);
        Host.Train(never, 20);

        Assert.Equal(never.ReadWeights("eye -> inner").ToArray(), society.ReadWeights("eye -> inner").ToArray());
        Assert.Equal((never.Age, never.SwapStep), (society.Age, society.SwapStep));
    }

    [Fact]
    public void Revert_Twice_IsTheExchangeAgain()
    {
        using var society = Society.Build(Host.Circuit());
        Assert.Contains("nothing to revert to", Assert.Throws<InvalidOperationException>(society.Revert).Message, StringComparison.Ordinal);
        society.Swap(Host.Costs(Far));
        society.Revert();
        society.Revert();
        Assert.Equal(["out.far", "out.slow"], society.CostTerms);
        society.Revert();
        Assert.Equal(["out.miss"], society.CostTerms);
    }

    [Fact]
    public void Fork_WithOtherCosts_GoesItsOwnWay()
    {
        using var executor = new SimdExecutor(threads: 1);
        using var society = Society.Build(Host.Circuit(), executor);
        Host.Train(society, 50);
        using var same = society.Fork();
        using var other = society.Fork(Host.Costs(Far));
        foreach (var one in new[] { society, same, other })
            Host.Train(one, 300);

        float[] a = new float[8], b = new float[8], c = new float[8];
        var (x, _) = Host.Samples(7);
        society.Predict(x, a);
        same.Predict(x, b);
        other.Predict(x, c);
        Assert.Equal(a, b);
        Assert.All(c, value => Assert.InRange(value, 2.5f, 3.5f));
        Assert.Equal((350, 0, 50), (other.Age, society.SwapStep, other.SwapStep));
        Assert.Same(executor, other.Executor);
    }
}
