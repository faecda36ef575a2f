using CostSociety.Conformance.Tests.Gradients.Reference;
using CsCheck;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Random costs: the engine against an interpreter of the language with forward-mode derivatives.</summary>
public sealed class RandomExpressionTests
{
    private const int Cases = 2500;
    private const double Tolerance = 1e-9;

    /// <summary>Beyond this size of a value or derivative in between, rounding decides the digits that are compared.</summary>
    private const double LargestComparable = 1e5;

    private static readonly string[] _weights = ["1", "0.5", "s", "2 * k", "square(s)", "mean(a)", "batch_mean(s)"];

    [Fact]
    public void Cost_OfRandomText_HasValueAndGradientOfTheReference()
    {
        int skipped = 0, seen = 0;
        Gen.Select(Gen.Int[1, 6], Gen.Int[0, int.MaxValue - 1]).Sample(
            (depth, seed) =>
            {
                Interlocked.Increment(ref seen);
                if (!Compare(depth, seed))
                    Interlocked.Increment(ref skipped);
            },
            iter: Cases, threads: 2, print: c => $"{c} {Text(c.Item1, c.Item2)}");
        Assert.True(seen >= Cases);
        Assert.True(skipped < 0.05 * seen, $"{skipped} of {seen} cases were too close to a tie or too large to compare");
    }

    /// <summary>Compares one case; false when it has to be skipped: a decision within 1e-9 of a tie, or too large values.</summary>
    private static bool Compare(int depth, int seed)
    {
        var (cost, weight, samples) = (Text(depth, seed), _weights[seed % _weights.Length], seed % 3 == 0 ? 3 : SmallSociety.Batch);
        var society = new SmallSociety(cost, weight, samples, seed);
        using var lab = society.Lab;
        var math = new DualMath([.. Enumerable.Range(0, SmallSociety.Batch).Select(i => i < samples ? 1.0 : 0)]);
        var expected = society.Expected(cost, weight, math);
        if (math.HasTie || !(math.Magnitude <= LargestComparable))
            return false;
        var actual = society.Engine();
        double room = Tolerance * Math.Max(1, math.Magnitude);
        Assert.True(Math.Abs(actual.Value - expected.Value) <= room, $"value {actual.Value:R}, reference {expected.Value:R}: {cost}");
        Assert.True(Math.Abs(actual.Slope - expected.Slope) <= room, $"slope {actual.Slope:R}, reference {expected.Slope:R}: {weight} * {cost}");
        return true;
    }

    private static string Text(int depth, int seed) => new RandomExpression(seed).Cost(depth);
}
