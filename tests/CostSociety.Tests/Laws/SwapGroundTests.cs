using System.Globalization;
using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Language;
using CostSociety.Synthesis;

namespace CostSociety.Tests.Laws;

/// <summary>What a circuit's syntheses share changes no bit of any of them, whatever came before and whoever runs beside.</summary>
[Collection(AloneCollection.Name)]
public sealed class SwapGroundTests
{
    private static readonly string[] _files =
        ["sparse-then-read", "narrow", "decorrelated", "similarity", "smoothed", "whitened", "contrastive"];

    private static readonly string[] _terms =
        ["mean(square(v1))", "mean(abs(v1 - previous(v1, 2)))", "reading * mean(it * it)", "sum(weights('v1 -> it') ^ 2)", "norm(report - label)"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void SwappedIn_RandomCosts_HaveTheListingOfAFreshBuild(int seed)
    {
        var random = new Random(seed);
        var circuit = Circuit.Load(Training.Digits);
        using var society = Society.Build(circuit);
        for (int pair = 0; pair < 12; pair++)
        {
            var costs = RandomCosts(random);
            society.Swap(costs);

            Assert.Equal(Fresh(costs), Listing(society.Synthesized));
        }
    }

    [Fact]
    public void Prepare_OnManyThreadsAtOnce_GivesEachTheListingOfAFreshBuild()
    {
        using var society = Society.Build(Circuit.Load(Training.Digits));
        var random = new Random(3);
        CostFile[] costs = [.. Enumerable.Range(0, 24).Select(_ => RandomCosts(random))];
        var listings = new string[costs.Length];

        Parallel.For(0, costs.Length, i =>
        {
            using var prepared = society.Prepare(costs[i]);
            listings[i] = Listing(prepared.Regime.Synthesized);
        });

        Assert.Equal(costs.Select(Fresh), listings);
    }

    [Fact]
    public void Prepare_MakesNothingAnewThatNoCostChanges()
    {
        var circuit = Circuit.Load(Training.Digits);
        using var society = Society.Build(circuit);
        using var prepared = society.Prepare(CostFile.Load("circuits/digits/narrow.costs.json"));

        Assert.True(Ground.IsKnown(circuit, circuit.Costs));
        Assert.Same(society.Synthesized.Parameters, prepared.Regime.Synthesized.Parameters);
    }

    [Theory]
    [InlineData("parameters.sparsity=0.0{0}", false)]
    [InlineData("costs.v1.minimize.slow=0.0{0} * mean(square(v1 - previous(v1, {0})))", true)]
    public void Step_AfterASwap_AllocatesNothing(string change, bool copies)
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Steps(training.Build(), 400);
        for (int i = 1; i <= 20; i++)
        {
            using var prepared = society.Prepare(CostFile.Load("circuits/digits/sparse-then-read.costs.json", [string.Format(CultureInfo.InvariantCulture, change, i)]));
            var batch = training.Fill(society);
            GC.Collect(); // One that still goes on beside the step would count as allocated by it.
            society.Commit(prepared);
            long before = GC.GetAllocatedBytesForCurrentThread();
            society.Step(batch);

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(copies, prepared.CopiesState);
        }
    }

    private static CostFile RandomCosts(Random random)
    {
        string file = _files[random.Next(_files.Length)], term = _terms[random.Next(_terms.Length)].Replace("reading", "0.5", StringComparison.Ordinal);
        return CostFile.Load($"circuits/digits/{file}.costs.json", [$"costs.it.minimize={0.01 * random.Next(1, 9)} * {term}"]);
    }

    private static string Fresh(CostFile costs)
    {
        var diagnostics = new Diagnostics();
        var synthesized = Synthesizer.Run(Circuit.Load(Training.Digits), costs, diagnostics);
        diagnostics.ThrowIfErrors();
        return Listing(synthesized!);
    }

    private static string Listing(Synthesized synthesized) =>
        Disassembler.Disassemble(synthesized.Bitstream)
        + string.Join("\n", synthesized.State.Select(s => $"{s.Name} {s.Offset} {s.Size}"));
}
