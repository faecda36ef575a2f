namespace CostSociety.Synthesis;

/// <summary>What a part of a dw text depends on.</summary>
[Flags]
internal enum Sides
{
    /// <summary>Numbers and host values.</summary>
    None = 0,

    /// <summary>Activity of an input.</summary>
    Pre = 1,

    /// <summary>Activity of a unit.</summary>
    Post = 2,

    /// <summary>One number a sample.</summary>
    Sample = 4,

    /// <summary>The weight.</summary>
    Weight = 8,

    /// <summary>The number of the input.</summary>
    Input = 16,

    /// <summary>The number of the unit, or a variable of it.</summary>
    Unit = 32,

    /// <summary>A draw for each synapse and sample: nothing that could be taken apart.</summary>
    Noise = 64,
}

/// <summary>Questions about sides.</summary>
internal static class SidesExtensions
{
    /// <summary>Whether it changes from sample to sample.</summary>
    public static bool OfSamples(this Sides sides) => (sides & (Sides.Pre | Sides.Post | Sides.Sample | Sides.Noise)) != 0;

    /// <summary>Whether it is a value of an input in a sample.</summary>
    public static bool IsPre(this Sides sides) => (sides & ~(Sides.Pre | Sides.Sample | Sides.Input)) == 0;

    /// <summary>Whether it is a value of a unit in a sample.</summary>
    public static bool IsPost(this Sides sides) => (sides & ~(Sides.Post | Sides.Sample | Sides.Unit)) == 0;

    /// <summary>Whether it can be one factor of a product: of the sender, of the receiver, or the same for all samples.</summary>
    public static bool IsFactor(this Sides sides) => !sides.OfSamples() || sides.IsPre() || sides.IsPost();
}

/// <summary>Finds what the parts of a dw text depend on.</summary>
internal sealed class SideFinder(LocalText text)
{
    private readonly Dictionary<Node, Sides> _sides = [];

    /// <summary>What a node depends on.</summary>
    public Sides Of(Node root)
    {
        foreach (var node in GraphOrder.Of([root]))
            if (!_sides.ContainsKey(node))
                _sides[node] = Find(node);
        return _sides[root];
    }

    private Sides Find(Node node) => node.Kind switch
    {
        NodeKind.Memory when text.Real.TryGetValue(node, out var real) => real.Side,
        NodeKind.Memory => node.Shape == text.Shape ? Sides.Weight : Sides.Unit,
        NodeKind.Apply when node.Inputs.Length == 0 => node.Data is string ? Sides.Noise : node.Shape.Rows == RowKind.Matrix ? Sides.Input : Sides.Unit,
        _ => Combined(node),
    };

    private Sides Combined(Node node)
    {
        var sides = Sides.None;
        foreach (var input in node.Inputs)
            sides |= _sides[input];
        return node.Kind switch
        {
            // A sum over the batch is the same for every sample, and still a value of each unit.
            NodeKind.SumRows => Sides.Unit,
            NodeKind.SumSites when !sides.OfSamples() => Sides.None,
            NodeKind.SumUnits or NodeKind.MaxUnits or NodeKind.ArgMaxUnits or NodeKind.LogSumExp when (sides & Sides.Weight) == 0 => sides & ~Sides.Unit,
            _ => sides,
        };
    }
}
