namespace CostSociety.Learning;

/// <summary>d[l] = B[l+1]' d[l+1] * f'(a[l]) with B fixed and random (Lillicrap, Cownden, Tweed and Akerman 2016).</summary>
public sealed class FeedbackAlignment : LearningRule
{
    /// <inheritdoc/>
    public override string Name => "feedback-alignment";

    /// <inheritdoc/>
    public override string Summary =>
        "teaching signals return through a fixed random bank (Lillicrap, Cownden, Tweed and Akerman 2016)";

    /// <inheritdoc/>
    public override Feedback Feedback => Feedback.FixedRandom;
}
