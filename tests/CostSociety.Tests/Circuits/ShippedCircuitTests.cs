using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Tests.Circuits;

public class ShippedCircuitTests
{
    public static TheoryData<string> Circuits => [.. ShippedFiles.Paths.Where(p => p.EndsWith(".circuit.json", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Circuits))]
    public void Load_ShippedCircuit_HasNoMessages(string path)
    {
        var diagnostics = new Diagnostics();

        var circuit = Circuit.TryLoad(path, null, diagnostics);

        Assert.Equal("", string.Join("\n", diagnostics.Items.Select(DiagnosticText.Render)));
        Assert.NotNull(circuit);
    }

    [Theory]
    [MemberData(nameof(Circuits))]
    public void ResolvedJson_ReadAgain_GivesTheSameCircuit(string path)
    {
        var circuit = Circuit.Load(path);
        var diagnostics = new Diagnostics();

        var again = Circuit.Parse(new SourceText(path, circuit.ResolvedJson), diagnostics)!;

        Assert.Equal(circuit.ResolvedJson, again.ResolvedJson);
        Assert.Equal(CircuitText.Write(circuit), CircuitText.Write(again));
    }

    [Fact]
    public void Load_Society_KeepsWhatTheFileSays()
    {
        var circuit = Circuit.Load("circuits/digits/society.circuit.json");

        Assert.Equal(["image", "label"], circuit.Streams.Select(s => s.Name));
        Assert.Equal(new[] { 10 }, circuit.Streams[1].Shape);
        Assert.Equal(["retina", "v1", "it", "report"], circuit.Areas.Select(a => a.Name));
        Assert.Equal(new[] { 1, 8, 8 }, circuit.Areas[0].Shape);
        Assert.Equal(288, circuit.Areas[1].Units);
        Assert.Equal("v1 -> retina.apical", circuit.Projections[3].Name);
        Assert.Equal("0.05 * 0.97^epoch", circuit.Learning.Update.Parameters["rate"].Text);
        Assert.Equal((30, 200, 1), (circuit.Run.Epochs, circuit.Run.CheckpointEverySteps, circuit.Run.MeasureEveryEpochs));
        Assert.Equal(["reconstruct", "sparse"], circuit.Costs.Costs[0].Terms.Select(t => t.Name));
        Assert.Equal("upstream", Assert.Single(circuit.Costs.Costs[1].Teaches).Name);
        Assert.Equal(["eyes", "school"], circuit.Costs.Development.Select(s => s.Name));
    }
}
