namespace CostSociety.Synthesis;

/// <summary>Rules of a dw text that its types do not say: what a sum in it may run over.</summary>
internal sealed class LocalCheck(LocalText text, Language.Binder binder)
{
    private readonly SideFinder _sides = new(text);

    /// <summary>Whether the text keeps the rules; reports if not.</summary>
    public bool Passes()
    {
        if (binder.Diagnostics.HasErrorAt(text.Parameter.Synapses.Change!.Span))
            return false;
        if (Shape.Broadcast(text.Change.Shape, text.Shape) != text.Shape)
            return text.Fail("COST2042", $"the dw of '{text.Parameter.Name}' must be one number for each synapse, got {text.Change.Shape}", null);
        _sides.Of(text.Change);
        return GraphOrder.Of([text.Change]).All(IsGood);
    }

    private bool IsGood(Node node) => node.Kind switch
    {
        NodeKind.SumRows => IsGoodBatchSum(_sides.Of(node.Inputs[0])),
        NodeKind.SumSites or NodeKind.SumUnits => IsGoodSum(_sides.Of(node.Inputs[0])) && IsNotReduced(node.Inputs[0]),
        NodeKind.MaxUnits or NodeKind.ArgMaxUnits or NodeKind.Softmax or NodeKind.LogSumExp => IsOneSided(_sides.Of(node.Inputs[0])),
        _ => true,
    };

    private bool IsGoodBatchSum(Sides sides) => (sides.IsPost() && text.Sites == 1) || text.Fail(
        "COST2043", "a sum or mean over the batch in a dw reads the receiving area alone, and no patches",
        "keep the running value in the dynamics of the area, and read it here as post.NAME");

    private bool IsGoodSum(Sides sides) => !sides.OfSamples() || IsOneSided(sides);

    /// <summary>The largest of all values is one number; a mean of it would count values that are not there.</summary>
    private bool IsNotReduced(Node node) => !IsReduced(node) || text.Fail(
        "COST2044", "a sum or mean in a dw cannot run over a maximum, which is one number already", "write the maximum alone: max(pre)");

    private static bool IsReduced(Node node) => node.Kind is NodeKind.MaxUnits or NodeKind.ArgMaxUnits or NodeKind.LogSumExp
        || (node.Kind == NodeKind.Apply && node.Inputs.Any(i => !i.IsHost) && node.Inputs.Where(i => !i.IsHost).All(IsReduced));

    private bool IsOneSided(Sides sides) => (sides.OfSamples() && (sides.IsPre() || sides.IsPost())) || text.Fail(
        "COST2044", "a sum, mean or maximum in a dw runs over the values of one side, of pre or of post",
        "the sum of pre * w is the compartment that the projection ends in, such as post.basal");
}
