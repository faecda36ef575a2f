using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Tests.Circuits;

/// <summary>What areas and projections take over from <c>defaults</c>.</summary>
public class DefaultsTests
{
    private const string Areas = """
        "retina": { "reads": "x" }, "low": { "class": "sensory", "units": 4 }, "high": { "class": "sensory", "activation": "relu" }, "top": { "units": 2, "dynamics": "tanh(basal)" }
        """;

    private const string Projections = """
        "retina -> low": { "class": "seeing" }, "low -> high": { "class": "seeing", "init": { "constant": 2 } }, "high -> top": { "update": { "momentum": 0.5 } }, "high->retina.apical": { "transpose": "retina -> high" },
        "retina -> high": {}
        """;

    [Fact]
    public void Defaults_FillWhatIsMissing_AndNothingElse()
    {
        var circuit = Parse("""
            "area": { "activation": "tanh", "units": 3, "rule": "feedback-alignment" },
            "projection": { "init": { "normal": 0.5 }, "update": { "kind": "momentum", "rate": 0.25 } }
            """);
        Assert.Equal(["retina 6 - backprop?", "low 4 tanh feedback-alignment", "high 3 relu feedback-alignment", "top 2 - feedback-alignment"],
            circuit.Areas.Select(a => $"{a.Name} {a.Units} {a.Activation ?? "-"} {(a.Reads is null ? a.Rule?.Name : "backprop?")}"));
        Assert.Equal(["normal 0.5", "constant 2", "normal 0.5", "normal 1", "normal 0.5"], circuit.Projections.Select(Init));
        Assert.Equal(["momentum rate=0.25", "momentum rate=0.25", "momentum momentum=0.5 rate=0.25", "momentum rate=0.25", "momentum rate=0.25"], circuit.Projections.Select(Update));
    }

    [Fact]
    public void Defaults_OfNarrowerSelectors_Win_AndOfEqualOnesTheLater()
    {
        string own = """ "#high": { "units": 7 }, "area.sensory": { "units": 5, "activation": "sigmoid" }, "area": { "units": 6 } """;
        Assert.Equal([6, 4, 7, 2], Parse(own).Areas.Select(a => a.Units));
        Assert.Equal(["sigmoid", "relu"], Parse(own).Areas.Skip(1).Take(2).Select(a => a.Activation));
        var projections = Parse("""
            "area": { "units": 3, "activation": "tanh" }, "#low -> high": { "delay": 4 }, "#low->high": { "delay": 5 }, "projection.seeing": { "delay": 2 }, "projection": { "delay": 1 }
            """).Projections;
        Assert.Equal([2, 5, 1, 1, 1], projections.Select(p => p.Delay));
    }

    [Fact]
    public void Defaults_OfAKindThatWasNamed_AreNotMixedWithAnotherKind()
    {
        var circuit = Parse("""
            "area": { "units": 3, "activation": "tanh" }, "projection": { "update": { "kind": "adam", "beta1": 0.5 } }, "projection.seeing": { "update": "sgd" }
            """);
        Assert.Equal(["sgd", "sgd", "adam beta1=0.5 momentum=0.5", "adam beta1=0.5", "adam beta1=0.5"], circuit.Projections.Select(Update).Select(u => u.TrimEnd()));
    }

    [Fact]
    public void Defaults_WithOverrides_GiveWay_AndAreOverriddenThemselves()
    {
        const string Defaults = """ "area": { "units": 3, "activation": "tanh" }, "projection": { "init": { "normal": 0.5 }, "update": { "kind": "momentum", "rate": 0.25 } } """;
        var circuit = Parse(Defaults, "areas.low.units=9", "defaults.area.units=8", "projections.\"low -> high\".update.rate=1", "defaults.\"#high -> top\".delay=3");
        Assert.Equal([6, 9, 8, 2], circuit.Areas.Select(a => a.Units));
        Assert.Equal("momentum rate=1", Update(circuit.Projections[1]));
        Assert.Equal(3, circuit.Projections[2].Delay);
    }

    [Fact]
    public void Defaults_GiveWayToWhatExcludesThem()
    {
        var circuit = Parse("""
            "area": { "units": 6, "activation": "tanh" }, "projection": { "one-to-one": true, "init": { "zero": true } }
            """, "areas.low.units=6", "areas.top.units=6", "projections.\"high -> top\".share=\"retina -> low\"", "projections.\"high->retina.apical\".transpose=\"low -> high\"",
            "projections.\"low -> high\"={\"patch\":{\"size\":1}}", "areas.high.shape=[1,2,3]", "areas.low.shape=[1,2,3]", "projections.\"high->retina.apical\"={\"share\":\"retina -> low\"}");
        Assert.Equal([true, false, true, true, true], circuit.Projections.Select(p => p.OneToOne));
        Assert.Equal(["zero 0", "zero 0", "normal 1", "normal 1", "zero 0"], circuit.Projections.Select(Init));
    }

    [Fact]
    public void ResolvedJson_OfACircuitWithDefaults_IsTheSameCircuit()
    {
        const string Defaults = """
            "area": { "units": 3, "activation": "tanh", "variables": { "bias": 0.5 } }, "area.sensory": { "rule": { "name": "feedback-alignment", "feedback": { "uniform": 2 } } },
            "projection": { "init": { "normal": 0.5 }, "update": { "kind": "momentum", "rate": 0.25 } }, "#retina -> low": { "plastic": false }
            """;
        var circuit = Parse(Defaults, "areas.low.units=9", "defaults.projection.update.rate=0.125");
        var again = Parse(new SourceText("<again>", circuit.ResolvedJson), []);
        Assert.Equal(CircuitText.Write(circuit), CircuitText.Write(again));
        Assert.Equal(circuit.ResolvedJson, again.ResolvedJson);
        Assert.Contains("0.125", circuit.ResolvedJson, StringComparison.Ordinal);
    }

    private static string Init(ProjectionSpec p) => FormattableString.Invariant($"{p.Init.Kind} {p.Init.Gain}");

    private static string Update(ProjectionSpec p) =>
        $"{p.Update!.Kind} {string.Join(" ", p.Update.Parameters.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => $"{x.Key}={x.Value.Text}"))}";

    private static Circuit Parse(string defaults, params string[] overrides) => Parse(new SourceText("<circuit>", $$"""
        {
          "format": 1, "name": "d", "streams": { "x": { "source": "host", "shape": [6] } },
          "areas": { {{Areas}} }, "projections": { {{Projections}} }, "costs": "d.costs.json", "defaults": { {{defaults}} }
        }
        """), overrides);

    private static Circuit Parse(SourceText source, string[] overrides)
    {
        var diagnostics = new Diagnostics();
        var circuit = Circuit.Parse(source, new SourceText("<costs>", """{ "format": 1, "costs": { "top": { "minimize": "mean(square(top))" } } }"""), overrides, diagnostics);
        diagnostics.ThrowIfErrors();
        return circuit!;
    }
}
