namespace CostSociety.Learning;

/// <summary>The gradient: d[l] = W[l+1]' d[l+1] * f'(a[l]) (Rumelhart, Hinton and Williams 1986).</summary>
public sealed class Backprop : LearningRule
{
    /// <inheritdoc/>
    public override string Name => "backprop";

    /// <inheritdoc/>
    public override string Summary => "the gradient; teaching signals return through the weights (Rumelhart, Hinton and Williams 1986)";
}
