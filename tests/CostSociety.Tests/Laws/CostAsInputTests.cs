using System.Globalization;
using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Laws;

/// <summary>A cost given in the file, and the same cost given by a stream with every sample, train the same society.</summary>
public sealed class CostAsInputTests
{
    private const int Steps = 100;
    private const float Weight = 0.3f;

    /// <summary>Numbers of the file and of the stream are the same floats, so nothing may differ: not the last bit of a weight.</summary>
    public static TheoryData<string, string, string> Costs => new()
    {
        { "weight", Name("cross_entropy(report, label)", Number(Weight)), Name("cross_entropy(report, label)", "w") },
        { "a factor in the text", Name($"{Number(Weight)} * cross_entropy(report, label)", "1"), Name("w * cross_entropy(report, label)", "1") },
        { "target", Name("mean(square(report - one_hot(3, 10)))", "1"), Name("mean(square(report - target))", "1") },
        { "mask", Name("sum(square(where(index(hidden2) < 6, 1, 0) * (hidden2 - 0.5)))", "1"), Name("sum(square(mask * (hidden2 - 0.5)))", "1") },
        { "precision", Name("gaussian(hidden2, 0.25, log(0.5))", "1"), Name("gaussian(hidden2, 0.25, log(precision))", "1") },
        { "margin", Name("hinge(report, label, 0.5)", "1"), Name("hinge(report, label, precision)", "1") },
        {
            "one of two tasks", Name("cross_entropy(report, label)", "1"),
            """
            "report": { "minimize": "cross_entropy(report, label)", "weight": "gather(task, 1)", "teaches": "upstream" },
            "hidden1": { "minimize": "mean(square(hidden1))", "weight": "gather(task, 0)", "teaches": "upstream" }
            """
        },
    };

    [Theory]
    [MemberData(nameof(Costs))]
    public void Cost_FromTheFileOrWithTheSample_TrainsTheSame(string what, string inTheFile, string withTheSample)
    {
        using var folder = new TemporaryFolder();
        var training = new Training(WithStreams(folder));

        using var file = training.Steps(training.Build(File(inTheFile)), Steps);
        using var sample = training.Steps(training.Build(File(withTheSample)), Steps);
        using var untrained = training.Build(File(inTheFile));

        Assert.True(Distance(file, untrained) > 0.01, $"{what}: nothing was learned");
        Assert.Equal(0, Distance(file, sample));
    }

    [Fact]
    public void Cost_WithAnotherSample_TrainsAnother()
    {
        using var folder = new TemporaryFolder();
        var training = new Training(WithStreams(folder));

        using var file = training.Steps(training.Build(File(Name("cross_entropy(report, label)", "0.31"))), Steps);
        using var sample = training.Steps(training.Build(File(Name("cross_entropy(report, label)", "w"))), Steps);

        Assert.True(Distance(file, sample) > 0.0001);
    }

    private static string Name(string text, string weight) => $$"""
        "report": { "minimize": "{{text}}", "weight": "{{weight}}", "teaches": "upstream" }
        """;

    private static CostFile File(string costs) => Training.Costs($$"""{ "format": 1, "costs": { {{costs}} } }""");

    /// <summary>The narrow digits beside a table in which every row holds the same cost.</summary>
    private static Circuit WithStreams(TemporaryFolder folder)
    {
        string[] row = [Number(Weight), "0.5", .. Vector(10, i => i == 3), .. Vector(12, i => i < 6), .. Vector(2, i => i == 1)];
        System.IO.File.WriteAllText(folder["given.csv"], string.Concat(Enumerable.Repeat(string.Join(',', row) + "\n", 1300)));
        string columns = """{ "w": "0", "precision": "1", "target": "2:12", "mask": "12:24", "task": "24:26" }""";
        string path = folder["given.csv"].Replace('\\', '/');
        string[] streams = [.. new[] { "w", "precision", "target", "mask", "task" }.Select(s => $"streams.{s}={{ \"source\": \"given\" }}")];
        return Circuit.Load(Training.Narrow,
            [$"sources.given={{ \"csv\": \"{path}\", \"header\": false, \"columns\": {columns}, \"split\": \"0:1297\" }}", .. streams]);
    }

    private static IEnumerable<string> Vector(int length, Func<int, bool> isOne) => Enumerable.Range(0, length).Select(i => isOne(i) ? "1" : "0");

    private static string Number(float value) => ((double)value).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The largest difference of a weight.</summary>
    private static double Distance(Society a, Society b)
    {
        double largest = 0;
        foreach (string projection in new[] { "retina -> hidden1", "hidden1 -> hidden2", "hidden2 -> report" })
        {
            var (x, y) = (a.ReadWeights(projection), b.ReadWeights(projection));
            for (int unit = 0; unit < x.Lengths[0]; unit++)
                for (int input = 0; input < x.Lengths[1]; input++)
                    largest = Math.Max(largest, Math.Abs(x[unit, input] - y[unit, input]));
        }
        return largest;
    }
}
