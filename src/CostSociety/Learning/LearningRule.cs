namespace CostSociety.Learning;

/// <summary>What carries a teaching signal back through a projection.</summary>
public enum Feedback
{
    /// <summary>The weights themselves.</summary>
    Weights,

    /// <summary>A fixed random bank of the same shape.</summary>
    FixedRandom,

    /// <summary>The signs of the weights, times one magnitude.</summary>
    Signs,
}

/// <summary>
/// A learning rule: how credit is carried, and what may learn. A rule is one file; it sees projections, never
/// instructions.
/// </summary>
public abstract class LearningRule
{
    /// <summary>The name users write.</summary>
    public abstract string Name { get; }

    /// <summary>What the rule does, with its source.</summary>
    public abstract string Summary { get; }

    /// <summary>What carries teaching signals back.</summary>
    public virtual Feedback Feedback => Feedback.Weights;

    /// <summary>Whether parameters learn that help to make the activity of an area other areas read.</summary>
    public virtual bool TeachesHidden => true;

    /// <summary>Whether weights follow gradients of costs; a rule without them changes weights in its own way.</summary>
    public virtual bool UsesGradient => true;
}
