using System.Numerics.Tensors;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Two projections share a bank; a stage lets one, the other, or both learn.</summary>
public class SharedPlasticityTests
{
    private const string Encoder = "\"eye -> inner\"";
    private const string Decoder = "\"inner -> eye.apical\"";

    private const string Text = """
        {
          "format": 1, "name": "tied",
          "streams": { "x": { "source": "host", "shape": [6] } },
          "areas": { "eye": { "reads": "x" }, "inner": { "units": 4, "activation": "tanh" } },
          "projections": { "eye -> inner": {}, "inner -> eye.apical": { "transpose": "eye -> inner" } },
          "learning": { "update": { "kind": "sgd", "rate": 1 }, "batch": 3 },
          "costs": "tied.costs.json"
        }
        """;

    [Fact]
    public void Stage_NamesOneOfTwoUses_OnlyItsGradientCounts()
    {
        float[] encoder = Change(Encoder), decoder = Change(Decoder), both = Change($"{Encoder}, {Decoder}");

        Assert.Contains(encoder, c => Math.Abs(c) > 1e-3f);
        Assert.Contains(decoder, c => Math.Abs(c) > 1e-3f);
        for (int i = 0; i < both.Length; i++)
            Assert.Equal(encoder[i] + decoder[i], both[i], 1e-5f);
    }

    private static float[] Change(string plastic)
    {
        string costs = $$"""
            {
              "format": 1, "name": "tied",
              "costs": { "inner": { "minimize": "mean(square(eye.apical - eye))", "teaches": "upstream" } },
              "development": [{ "stage": "only", "plastic": [{{plastic}}] }]
            }
            """;
        using var society = Society.Build(GradientLab.ParseCircuit(Text, costs), new OracleExecutor());
        float[] before = Weights(society);
        society.Set("x", [1, 2, 3, 4, 5, 6, -1, 0, 2, 0, 1, 0, 0.5f, 1, -2, 3, 0, 1]);
        society.Step(3);
        return [.. Weights(society).Zip(before, (after, was) => after - was)];
    }

    private static float[] Weights(Society society)
    {
        var tensor = society.ReadWeights("eye -> inner");
        float[] values = new float[(int)tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }
}
