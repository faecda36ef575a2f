namespace CostSociety.Data;

/// <summary>A source whose samples are pixels after a linear map, so that weights can be shown as what they read from the pixels.</summary>
public interface IWhitened
{
    /// <summary>Whether samples are whitened.</summary>
    bool IsWhitened { get; }

    /// <summary>Weights of a unit on samples, as the weights on pixels that give the same sums.</summary>
    float[] ToPixels(float[] weights);
}
