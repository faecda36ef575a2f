using CostSociety.Runs;

namespace CostSociety.Tests.Runs;

public sealed class StatisticsTests
{
    /// <summary>The quantile has four decimals: half of the last times the standard error of 0.389.</summary>
    private const double QuantileError = 0.5e-4 * 0.389;

    /// <summary>Ten hours of extra sleep under a drug (Cushny and Peebles 1905), with which Student introduced his distribution in 1908.</summary>
    private static readonly double[] _sleep = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];

    [Fact]
    public void Of_StudentsOwnExample_IsTheKnownInterval()
    {
        var s = Statistics.Of(_sleep);
        Assert.Equal(1.58, s.Mean, 1e-12);
        Assert.Equal(1.229995, s.Deviation, 1e-6);
        Assert.Equal(0.7001142, s.Low, QuantileError);
        Assert.Equal(2.4598858, s.High, QuantileError);
        Assert.Equal(0, s.Failed);
    }

    [Fact]
    public void Of_ValuesThatAreNoNumbers_CountsThemAndUsesTheOthers()
    {
        var s = Statistics.Of([double.NaN, 1, 3, double.PositiveInfinity]);
        Assert.Equal((2, 2), (s.Mean, s.Failed));
        Assert.Equal(Math.Sqrt(2), s.Deviation, 1e-12);
    }

    [Fact]
    public void Of_OneValue_HasNoInterval()
    {
        var s = Statistics.Of([5]);
        Assert.Equal(5, s.Mean);
        Assert.True(double.IsNaN(s.Deviation) && double.IsNaN(s.Low) && double.IsNaN(s.High));
    }

    /// <summary>Tabulated two-sided 95 % quantiles; 31 and more lie beyond the table of the code.</summary>
    [Theory]
    [InlineData(1, 12.7062)]
    [InlineData(9, 2.2622)]
    [InlineData(30, 2.0423)]
    [InlineData(31, 2.0395)]
    [InlineData(40, 2.0211)]
    [InlineData(100, 1.9840)]
    public void Quantile_EqualsTheTables(int freedom, double expected) => Assert.Equal(expected, Statistics.Quantile(freedom), 1e-4);
}
