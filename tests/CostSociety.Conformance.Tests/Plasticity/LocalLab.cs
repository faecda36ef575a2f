using CostSociety.Conformance.Tests.Gradients;

namespace CostSociety.Conformance.Tests.Plasticity;

/// <summary>
/// x (5) -> y (4 units) learns by a text; z (3) -> y.apical does not learn; one number a sample. The activity of y is
/// tanh(basal + 0.5 apical + bias), and its dynamics keep the name 'drive'.
/// </summary>
internal static class LocalLab
{
    public const int Inputs = 5;
    public const int Units = 4;
    public const int Batch = 6;
    public const string Name = "x -> y";

    public static Circuits.Circuit Circuit(string dw, string options = "", int delay = 0) => GradientLab.ParseCircuit(
        Texts.Circuit(
            """
            "x": { "source": "host", "shape": [5] }, "z": { "source": "host", "shape": [3] }, "amount": { "source": "host", "shape": [1] }
            """,
            """
            "eye": { "reads": "x" }, "ear": { "reads": "z" },
            "y": { "units": 4, "dynamics": "drive = basal + 0.5 * apical; activity = tanh(drive + bias)", "variables": { "bias": 0.125 } }
            """,
            $$"""
            "eye -> y": { "dw": "{{dw}}"{{(delay > 0 ? $", \"delay\": {delay}, \"across\": \"steps\"" : "")}}{{options}} }, "ear -> y.apical": { "plastic": false }
            """,
            Texts.Learning(Batch)),
        Texts.Cost("mean(square(y))", area: "y", teaches: "[\"y\"]", parameters: "\"rate\": \"0.5 / (step + 1)\", \"gate\": \"amount > 0\""));

    public static Society Build(string dw, string options = "", IExecutor? executor = null, int delay = 0) =>
        Society.Build(Circuit(dw, options, delay), executor ?? new OracleExecutor());

    /// <summary>Sets all streams to normal numbers of a seed.</summary>
    public static void Fill(Society society, int seed)
    {
        var random = new Random(seed);
        foreach (var stream in society.Circuit.Streams)
            society.Set(stream.Name, [.. Enumerable.Range(0, society.BatchSize * stream.Width).Select(_ => (float)Normal(random))]);
    }

    public static double[] Weights(Society society, string name = "eye -> y") => [.. society.ReadWeights(name).Select(w => (double)w)];

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static void AssertNear(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"[{i}]: expected {expected[i]:R}, got {actual[i]:R}");
    }
}
