namespace CostSociety.Peers.Swap;

/// <summary>The two losses that are exchanged for each other.</summary>
internal enum ChainLoss
{
    /// <summary>Cross entropy of the softmax.</summary>
    CrossEntropy,

    /// <summary>Mean squared error of the softmax.</summary>
    Square,
}
