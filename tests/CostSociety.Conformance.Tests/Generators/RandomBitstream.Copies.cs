namespace CostSociety.Conformance.Tests;

/// <summary>Instructions that move values.</summary>
public sealed partial class RandomBitstream
{
    private void Gather()
    {
        var source = Source();
        int width = Width(), samples = Groups(), rows = _rows / samples;
        var starts = new int[rows * width + 1];
        var indices = new List<int>();
        for (int i = 0; i < rows * width; i++)
        {
            for (int n = _random.Next(3); n > 0; n--)
                indices.Add(_random.Next(rows * source.Cols));
            starts[i + 1] = indices.Count;
        }
        var destination = Destination(_rows, width, out bool accumulate);
        Builder.Gather(new GatherTable(rows, source.Cols, rows, width, starts, [.. indices]), source, destination, accumulate);
        Keep(destination);
    }

    private void GatherByIndex()
    {
        var source = Source();
        int groups = Groups(), rows = groups * (Flip() ? _rows / groups : _random.Next(1, 9));
        var destination = Destination(rows, source.Cols, out bool accumulate);
        Builder.GatherByIndex(source, Builder.Index(rows, _rows / groups), destination, groups, accumulate);
        Keep(destination);
    }

    private void Scatter()
    {
        var source = Source();
        int groups = Groups(), targets = Flip() ? _rows / groups : _random.Next(1, 9);
        var destination = Destination(Region.State, groups * targets, source.Cols);
        Builder.Scatter(source, Builder.Index(_rows, targets), destination, groups, Flip());
        Keep(destination);
    }

    private void Rank()
    {
        var region = _depth > 0 || Flip() ? Region.State : Region.Scratch;
        Builder.Rank(Source(), Column(region, _rows), Column(region, _rows), _random.Next(Registers));
    }
}
