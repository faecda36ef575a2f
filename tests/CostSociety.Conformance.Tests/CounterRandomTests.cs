namespace CostSociety.Conformance.Tests;

/// <summary>Random numbers are those of Philox 4x32-10, and have the moments they should have.</summary>
public sealed class CounterRandomTests
{
    [Fact]
    public void Block_ZeroKeyAndCounter_IsTheKnownAnswer() => Assert.Equal(
        (0x6627E8D5u, 0xE169C58Du, 0xBC57AC4Cu, 0x9B00DBD8u), CounterRandom.Block(0, 0, 0, 0));

    [Fact]
    public void Block_AllOnes_IsTheKnownAnswer() => Assert.Equal(
        (0x408F276Du, 0x41C83B0Eu, 0xA20BC7C6u, 0x6D5451FDu),
        CounterRandom.Block(ulong.MaxValue, uint.MaxValue, -1, uint.MaxValue));

    // Digits of pi: counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0.
    [Fact]
    public void Block_DigitsOfPi_IsTheKnownAnswer() => Assert.Equal(
        (0xD16CFE09u, 0x94FDCCEBu, 0x5001E420u, 0x24126EA1u),
        CounterRandom.Block(0x299F31D0_A4093822, 0x243F6A88, 0x13198A2E_85A308D3, 0x03707344));

    [Fact]
    public void Uniform_ExtremeWords_AreInsideTheUnitInterval()
    {
        Assert.InRange(CounterRandom.Uniform(0), float.Epsilon, 1e-7f);
        Assert.InRange(CounterRandom.Uniform(uint.MaxValue), 0.9999999f, 0.99999998f);
    }

    [Fact]
    public void Normal_ManyNumbers_HasMeanZeroAndVarianceOne()
    {
        const int Count = 200_000;
        double sum = 0, squares = 0;
        for (uint i = 0; i < Count; i++)
        {
            double value = CounterRandom.Normal(1234, i, 5, 0);
            sum += value;
            squares += value * value;
        }

        Assert.InRange(sum / Count, -0.01, 0.01);
        Assert.InRange(squares / Count, 0.985, 1.015);
    }

    [Fact]
    public void Key_OtherSeedReplicaOrSymbol_IsOther() => Assert.Distinct(
    [
        CounterRandom.Key(1, 0, CounterRandom.Hash("v1")), CounterRandom.Key(2, 0, CounterRandom.Hash("v1")),
        CounterRandom.Key(1, 1, CounterRandom.Hash("v1")), CounterRandom.Key(1, 0, CounterRandom.Hash("v2")),
    ]);
}
