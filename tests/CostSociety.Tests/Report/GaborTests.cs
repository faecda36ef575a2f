using CostSociety.Report;

namespace CostSociety.Tests.Report;

public sealed class GaborTests
{
    private const int Side = 12;

    public static TheoryData<double, double, double, double, double, double, double> Gabors => new()
    {
        { 5.5, 5.5, 1.5, 2.5, 0.3, 0.2, 0 },
        { 4, 7, 1.2, 3, 1.2, 0.3, 1.5 },
        { 6.3, 3.1, 2, 2, 2.5, 0.15, -1 },
        { 5, 5, 1.3, 2, 3.0, 0.4, 2.2 },
        { 3, 8, 2.5, 1.5, 1.9, 0.1, 0.7 },
    };

    [Theory]
    [MemberData(nameof(Gabors))]
    public void Fit_OfAGabor_FindsItsNumbers(double x, double y, double across, double along, double theta, double frequency, double phase)
    {
        var made = new Gabor(x, y, across, along, theta, frequency, phase, 0.7, 1);

        var found = GaborFit.Of(Field(made), Side, Side);

        Assert.InRange(found.R2, 0.9999, 1);
        Assert.Equal((frequency, x, y, across, along), (found.Frequency, found.X, found.Y, found.SigmaX, found.SigmaY), new Near(0.02));
        Assert.Equal(1, Math.Abs(Math.Cos(found.Theta - theta)), 1e-3);
        float[] again = Field(found);
        Assert.All(Enumerable.Range(0, again.Length), i => Assert.Equal(Field(made)[i], again[i], 0.01f));
    }

    [Fact]
    public void Fit_OfAGaborWithNoise_ExplainsTheGabor()
    {
        var random = new Random(1);
        float[] field = Field(new Gabor(5, 6, 1.4, 2.4, 0.8, 0.25, 0.4, 1, 1));
        double variance = field.Average(v => v * v) - Math.Pow(field.Average(), 2), sd = Math.Sqrt(variance / 4);

        var found = GaborFit.Of([.. field.Select(v => v + (float)(sd * Math.Sqrt(12) * (random.NextDouble() - 0.5)))], Side, Side);

        Assert.InRange(found.R2, 0.75, 0.9);
        Assert.Equal(0.25, found.Frequency, 0.02);
    }

    [Fact]
    public void Fit_OfNoise_DoesNotReachOneHalf()
    {
        var random = new Random(2);
        for (int i = 0; i < 20; i++)
            Assert.InRange(GaborFit.Of([.. Enumerable.Range(0, Side * Side).Select(_ => (float)(random.NextDouble() - 0.5))], Side, Side).R2, 0, 0.35);
    }

    [Fact]
    public void Fit_OfAConstantOrEmptyField_ExplainsNothing()
    {
        Assert.Equal(0, GaborFit.Of(new float[16], 4, 4).R2);
        Assert.Equal(0, GaborFit.Of([1, float.NaN, 1, 1], 2, 2).R2);
        Assert.InRange(GaborFit.Of([.. Enumerable.Repeat(3f, 16)], 4, 4).R2, -1, 0);
    }

    [Fact]
    public void Fit_OfAWrongSize_IsRefused() => Assert.Throws<ArgumentException>(() => GaborFit.Of(new float[15], 4, 4));

    [Fact]
    public void Sheet_OfFields_PutsThemSideBySideOverTheirOwnLargestWeight()
    {
        var (width, height, pixels) = PngTests.Decode(FieldSheet.Render(new FieldPicture("p", 2, 2, [[1, 0, 0, -1], [0.25f, 0, 0, 0], [0, 0, 0, 0]])));

        Assert.Equal((70, 70), (width, height));
        Assert.Equal([255, 128, 0, 255], new[] { (2, 2), (20, 2), (20, 20), (36, 2) }.Select(p => (int)pixels[(p.Item2 * width + p.Item1) * 4]));
        Assert.Equal(128, pixels[(40 * width + 2) * 4]);
    }

    private static float[] Field(Gabor gabor) => [.. Enumerable.Range(0, Side * Side).Select(i => (float)gabor.At(i % Side, i / Side))];

    private sealed class Near(double tolerance) : IEqualityComparer<(double, double, double, double, double)>
    {
        public bool Equals((double, double, double, double, double) a, (double, double, double, double, double) b) =>
            new[] { a.Item1 - b.Item1, a.Item2 - b.Item2, a.Item3 - b.Item3, a.Item4 - b.Item4, a.Item5 - b.Item5 }.All(d => Math.Abs(d) < tolerance);

        public int GetHashCode((double, double, double, double, double) obj) => 0;
    }
}
