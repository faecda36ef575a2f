using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Tests.Circuits;

public class OverrideTests
{
    private const string Society = "circuits/digits/society.circuit.json";

    [Theory]
    [InlineData("learning.rule=frozen")]
    [InlineData("learning.rule=\"frozen\"")]
    [InlineData("learning.rule.name=frozen")]
    [InlineData("\"learning\".\"rule\"=frozen")]
    public void Load_RuleOverridden_ChangesTheRule(string change) =>
        Assert.Equal("frozen", Circuit.Load(Society, [change]).Learning.Rule.Name);

    [Theory]
    [InlineData("projections.\"v1 -> retina.apical\".update.rate=0.01")]
    [InlineData("projections.\"v1->retina . apical\".update.rate=0.01")]
    public void Load_RateOfOneProjection_KeepsTheRestOfTheUpdate(string change)
    {
        var update = Circuit.Load(Society, [change]).Projections[3].Update!;

        Assert.Equal("momentum", update.Kind);
        Assert.Equal(("0.01", "0.9"), (update.Parameters["rate"].Text, update.Parameters["momentum"].Text));
    }

    [Fact]
    public void Load_ParameterOfAnUpdateGivenAsText_MakesAnObject()
    {
        var update = Circuit.Load(Society, ["learning.update=adam", "learning.update.rate=0.05 * 0.9^epoch"]).Learning.Update;

        Assert.Equal(("adam", "0.05 * 0.9^epoch"), (update.Kind, Assert.Single(update.Parameters).Value.Text));
    }

    [Fact]
    public void Load_FeedbackOfARuleGivenAsText_MakesAnObject()
    {
        var rule = Circuit.Load(Society, ["learning.rule=feedback-alignment", "learning.rule.feedback.normal=2", "learning.rule.feedback.fan=out"]).Learning.Rule;

        Assert.Equal("feedback-alignment", rule.Name);
        Assert.Equal((2, true), (rule.Feedback!.Gain, rule.Feedback.FanOut));
    }

    [Fact]
    public void Load_KeyThatExcludesAnother_ReplacesIt()
    {
        var circuit = Circuit.Load(Society, ["run.steps=7", "areas.it.activation=relu", "projections.\"v1 -> it\".init.uniform=0.5"]);

        Assert.Equal((null, 7), (circuit.Run.Epochs, circuit.Run.Steps));
        Assert.Equal(("relu", null), (circuit.Areas[2].Activation, circuit.Areas[2].Dynamics));
        Assert.Equal(("uniform", 0.5), (circuit.Projections[1].Init.Kind, circuit.Projections[1].Init.Gain));
    }

    [Fact]
    public void Load_CostsPrefix_ReachesTheCostFile()
    {
        var circuit = Circuit.Load(Society, ["costs:parameters.sparsity=0.1", "costs:costs.report.minimize.extra=mean(report)", "costs:development.0.until=step >= 5"]);

        Assert.Equal("0.1", circuit.Costs.Parameters[0].Text.Text);
        Assert.Equal(["cost", "extra"], circuit.Costs.Costs[1].Terms.Select(t => t.Name));
        Assert.Equal("step >= 5", circuit.Costs.Development[0].Until!.Text);
    }

    [Fact]
    public void CostFileLoad_Override_WorksWithAndWithoutPrefix()
    {
        foreach (string change in new[] { "parameters.sparsity=0.3", "costs:parameters.sparsity=0.3" })
            Assert.Equal("0.3", CostFile.Load("circuits/digits/sparse-then-read.costs.json", [change]).Parameters[0].Text.Text);
    }

    [Fact]
    public void ResolvedJson_WithOverrides_GivesTheSameCircuit()
    {
        var circuit = Circuit.Load(Society, ["learning.update.rate=\"a \\\"quoted\\\" text\"", "name=größe 😀", "run.steps=7", "costs:parameters.sparsity=1e-3"]);
        var diagnostics = new Diagnostics();

        var again = Circuit.Parse(new SourceText(Society, circuit.ResolvedJson), new SourceText("costs", circuit.Costs.ResolvedJson), null, diagnostics)!;

        Assert.Equal(CircuitText.Write(circuit), CircuitText.Write(again));
        Assert.Equal("a \"quoted\" text", again.Learning.Update.Parameters["rate"].Text);
    }

    [Theory]
    [InlineData("learning.rule", "COST3023", 0)]
    [InlineData("learning..rule=x", "COST3023", 9)]
    [InlineData("\"learning.rule=x", "COST3023", 0)]
    [InlineData("=x", "COST3023", 0)]
    [InlineData("learning.batch.size=3", "COST3023", 15)]
    [InlineData("schedule.4.ticks=3", "COST3023", 9)]
    [InlineData("lerning.rule=x", "COST3003", 0)]
    [InlineData("learning.batch=many", "COST3004", 15)]
    [InlineData("learning.batch=0", "COST3005", 15)]
    [InlineData("learning.rate=0.1", "COST3008", 9)]
    [InlineData("costs:costs.v1.wieght=3", "COST3003", 15)]
    [InlineData("areas.new.units=3", "COST3006", 6)]
    public void TryLoad_WrongOverride_PointsIntoIt(string change, string id, int place)
    {
        var diagnostics = new Diagnostics();

        var circuit = Circuit.TryLoad(Society, [change], diagnostics);

        Assert.Null(circuit);
        Assert.Contains(diagnostics.Items, d => d.Id == id && d.Span.Source == new SourceText("--set", change) && d.Span.Start == place);
    }
}
