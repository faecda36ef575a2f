using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Language;
using CostSociety.Learning;
using CostSociety.Synthesis;
using CostSociety.Tests.Laws;

namespace CostSociety.Tests.RepositoryRules;

/// <summary>Everything that ships builds and steps; what synthesis makes of it is a text to read in a diff.</summary>
public sealed class ShippedSocietyTests
{
    public static TheoryData<string> Circuits => [.. ShippedFiles.Paths.Where(p => p.EndsWith(".circuit.json", StringComparison.Ordinal))];

    public static IEnumerable<object[]> RulesAndUpdates => LearningRules.OfCosts
        .SelectMany(rule => Library.Shipped.Updates.Keys.Order(StringComparer.Ordinal).Select(update => new object[] { rule, update }));

    public static TheoryData<string> Activations => [.. Library.Shipped.Activations.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Circuits))]
    public void Listing_OfAShippedCircuit_IsTheGoldenOne(string path)
    {
        var circuit = Circuit.Load(path);
        using var society = Society.Build(circuit);

        string listing = Disassembler.Disassemble(society.Synthesized.Bitstream, NameOf(society.Synthesized));

        string name = path["circuits/".Length..^".circuit.json".Length].Replace('/', '-');
        Repository.AssertGolden(Repository.PathOf("tests", "CostSociety.Tests", "golden-listings", name + ".txt"), listing);
    }

    [Theory]
    [MemberData(nameof(Circuits))]
    public void Society_OfAShippedCircuit_Steps(string path)
    {
        var training = Training.Of(Repository.PathOf(path));
        using var society = training.Steps(training.Build(), 2);

        Assert.Equal(2, society.Age);
    }

    [Theory]
    [MemberData(nameof(RulesAndUpdates))]
    public void Narrow_UnderEveryRuleAndUpdate_LowersItsCost(string rule, string update)
    {
        var training = Training.Of(Training.Narrow, $"learning.rule={rule}", $"learning.update={{ \"kind\": \"{update}\" }}");
        using var society = training.Steps(training.Build(), 1);
        double first = society.CostValues[0];

        training.Steps(society, 100);

        Assert.InRange(society.CostValues[0], 0, first * 0.98);
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Narrow_WithEveryActivation_DoesNotDiverge(string activation)
    {
        var training = Training.Of(Training.Narrow, $"areas.hidden2.activation={activation}", $"areas.hidden1.activation={activation}");
        using var society = training.Steps(training.Build(), 1);
        double first = society.CostValues[0];

        training.Steps(society, 200);

        Assert.InRange(society.CostValues[0], 0, first * 1.05);
    }

    private static Func<Region, int, string?> NameOf(Synthesized synthesized)
    {
        var names = synthesized.State.Concat(synthesized.Streams.Values).Append(synthesized.Valid).Append(synthesized.One)
            .Concat(synthesized.CostRecords.Concat(synthesized.MeasureRecords).Select(r => r.Symbol))
            .ToDictionary(s => (s.Region, s.Offset), s => s.Name);
        return (region, offset) => names.GetValueOrDefault((region, offset));
    }
}
