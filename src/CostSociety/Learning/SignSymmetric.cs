namespace CostSociety.Learning;

/// <summary>d[l] = V' d[l+1] * f'(a[l]) with V = m sign(W[l+1]), m uniform (Liao, Leibo and Poggio 2016: uSF).</summary>
public sealed class SignSymmetric : LearningRule
{
    /// <inheritdoc/>
    public override string Name => "sign-symmetric";

    /// <inheritdoc/>
    public override string Summary =>
        "teaching signals return through the signs of the weights, all of one size (Liao, Leibo and Poggio 2016, uSF)";

    /// <inheritdoc/>
    public override Feedback Feedback => Feedback.Signs;
}
