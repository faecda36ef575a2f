namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Paths and scopes: through what a gradient flows, and what it changes.</summary>
public sealed class ScopeGradientTests
{
    private const string Streams =
        """ "image": { "source": "host", "shape": [6] }, "target": { "source": "host", "shape": [3] }, "chance": { "source": "host", "shape": [2] } """;

    private const string SocietyAreas =
        """
        "retina": { "reads": "image" },
        "v1": { "units": 5, "activation": "softplus" },
        "it": { "units": 4, "activation": "tanh" },
        "report": { "units": 3, "activation": "softmax" },
        "critic": { "units": 1, "activation": "linear" }
        """;

    private const string SocietyProjections =
        """
        "retina -> v1": {}, "v1 -> it": {}, "it -> report": {}, "v1 -> retina.apical": {},
        "report -> critic": {}, "it -> critic": {}, "it -> v1.apical": { "plastic": false }
        """;

    private const string SocietyMeasures = """ "seen": "batch_mean(mean(retina.apical) + mean(v1.apical))" """;

    private static readonly Dictionary<string, (string Cost, string[] Scope)> _society = new()
    {
        ["v1"] = (
            """ "minimize": { "draw": "mean(square(retina.apical - retina))", "sparse": "0.25 * mean(abs(v1))" }, "why": "the default scope" """,
            ["retina -> v1", "v1.bias", "v1 -> retina.apical"]),
        ["it"] = (
            """ "minimize": "mean(square(batch_mean(it))) + mean(square(v1.apical - v1))", "teaches": ["it", "retina -> v1"] """,
            ["v1 -> it", "it.bias", "retina -> v1"]),
        ["report"] = (
            """ "minimize": "cross_entropy(report, softmax(target))", "teaches": "upstream" """,
            ["retina -> v1", "v1.bias", "v1 -> it", "it.bias", "it -> report", "report.bias"]),
        ["critic"] = (
            """ "minimize": "mean(square(critic - stop(mean(target))))" """, ["report -> critic", "it -> critic", "critic.bias"]),
    };

    /// <summary>All sets of costs of the society.</summary>
    public static TheoryData<string> CostSets => [.. Enumerable.Range(1, 15).Select(set => string.Join(' ', _society.Keys.Where((_, i) => (set >> i & 1) != 0)))];

    [Theory]
    [MemberData(nameof(CostSets))]
    public void Society_OfSeveralScopes_TeachesEachParameterTheCostsThatTeachIt(string areas)
    {
        var costs = areas.Split(' ').ToDictionary(a => a, a => _society[a]);
        using var lab = new GradientLab(Texts.Circuit(Streams, SocietyAreas, SocietyProjections, measures: SocietyMeasures), CostText(costs));
        foreach (var parameter in lab.Parameters.ToList())
        {
            string[] terms = [.. lab.Society.CostTerms.Where(t => costs[t[..t.IndexOf('.')]].Scope.Contains(parameter.Name))];
            lab.Check(() => terms.Sum(lab.Cost), parameter.Name);
        }
    }

    [Fact]
    public void Cost_OutsideItsScope_ChangesExactlyNothing()
    {
        foreach (var (area, cost) in _society)
        {
            using var lab = new GradientLab(Texts.Circuit(Streams, SocietyAreas, SocietyProjections, measures: SocietyMeasures), CostText(new() { [area] = cost }));
            foreach (var (name, gradient) in lab.Gradients())
                Assert.Equal(cost.Scope.Contains(name), GradientLab.Largest(gradient) != 0);
        }
    }

    [Fact]
    public void Generator_ThroughADiscriminator_ChangesOnlyItself()
    {
        using var lab = new GradientLab(Texts.Circuit(Streams, GanAreas, GanProjections), GanCosts);
        Assert.All(lab.Gradients().Values, g => Assert.NotEqual(0, GradientLab.Largest(g)));
        lab.Check(() => lab.Cost("generator.fool"), "seed -> generator", "generator.bias");
        lab.Check(() => lab.Cost("judge.tell"), "generator -> judge", "judge.bias", "judge -> verdict", "verdict.bias");
    }

    [Theory]
    [InlineData("generator", "seed -> generator", "generator.bias")]
    [InlineData("judge", "generator -> judge", "judge.bias", "judge -> verdict", "verdict.bias")]
    public void Adversary_Alone_LeavesTheOtherExactlyAsItIs(string area, params string[] scope)
    {
        string cost = GanCosts.Split('\n').First(l => l.Contains($"\"{area}\": {{", StringComparison.Ordinal)).TrimEnd().TrimEnd(',');
        using var lab = new GradientLab(Texts.Circuit(Streams, GanAreas, GanProjections), Texts.Costs(cost));
        foreach (var (name, gradient) in lab.Gradients())
            Assert.Equal(scope.Contains(name), GradientLab.Largest(gradient) != 0);
    }

    [Theory]
    [InlineData("amount", "amount", 5)]
    [InlineData("amount", "amount", 2)]
    [InlineData("amount * amount + 1", "amount * amount + 1", 5)]
    [InlineData("amount * amount + 1", "amount * amount + 1", 2)]
    [InlineData("how_much", "amount", 5)]
    [InlineData("how_much", "amount", 2)]
    [InlineData("2 * how_much", "2 * amount", 5)]
    [InlineData("2 * how_much", "2 * amount", 2)]
    [InlineData("how_many", "4", 5)]
    [InlineData("how_many", "4", 2)]
    [InlineData("ramp(step, -1, 3)", "0.25", 5)]
    [InlineData("ramp(step, -1, 3)", "0.25", 2)]
    [InlineData("batch_mean(amount)", "batch_mean(amount)", 5)]
    [InlineData("batch_mean(amount)", "batch_mean(amount)", 2)]
    [InlineData("mean(square(hidden))", "mean(square(hidden))", 5)]
    [InlineData("mean(square(hidden))", "mean(square(hidden))", 2)]
    public void Weight_OfACost_ScalesEachSample(string weight, string meaning, int samples)
    {
        string measures = $"\"objective\": \"batch_mean(({meaning}) * mean(square(report - target)))\"";
        using var lab = new GradientLab(
            Texts.Layers(batch: 5, measures: measures),
            Texts.Cost("mean(square(report - target))", weight: weight, parameters: "\"how_much\": \"amount\", \"how_many\": \"2 + 2\""));
        lab.Samples = samples;
        lab.Check(() => lab.Measure("objective"));
    }

    [Fact]
    public void Parameter_FromAStream_IsANumberOfEachSample()
    {
        string measures = "\"objective\": \"batch_mean(mean(square(report - target)) * amount + dot(report, target) / (square(amount) + 1))\"";
        using var lab = new GradientLab(
            Texts.Layers(measures: measures),
            Texts.Cost("tone * mean(square(report - target)) + dot(report, goal) / (square(tone) + 1)",
                parameters: "\"tone\": \"amount\", \"goal\": \"target\""));
        lab.Check(() => lab.Measure("objective"));
    }

    [Fact]
    public void Costs_OfOneScope_ShareAPass()
    {
        using var lab = new GradientLab(Texts.Layers(), Texts.Costs("""
            "hidden": { "minimize": "mean(square(hidden))", "weight": 0.5, "teaches": "upstream" },
            "report": { "minimize": "mean(square(report - target))", "weight": 2, "teaches": "upstream" }
            """));
        Assert.Single(lab.Society.Synthesized.Passes);
        lab.Check(() => 0.5 * lab.Cost("hidden.cost") + 2 * lab.Cost("report.cost"));
    }

    [Fact]
    public void PartialBatch_OfTheFirstStep_KeepsRowsNobodyFilledOutOfTheGradient()
    {
        string linear = "\"dynamics\": \"basal\"";
        using var society = Society.Build(
            GradientLab.ParseCircuit(
                Texts.Layers(hidden: linear, report: linear),
                Texts.Cost("norm(hidden) + mean(log(square(amount))) + norm(report - target) / norm(target)")),
            new OracleExecutor());
        society.Set("image", [1, 2, 3, 4, 5, 6, 7, 8]);
        society.Set("target", [0.5f, 1, 2, 3, 4, 5]);
        society.Set("amount", [1, 2]);
        society.Step(2);
        Assert.All(society.ReadWeights("retina -> hidden").ToArray(), w => Assert.True(float.IsFinite(w)));
    }

    private const string GanAreas =
        """
        "seed": { "reads": "chance" },
        "generator": { "units": 6, "activation": "tanh" },
        "judge": { "units": 5, "activation": "tanh" },
        "verdict": { "units": 1, "activation": "sigmoid" }
        """;

    private const string GanProjections = """ "seed -> generator": {}, "generator -> judge": {}, "judge -> verdict": {} """;

    private const string GanCosts =
        """
        { "format": 1, "costs": {
            "generator": { "minimize": { "fool": "-sum(log(verdict))" }, "teaches": ["generator"] },
            "judge": { "minimize": { "tell": "-sum(log(1 - verdict))" }, "teaches": ["judge", "verdict"] }
        } }
        """;

    private static string CostText(Dictionary<string, (string Cost, string[] Scope)> costs) =>
        Texts.Costs(string.Join(",\n", costs.Select(c => $"\"{c.Key}\": {{ {c.Value.Cost} }}")));
}
