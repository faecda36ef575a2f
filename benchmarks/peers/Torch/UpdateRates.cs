namespace CostSociety.Peers.Torch;

/// <summary>The numbers of the updates, as <c>circuits/library.updates</c> has them by default.</summary>
internal static class UpdateRates
{
    /// <summary>Rate of momentum.</summary>
    public const double MomentumRate = 0.01;

    /// <summary>What momentum keeps of the running gradient.</summary>
    public const double Momentum = 0.9;

    /// <summary>Rate of Adam.</summary>
    public const double AdamRate = 0.001;

    /// <summary>What Adam keeps of the running mean.</summary>
    public const double Beta1 = 0.9;

    /// <summary>What Adam keeps of the running square.</summary>
    public const double Beta2 = 0.999;

    /// <summary>What keeps Adam from dividing by 0.</summary>
    public const double Epsilon = 1e-8;

    /// <summary>
    /// rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon), with both corrections drawn out of the vectors:
    /// Rate * m / (sqrt(v) + Epsilon).
    /// </summary>
    public static (double Rate, double Epsilon) Corrected(int updates)
    {
        double root = Math.Sqrt(1 - Math.Pow(Beta2, updates));
        return (AdamRate * root / (1 - Math.Pow(Beta1, updates)), Epsilon * root);
    }
}
