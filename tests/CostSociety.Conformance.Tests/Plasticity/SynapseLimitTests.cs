using CostSociety.Circuits;
using CostSociety.Conformance.Tests.Gradients;
using CostSociety.Data;
using CostSociety.Fabric.Simd;
using CostSociety.Language;
using CsCheck;

namespace CostSociety.Conformance.Tests.Plasticity;

/// <summary>Density, mask, sign and bounds: what no training may break.</summary>
public class SynapseLimitTests
{
    private const string First = "eye -> inner";
    private const int Inputs = 7;
    private const int Units = 20;

    private static readonly Gen<(double Density, string Mask, string Limits, string Rule, string Update, int Seed)> _cases = Gen.Select(
        OneOf(0.0, 0.1, 0.5, 0.9, 1.0),
        OneOf("", "input != unit % 7", "abs(input / inputs - unit / units) < 0.4"),
        OneOf("", "\"sign\": \"excitatory\"", "\"sign\": \"inhibitory\"", "\"bounds\": [-0.2, 0.3]", "\"bounds\": [0.1, 0.3]",
            "\"sign\": \"inhibitory\", \"bounds\": [-0.25, 1]"),
        OneOf("backprop", "feedback-alignment", "sign-symmetric", "dw"),
        OneOf("sgd", "momentum", "adam", "manhattan", "{ \"kind\": \"momentum\", \"rate\": 0.1, \"clip\": 0.1, \"decay\": 0.1 }"),
        Gen.Int[1, 1000]);

    [Fact]
    public void Limits_AfterTraining_Hold() => _cases.Sample(
        (density, mask, limits, rule, update, seed) =>
        {
            using var society = Build(density, mask.Replace("unit % 7", "(unit - 7 * floor(unit / 7))", StringComparison.Ordinal), limits, rule, update, seed);
            float[] exists = Mask(society);
            Check(society, exists);
            float[] before = Weights(society), all = All(society);
            Train(society, 8, seed);
            Check(society, exists);
            Assert.Equal(exists, Mask(society));
            // With a synapse or two for each unit, all of the second bank may begin at a bound of 0: nothing teaches the first one then.
            if (density >= 0.5)
                Assert.NotEqual(before, Weights(society));
            Assert.NotEqual(all, All(society));
        },
        iter: 60, threads: 1);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.3, 2)]
    [InlineData(0.5, 4)]
    [InlineData(0.99, 7)]
    public void Density_OfEveryUnit_IsTheFraction(double density, int expected)
    {
        using var society = Build(density, "", "", "backprop", "sgd", 3);

        Assert.All(Weights(society).Chunk(Inputs), row => Assert.Equal(expected, row.Count(w => w != 0)));
    }

    [Fact]
    public void Density_OfAMask_IsAFractionOfWhatItLeaves()
    {
        using var society = Build(0.5, "input < 4", "", "backprop", "sgd", 3);

        Assert.All(Weights(society).Chunk(Inputs), row => Assert.Equal(([2, 0]), [row[..4].Count(w => w != 0), row[4..].Count(w => w != 0)]));
    }

    [Fact]
    public void Density_WithAnotherSeed_DrawsOtherSynapses()
    {
        using var one = Build(0.5, "", "", "backprop", "sgd", 3);
        using var same = Build(0.5, "", "", "frozen", "adam", 3);
        using var other = Build(0.5, "", "", "backprop", "sgd", 4);

        Assert.Equal(Mask(one), Mask(same));
        Assert.NotEqual(Mask(one), Mask(other));
    }

    [Fact]
    public void Density_OfNormalWeights_KeepsTheVarianceOfTheSum()
    {
        using var society = Build(0.3, "", "", "backprop", "sgd", 3);
        using var dense = Build(1, "", "", "backprop", "sgd", 3);
        float[] exists = Mask(society), all = Weights(dense);

        Assert.Equal([.. all.Select((w, i) => w * exists[i] * (float)Math.Sqrt(Inputs / 2.0))], Weights(society), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Mask_OfAText_IsEvaluatedForEverySynapse()
    {
        using var society = Build(1, "input != unit and (input + unit) / (inputs + units) < 0.5", "", "backprop", "sgd", 3);

        Assert.Equal([.. Enumerable.Range(0, Inputs * Units).Select(i =>
            i % Inputs != i / Inputs && (i % Inputs + i / Inputs) / (double)(Inputs + Units) < 0.5 ? 1f : 0f)], Mask(society));
    }

    [Fact]
    public void Mask_OfAFile_IsRead()
    {
        string folder = Directory.CreateTempSubdirectory("costsociety").FullName;
        float[] values = [.. Enumerable.Range(0, Inputs * Units).Select(i => i % 3 == 0 ? 0f : 0.5f)];
        Npy.Save(Path.Combine(folder, "mask.npy"), [Units, Inputs], values);
        var diagnostics = new Diagnostics();
        var circuit = Circuit.Parse(
            new SourceText(Path.Combine(folder, "c.circuit.json"), Json("\"mask\": { \"file\": \"mask.npy\" }", "backprop", "sgd", 1)
                .Replace("\"inner -> out\": { \"mask\": { \"file\": \"mask.npy\" } }", "\"inner -> out\": {}", StringComparison.Ordinal)),
            new SourceText("c.costs.json", Cost), null, diagnostics);
        diagnostics.ThrowIfErrors();

        using var society = Society.Build(circuit!, new SimdExecutor(1));
        var moved = GradientLab.ParseCircuit(circuit!.ResolvedJson, Cost);
        Assert.Equal(Path.Combine(folder, "mask.npy"), moved.Projections[0].Synapses.MaskFile);
        Directory.Delete(folder, recursive: true);

        Assert.Equal([.. values.Select(v => v == 0 ? 0f : 1f)], Mask(society));
    }

    [Fact]
    public void Gradient_OfAMaskedBank_IsTheGradientWhereSynapsesExist()
    {
        using var masked = Lab("\"density\": 0.4");
        using var full = Lab("");
        foreach (var parameter in masked.Parameters)
            full.Society.WriteWeights(parameter.Name, masked.Society.ReadBank(parameter.Bank));

        var (expected, actual) = (full.Gradients(), masked.Gradients());

        foreach (var parameter in masked.Parameters)
        {
            float[]? exists = parameter.Mask is { } mask ? masked.Society.ReadBank(mask) : null;
            LocalLab.AssertNear([.. expected[parameter.Name].Select((g, at) => g * (exists?[at] ?? 1))], actual[parameter.Name], 1e-7);
            Assert.True(GradientLab.Largest(actual[parameter.Name]) > 1e-3);
        }
    }

    private static GradientLab Lab(string keys) => new(
        Society.Build(GradientLab.ParseCircuit(Json(keys, "backprop", "{ \"kind\": \"sgd\", \"rate\": 1 }", 3), Cost), new OracleExecutor()), 1);

    [Fact]
    public void WriteWeights_OutsideTheLimits_AreHeld()
    {
        using var society = Build(1, "input > 0", "\"bounds\": [-0.5, 0.5]", "backprop", "sgd", 1);

        society.WriteWeights(First, [.. Enumerable.Repeat(2f, Inputs * Units)]);

        Assert.All(Weights(society).Chunk(Inputs), row => Assert.Equal([0, .. Enumerable.Repeat(0.5f, Inputs - 1)], row));
    }

    [Theory]
    [InlineData("backprop")]
    [InlineData("dw")]
    public void Resume_OfAMaskedSociety_IsTheSameBitForBit(string rule)
    {
        using var whole = Build(0.5, "", "\"sign\": \"excitatory\"", rule, "adam", 5);
        using var first = Build(0.5, "", "\"sign\": \"excitatory\"", rule, "adam", 5);
        using var second = Build(0.5, "", "\"sign\": \"excitatory\"", rule, "adam", 5);
        Train(whole, 6, 1);
        Train(first, 3, 1);
        using var stream = new MemoryStream();
        first.Save(stream);
        stream.Position = 0;
        second.Load(stream);
        Train(second, 3, 1);

        Assert.Equal(Weights(whole), Weights(second));
    }

    [Fact]
    public void Swap_OfCosts_KeepsMasksAndTexts()
    {
        using var society = Build(0.5, "", "", "dw", "sgd", 5);
        float[] exists = Mask(society);
        var diagnostics = new Diagnostics();
        var costs = Costs.CostFile.Parse(new SourceText("other", Texts.Cost("mean(abs(out - t))", "out")), diagnostics);

        Train(society, 2, 1);
        float[] before = Weights(society);
        society.Swap(costs!);
        Assert.Equal(before, Weights(society));
        Train(society, 2, 1);

        Assert.NotEqual(before, Weights(society));
        Check(society, exists);
    }

    [Fact]
    public void Transposed_UseOfALimitedBank_LearnsWithinTheLimits()
    {
        string json = Texts.Circuit(
            "\"x\": { \"source\": \"host\", \"shape\": [7] }",
            "\"eye\": { \"reads\": \"x\" }, \"inner\": { \"units\": 20, \"activation\": \"relu\" }",
            "\"eye -> inner\": { \"density\": 0.5, \"sign\": \"excitatory\" }, \"inner -> eye.apical\": { \"transpose\": \"eye -> inner\" }",
            "\"learning\": { \"update\": { \"kind\": \"sgd\", \"rate\": 0.2 }, \"batch\": 4 }");
        using var society = Society.Build(GradientLab.ParseCircuit(json, Texts.Cost("mean(square(eye.apical - eye))", "inner")), new SimdExecutor(1));
        float[] exists = Mask(society), before = Weights(society);

        Train(society, 5, 2);

        Assert.NotEqual(before, Weights(society));
        Assert.All(Weights(society).Zip(exists), e => Assert.True(e.Second == 1 ? e.First >= 0 : e.First == 0));
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>Positions with weights of their own: masks and signs hold for each, and a clip bounds each by itself.</summary>
    [Fact]
    public void OwnWeights_OfPositions_AreLimitedEachByItself()
    {
        using var society = Society.Build(GradientLab.ParseCircuit(
            Texts.Circuit(
                "\"x\": { \"source\": \"host\", \"shape\": [1, 4, 4] }",
                "\"eye\": { \"reads\": \"x\" }, \"m\": { \"shape\": [2, 2, 2], \"activation\": \"tanh\" }",
                "\"eye -> m\": { \"patch\": { \"size\": 2, \"stride\": 2, \"shared\": false }, \"density\": 0.5, \"sign\": \"excitatory\" }",
                "\"learning\": { \"update\": { \"kind\": \"sgd\", \"rate\": 0.5, \"clip\": 0.01 }, \"batch\": 4 }"),
            Texts.Cost("sum(square(m - 2))", "m", "[\"m\"]")), new SimdExecutor(1));
        float[] exists = Mask(society, 0), before = [.. society.ReadWeights("eye -> m")];
        Assert.All(exists.Chunk(4), row => Assert.Equal(2, row.Sum()));

        LocalLab.Fill(society, 3);
        society.Step(4);

        float[] after = [.. society.ReadWeights("eye -> m")];
        Assert.All(after.Zip(exists), e => Assert.True(e.Second == 1 ? e.First >= 0 : e.First == 0));
        for (int site = 0; site < 4; site++)
        {
            double norm = Math.Sqrt(Enumerable.Range(0, after.Length).Where(i => i / 4 % 4 == site).Sum(i => Math.Pow(after[i] - before[i], 2)));
            Assert.InRange(norm, 1e-4, 0.5 * 0.01 * 1.001);
        }
    }

    private static float[] Mask(Society society, int parameter) => society.ReadBank(society.Synthesized.Parameters.All[parameter].Mask!);

    private static string Cost => Texts.Cost("mse(out, t)", "out");

    private static Society Build(double density, string mask, string limits, string rule, string update, int seed)
    {
        string[] keys = [FormattableString.Invariant($"\"density\": {density}"), mask.Length > 0 ? $"\"mask\": \"{mask}\"" : "", limits];
        return Society.Build(GradientLab.ParseCircuit(Json(string.Join(", ", keys.Where(k => k.Length > 0)), rule, update, seed), Cost), new SimdExecutor(1));
    }

    /// <summary>x (7) -> inner (20) -> out (3); the first projection and the second are limited.</summary>
    private static string Json(string keys, string rule, string update, int seed) => Texts.Circuit(
        "\"x\": { \"source\": \"host\", \"shape\": [7] }, \"t\": { \"source\": \"host\", \"shape\": [3] }",
        """
        "eye": { "reads": "x" }, "inner": { "units": 20, "activation": "tanh" },
        "out": { "units": 3, "activation": "linear" }
        """,
        $"\"eye -> inner\": {{ {keys}{(rule == "dw" ? ", \"dw\": \"0.3 * pre * (post - pre) + 0.1 * where(pre > post, 1, w)\"" : "")} }}, \"inner -> out\": {{ {keys} }}",
        $"\"learning\": {{ \"rule\": \"{(rule == "dw" ? "backprop" : rule)}\", \"update\": {(update.StartsWith('{') ? update : $"\"{update}\"")}, \"batch\": 4, \"seed\": {seed} }}");

    private static void Train(Society society, int steps, int seed)
    {
        for (int i = 0; i < steps; i++)
        {
            LocalLab.Fill(society, seed * 1000 + (int)society.Age);
            society.Step(4);
        }
    }

    /// <summary>Both limited projections keep mask, sign and bounds; moments and feedback of what does not exist are 0.</summary>
    private static void Check(Society society, float[] exists)
    {
        foreach (var parameter in society.Synthesized.Parameters.All.Where(p => p.Projection is not null))
        {
            float[] there = parameter.Mask is { } mask ? society.ReadBank(mask) : [.. Enumerable.Repeat(1f, parameter.Inputs * parameter.Units)];
            float least = (float)parameter.Synapses.Least, most = (float)parameter.Synapses.Most;
            Assert.All(society.ReadBank(parameter.Bank).Zip(there), e => Assert.True(e.Second == 0 ? e.First == 0 : e.First >= least && e.First <= most));
            foreach (var bank in parameter.Moments.Concat(parameter.Feedback is { } feedback ? [feedback] : []))
                Assert.All(society.ReadBank(bank).Zip(there).Where(e => e.Second == 0), e => Assert.Equal(0, e.First));
        }
        Assert.Equal(Inputs * Units, exists.Length);
    }

    private static float[] Mask(Society society) =>
        society.Synthesized.Parameters.All[0].Mask is { } mask ? society.ReadBank(mask) : [.. Enumerable.Repeat(1f, Inputs * Units)];

    private static float[] Weights(Society society) => [.. society.ReadWeights(First)];

    private static float[] All(Society society) => [.. society.Synthesized.Parameters.All.SelectMany(p => society.ReadBank(p.Bank))];
}
