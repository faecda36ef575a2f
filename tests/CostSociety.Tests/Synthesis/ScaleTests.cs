using System.Diagnostics;
using System.Globalization;
using System.Text;
using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Tests.Laws;
using Xunit.Abstractions;

namespace CostSociety.Tests.Synthesis;

/// <summary>
/// Large circuits load in time that grows with their size. Processor time counts, which a busy machine does not lengthen
/// much; a quadratic step shows in the growth from a quarter to the whole.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class ScaleTests(ITestOutputHelper output)
{
    private const int Areas = 2000;
    private const double MostSeconds = 8;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Chain_OfManyAreasWithACostEach_Loads(bool lastFirst)
    {
        var quarter = Least(() => Build(Chain(Areas / 4, lastFirst)));
        var whole = Least(() => Build(Chain(Areas, lastFirst)));
        output.WriteLine($"{Areas / 4} areas: {quarter.Elapsed}, {Areas} areas: {whole.Elapsed}");
        Assert.Equal(Areas, whole.Costs);
        Assert.InRange(whole.Elapsed.TotalSeconds, 0, MostSeconds);
        Assert.InRange(whole.Elapsed / quarter.Elapsed, 0, 9);
    }

    [Fact]
    public void ManyAreas_BesideEachOther_Load()
    {
        var built = Build(Star(Areas));
        output.WriteLine($"{built.Elapsed}");
        Assert.Equal(Areas, built.Costs);
        Assert.InRange(built.Elapsed.TotalSeconds, 0, MostSeconds);
    }

    [Fact]
    public void Stages_OfManyAreas_Load()
    {
        string stages = """, "development": [{ "stage": "first", "until": "step >= 10", "plastic": ["a0"] }, { "stage": "second" }]""";
        var built = Build(Chain(Areas, false, stages));
        output.WriteLine($"{built.Elapsed}");
        Assert.InRange(built.Elapsed.TotalSeconds, 0, MostSeconds);
    }

    [Fact]
    public void Area_OfAHundredThousandUnits_Loads()
    {
        const string Large = "\"units\": 100000, \"dynamics\": \"v = 0.9 * v + basal; activity = tanh(v + bias)\", \"variables\": { \"bias\": 0 }";
        var built = Build((
            $$"""
            {
              "format": 1, "name": "large", "streams": { "x": { "source": "host", "shape": [2] }, "y": { "source": "host", "shape": [1] } },
              "areas": { "eye": { "reads": "x" }, "large": { {{Large}} }, "copy": { "units": 100000, "activation": "relu" }, "top": { "units": 1, "activation": "linear" } },
              "projections": { "eye -> large": {}, "large -> copy": { "one-to-one": true }, "copy -> top": {} },
              "learning": { "batch": 2 }, "costs": "c.json"
            }
            """,
            """{ "format": 1, "costs": { "large": { "minimize": "mean(square(large))" }, "top": { "minimize": "mean(square(top - y))", "teaches": "upstream" } } }"""));
        output.WriteLine($"{built.Elapsed}");
        Assert.InRange(built.Elapsed.TotalSeconds, 0, MostSeconds);
    }

    [Fact]
    public void Presentation_OfAThousandTicks_Builds()
    {
        var built = Build((
            """
            {
              "format": 1, "name": "long", "streams": { "x": { "source": "host", "shape": [2] } },
              "areas": { "eye": { "reads": "x" }, "loop": { "units": 4, "dynamics": "tanh(basal + lateral)" } },
              "projections": { "eye -> loop": {}, "loop -> loop.lateral": { "delay": 1 } },
              "learning": { "batch": 2 }, "schedule": [{ "phase": "see", "ticks": 1000 }], "costs": "c.json"
            }
            """,
            """{ "format": 1, "costs": { "loop": { "minimize": "mean(square(loop))" } } }"""));
        output.WriteLine($"{built.Elapsed}");
        Assert.InRange(built.Elapsed.TotalSeconds, 0, MostSeconds);
    }

    private static (TimeSpan Elapsed, int Costs) Least(Func<(TimeSpan Elapsed, int Costs)> build) =>
        Enumerable.Range(0, 3).Select(_ => build()).MinBy(b => b.Elapsed);

    private static (TimeSpan Elapsed, int Costs) Build((string Circuit, string Costs) texts)
    {
        using var process = Process.GetCurrentProcess();
        var start = process.TotalProcessorTime;
        var diagnostics = new Diagnostics();
        var circuit = Circuit.Parse(new SourceText("<circuit>", texts.Circuit), new SourceText("<costs>", texts.Costs), null, diagnostics);
        diagnostics.ThrowIfErrors();
        using var society = Society.Build(circuit!);
        process.Refresh();
        return (process.TotalProcessorTime - start, society.CostTerms.Count);
    }

    /// <summary>eye -> a0 -> a1 -> ...; each area has a cost of its own.</summary>
    private static (string Circuit, string Costs) Chain(int areas, bool lastFirst, string stages = "") =>
        Texts(areas, i => i == 0 ? "eye" : $"a{i - 1}", lastFirst, stages);

    /// <summary>All areas read one.</summary>
    private static (string Circuit, string Costs) Star(int areas) => Texts(areas, _ => "eye", false, "");

    private static (string Circuit, string Costs) Texts(int areas, Func<int, string> sender, bool lastFirst, string stages)
    {
        StringBuilder all = new(), projections = new(), costs = new();
        for (int n = 0; n < areas; n++)
        {
            int i = lastFirst ? areas - 1 - n : n;
            all.Append(CultureInfo.InvariantCulture, $", \"a{i}\": {{ \"units\": 4, \"activation\": \"tanh\" }}");
            projections.Append(CultureInfo.InvariantCulture, $"{(n == 0 ? "" : ", ")}\"{sender(i)} -> a{i}\": {{}}");
            costs.Append(CultureInfo.InvariantCulture, $"{(n == 0 ? "" : ", ")}\"a{i}\": {{ \"minimize\": \"mean(square(a{i} - 0.5))\" }}");
        }
        return ($$"""
            {
              "format": 1, "name": "many", "streams": { "x": { "source": "host", "shape": [4] } },
              "areas": { "eye": { "reads": "x" }{{all}} }, "projections": { {{projections}} }, "learning": { "batch": 2 }, "costs": "many.costs.json"
            }
            """, $$"""{ "format": 1, "costs": { {{costs}} }{{stages}} }""");
    }
}
