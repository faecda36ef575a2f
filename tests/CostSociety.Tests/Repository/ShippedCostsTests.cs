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
    [InlineData("decorrelated", "it", "apart")]
    [InlineData("whitened", "it", "spread")]
    [InlineData("similarity", "it", "match")]
    [InlineData("contrastive", "v1", "drawing")]
    public void Costs_WithTheirWeight_AreLowerThanWithoutIt(string file, string area, string weight)
    {
        double with = After(600, file, area), without = After(600, file, area, $"costs:parameters.{weight}=0");

        Assert.InRange(with, 0, 0.9 * without);
    }

    private static double After(int steps, string file, string area, params string[] overrides)
    {
        var training = Training.Of(Training.Digits, [$"costs={file}.costs.json", .. overrides]);
        using var society = training.Steps(training.Build(), steps);
        return society.CostValues[society.CostTerms.ToList().FindIndex(t => t.StartsWith(area + ".", StringComparison.Ordinal))];
    }
}
