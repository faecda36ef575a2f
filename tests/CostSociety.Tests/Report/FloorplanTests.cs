using System.Xml.Linq;
using CostSociety.Report;

namespace CostSociety.Tests.Report;

public sealed class FloorplanTests
{
    [Fact]
    public void From_Digits_CountsWhatTheCircuitHas()
    {
        var plan = Floorplan.From(SampleCircuits.Digits());

        Assert.Equal([4, 18, 2, 1], plan.Areas.Select(area => area.Tiles));
        Assert.Equal([0, 1, 2, 3], plan.Areas.Select(area => area.Depth));
        Assert.Equal([72L, 288 * 32, 320, 288 * 64], plan.Projections.Select(p => p.Weights));
        Assert.Equal([false, false, false, true], plan.Projections.Select(p => p.Feedback));
        Assert.Equal(["report"], plan.Streams[1].UsedBy);
    }

    [Fact]
    public void From_Digits_KnowsWhatIsPlasticWhen()
    {
        var plan = Floorplan.From(SampleCircuits.Digits());

        Assert.Equal([false, false], plan.Areas[0].PlasticIn);
        Assert.Equal([true, true], plan.Areas[1].PlasticIn);
        Assert.Equal([false, true], plan.Areas[2].PlasticIn);
        Assert.Equal([true, true], plan.Projections[3].PlasticIn);
    }

    [Fact]
    public void From_Tangle_FindsFeedbackAndSharedBanks()
    {
        var plan = Floorplan.From(SampleCircuits.Tangle());
        var byName = plan.Projections.ToDictionary(p => p.Name);

        Assert.Equal(0, byName["v1 -> eye.apical"].Weights);
        Assert.Equal(5L * 5 * 3 * 32 * 16 * 16, byName["eye -> v1"].Weights);
        Assert.True(byName["binding -> binding.lateral"].Feedback);
        Assert.False(byName["eye -> report"].Feedback);
        Assert.DoesNotContain(true, byName["report -> v1.apical"].PlasticIn);
        Assert.Equal(3, plan.Areas.Single(area => area.Name == "report").Depth);
    }

    [Fact]
    public void Svg_AnyPlan_IsXmlInsideItsBox()
    {
        foreach (var circuit in new[] { SampleCircuits.Digits(), SampleCircuits.Tangle() })
        {
            var plan = Floorplan.From(circuit);
            var svg = XElement.Parse(FloorplanSvg.Render(plan));
            string text = svg.Value;

            Assert.All(plan.Areas, area => Assert.Contains(area.Name, text, StringComparison.Ordinal));
            Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
            Assert.Equal(plan.Areas.Count, svg.Descendants().Count(e => (string?)e.Attribute("class") == "box"));
        }
    }

    [Fact]
    public void Svg_Areas_DoNotOverlap()
    {
        var nodes = new FloorplanLayout(Floorplan.From(SampleCircuits.Tangle())).Nodes;

        foreach (var a in nodes)
            Assert.DoesNotContain(nodes, b => a != b && a.X < b.X + b.Width && b.X < a.X + a.Width && a.Y < b.Y + b.Height && b.Y < a.Y + a.Height);
    }

    [Fact]
    public void Text_Digits_ReadsLikeThis()
    {
        const string Expected = """
            digits-society: 4 areas, 4 projections, 25 tiles, 28,040 weights
              stream   image   1x8x8 from digits, read by retina
              stream   label   10 from digits, in the cost of report

              depth 0  retina  1x8x8 = 64 units, reads image
                               [####] 4 tiles
                               plastic in no stage
                               <~~ v1 into apical: dense, 18,432 weights, plastic in eyes, school

              depth 1  v1      8x6x6 = 288 units, relu
                               [##################] 18 tiles
                               minimizes reconstruct + sparse
                               plastic in eyes, school
                               <-- retina: 3x3 shared, 72 weights, plastic in eyes, school

              depth 2  it      32 units, tanh(basal + bias)
                               [##] 2 tiles
                               plastic in school
                               <-- v1: dense, 9,216 weights, plastic in school

              depth 3  report  10 units, softmax
                               [#] 1 tile
                               minimizes cost
                               plastic in school
                               <-- it: dense, 320 weights, plastic in school

            """;

        Assert.Equal(Expected, FloorplanText.Render(Floorplan.From(SampleCircuits.Digits())));
    }
}
