using CostSociety.Costs;
using CostSociety.Tests.Laws;

namespace CostSociety.Tests.RepositoryRules;

/// <summary>One society lives through every cost file that ships for it.</summary>
public sealed class ShippedCostsTests
{
    private static readonly string[] _files =
        ["decorrelated", "whitened", "similarity", "contrastive", "smoothed", "sparse-then-read"];

    [Fact]
    public void Society_SwappedThroughAllCosts_LowersTheReportsCostUnderEach()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Build();
        foreach (string file in _files)
        {
            society.Swap(CostFile.Load($"circuits/digits/{file}.costs.json"));
            training.Steps(society, 1);
            double first = society.CostValues[^1];

            training.Steps(society, 60);

            Assert.True(society.CostValues.ToArray().All(double.IsFinite), file);
            Assert.True(society.CostValues[^1] < Math.Max(first, 0.7), $"{file}: from {first} to {society.CostValues[^1]}");
        }
        Assert.Equal(6 * 61, society.Age);
    }

    [Theory]
    [InlineData("decorrelated", "it")]
    [InlineData("whitened", "it")]
    [InlineData("similarity", "it")]
    [InlineData("contrastive", "v1")]
    [InlineData("smoothed", "report")]
    public void Costs_FromTheStart_LowerWhatIsNewInThem(string file, string area)
    {
        var training = Training.Of(Training.Digits, $"costs={file}.costs.json");
        using var society = training.Steps(training.Build(), 1);
        int term = society.CostTerms.ToList().FindIndex(t => t.StartsWith(area + ".", StringComparison.Ordinal));
        double first = society.CostValues[term];

        training.Steps(society, 150);

        Assert.InRange(society.CostValues[term], 0, first * 0.9);
    }
}
