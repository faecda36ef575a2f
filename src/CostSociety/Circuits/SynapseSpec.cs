using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>What limits the synapses of a projection, and how they change by themselves.</summary>
public sealed record SynapseSpec
{
    /// <summary>All synapses, any weight, no rule of their own.</summary>
    public static SynapseSpec Free { get; } = new();

    /// <summary>Fraction of the synapses that exist, drawn at random; at least one for each unit.</summary>
    public double Density { get; init; } = 1;

    /// <summary>Text that is not 0 where a synapse exists, or null.</summary>
    public ExpressionText? Mask { get; init; }

    /// <summary>Path of a .npy file that is not 0 where a synapse exists, or null.</summary>
    public string? MaskFile { get; init; }

    /// <summary>Where the mask stands.</summary>
    public SourceSpan MaskSpan { get; init; } = SourceSpan.None;

    /// <summary>1 when weights are never negative, -1 when they are never positive, else 0.</summary>
    public int Sign { get; init; }

    /// <summary>Smallest weight, or negative infinity.</summary>
    public double Low { get; init; } = double.NegativeInfinity;

    /// <summary>Largest weight, or infinity.</summary>
    public double High { get; init; } = double.PositiveInfinity;

    /// <summary>Where the bounds stand.</summary>
    public SourceSpan BoundsSpan { get; init; } = SourceSpan.None;

    /// <summary>The keys that stand in the file, with their places.</summary>
    public IReadOnlyList<(string Name, SourceSpan Span)> Keys { get; init; } = [];

    /// <summary>Text of the change of a weight for one sample, or null.</summary>
    public ExpressionText? Change { get; init; }

    /// <summary>Whether some synapses do not exist.</summary>
    public bool IsMasked => Density < 1 || Mask is not null || MaskFile is not null;

    /// <summary>Smallest weight that bounds and sign allow.</summary>
    public double Least => Sign > 0 ? Math.Max(0, Low) : Low;

    /// <summary>Largest weight that bounds and sign allow.</summary>
    public double Most => Sign < 0 ? Math.Min(0, High) : High;
}
