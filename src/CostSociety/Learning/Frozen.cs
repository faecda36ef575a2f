namespace CostSociety.Learning;

/// <summary>The control of every rule: hidden areas keep their first weights, the readout learns.</summary>
public sealed class Frozen : LearningRule
{
    /// <inheritdoc/>
    public override string Name => "frozen";

    /// <inheritdoc/>
    public override string Summary => "the control: hidden areas keep their first weights, readouts learn";

    /// <inheritdoc/>
    public override bool TeachesHidden => false;
}
