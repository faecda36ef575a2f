namespace CostSociety.Learning;

/// <summary>Each synapse changes by what it sees itself: the text <c>dw</c> of its projection.</summary>
public sealed class Local : LearningRule
{
    /// <summary>The name users write.</summary>
    public const string RuleName = "local";

    /// <inheritdoc/>
    public override string Name => RuleName;

    /// <inheritdoc/>
    public override string Summary =>
        "each synapse changes by what it sees itself: the text `dw` of its projection; costs do not reach it (Hebb 1949, Oja 1982)";

    /// <inheritdoc/>
    public override bool UsesGradient => false;
}
