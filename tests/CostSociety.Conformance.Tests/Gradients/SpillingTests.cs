using CostSociety.Fabric.Simd;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>Programs that need more values at once than there are registers: the same gradients, through memory.</summary>
public sealed class SpillingTests
{
    private const int Deep = 90;

    /// <summary>Texts whose values all stay alive until the way back.</summary>
    public static TheoryData<string> DeepTexts =>
    [
        Nested("sin(1.01 * ", "report", ")"),
        Nested("tanh(amount + ", "report", ")"),
        Nested("(report * {0} / 90 + square(", "report", ") / 10)"),
        Nested("sin({0} * report) + 0.5 * cos(report / {0} + (", "report", "))"),
        $"sum({string.Join(" * ", Enumerable.Range(1, Deep).Select(i => $"(1 + 0.01 * sin({i} * report))"))}) + batch_mean(mean(report))",
        $"({string.Join(" * ", Enumerable.Range(1, Deep).Select(i => $"(1 + 0.01 * mean(sin({i} * report)))"))})",
    ];

    [Theory]
    [MemberData(nameof(DeepTexts))]
    public void DeepText_HasTheGradientOfDifferences(string cost)
    {
        using var lab = new GradientLab(Texts.Layers(), Texts.Cost(cost));
        Assert.Contains("spilled", string.Join(' ', Operations(cost)), StringComparison.Ordinal);
        lab.Check();
    }

    [Theory]
    [MemberData(nameof(DeepTexts))]
    public void DeepText_GivesTheSameOnSimd(string cost)
    {
        var circuit = GradientLab.ParseCircuit(Texts.Layers(), Texts.Cost(cost));
        using var oracle = Society.Build(circuit, new OracleExecutor());
        using var simd = Society.Build(circuit, new SimdExecutor(2));
        foreach (var society in (Society[])[oracle, simd])
        {
            foreach (var stream in circuit.Streams)
                society.Set(stream.Name, [.. Enumerable.Range(0, society.BatchSize * stream.Width).Select(i => MathF.Sin(i))]);
            society.Step(society.BatchSize);
        }
        Assert.Equal(oracle.CostValues[0], simd.CostValues[0], 1e-4 * Math.Abs(oracle.CostValues[0]) + 1e-5);
    }

    private static IEnumerable<string> Operations(string cost)
    {
        var circuit = GradientLab.ParseCircuit(Texts.Layers(), Texts.Cost(cost));
        var programs = Synthesis.Synthesizer.Run(circuit, circuit.Costs, new Language.Diagnostics())!.Bitstream.Programs;
        return programs.Where(p => p.Registers > 55).Select(_ => "spilled");
    }

    private static string Nested(string open, string inner, string close) => "sum(" + string.Concat(
        Enumerable.Range(1, Deep).Select(i => open.Replace("{0}", $"{i}", StringComparison.Ordinal))) + inner + string.Concat(Enumerable.Repeat(close, Deep)) + ")";
}
