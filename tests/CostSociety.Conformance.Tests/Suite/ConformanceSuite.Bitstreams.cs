using CsCheck;

namespace CostSociety.Conformance.Tests;

public abstract partial class ConformanceSuite
{
    private static readonly float[] _loopCounts = [0, 1, 2.9f, 3, -1];

    private static readonly Gen<(int Instructions, int Rows, int Seed)> _bitstreamCases =
        Gen.Select(
            Gen.Int[3, 12],
            Gen.Frequency((8, Gen.Int[1, 20]), (3, Gen.Int[21, 64]), (1, Gen.Int[0, 4].Select(i => RandomBitstream.OddSizes[i]))),
            Gen.Int[0, int.MaxValue]);

    /// <summary>How many random bitstreams a run of all tests compares.</summary>
    protected virtual int Bitstreams => 2000;

    [Fact]
    public void RandomBitstreams_FixedSeed_MatchOracle() => Repeat(_bitstreamCases, Bitstreams, CheckBitstream);

    [Fact]
    [Trait("Category", "Long")]
    public void RandomBitstreams_ManySeeds_MatchOracle()
    {
        using var executor = Create(0);
        _bitstreamCases.Sample(sample => { CheckBitstream(executor, sample); }, iter: 10 * Bitstreams, threads: 1);
    }

    private static Tally CheckBitstream(IExecutor executor, (int Instructions, int Rows, int Seed) sample)
    {
        var random = new Random(sample.Seed);
        var builder = RandomBitstream.Make(random, sample.Instructions, sample.Rows);
        var bitstream = builder.Build();
        if (random.Next(2) == 0)
            Barriers.PlaceBarriers(bitstream);
        var image = MemoryImage.Random(builder, random);
        return Comparison.Check(
            executor, bitstream, image, state => PrepareLoops(state, random), $"bitstream {sample}", runs: 2);
    }

    // Registers are counts of loops here, and also scales: small numbers, some of them not whole.
    private static void PrepareLoops(RunState state, Random random)
    {
        Prepare(state, random);
        for (int i = 0; i < state.Registers.Length; i++)
            state.Registers[i] = _loopCounts[random.Next(_loopCounts.Length)];
    }
}
