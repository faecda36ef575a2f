namespace CostSociety.Conformance.Tests;

/// <summary>
/// What every executor must pass: it is compared with the oracle, instruction by instruction, opcode by opcode, over
/// random programs and over random bitstreams. A subclass names the executor.
/// </summary>
public abstract partial class ConformanceSuite
{
    private static readonly int[] _smallSizes = [1, 2, 3, 5, 8, 15, 16, 17, 31, 33];

    /// <summary>A new executor; 0 threads means its own choice.</summary>
    protected abstract IExecutor Create(int threads);

    /// <summary>Whether Run must allocate nothing.</summary>
    protected virtual bool AllocatesNothing => true;

    // Every size up to four tiles, and some beyond that are no multiple of anything.
    private static IEnumerable<int> Sizes => Enumerable.Range(1, 64).Concat([65, 67, 79, 96, 100, 127, 129, 130, 200, 257]);

    // (rows, inputs, units), with each size in each place.
    private static IEnumerable<(int Rows, int Inputs, int Units)> Shapes(Random random)
    {
        foreach (int size in Sizes)
        {
            yield return (size, Small(random), Small(random));
            yield return (Small(random), size, Small(random));
            yield return (Small(random), Small(random), size);
        }
    }

    private static int Small(Random random) => _smallSizes[random.Next(_smallSizes.Length)];

    private static Tally Check(IExecutor executor, BitstreamBuilder builder, Random random, string label, int runs = 1)
    {
        var bitstream = builder.Build();
        var image = MemoryImage.Random(builder, random);
        return Comparison.Check(executor, bitstream, image, state => Prepare(state, random), label, runs);
    }

    // Registers hold numbers in [-1, 1), which programs know; the step is far from zero.
    private static void Prepare(RunState state, Random random)
    {
        for (int i = 0; i < state.Registers.Length; i++)
            state.Registers[i] = random.NextSingle() * 2 - 1;
        state.Step = 1000 + random.Next(10);
        state.Seed = (ulong)random.NextInt64();
        state.Replica = (uint)random.Next(3);
    }
}
