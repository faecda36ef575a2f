using CostSociety.Fabric;
using TorchSharp;
using static TorchSharp.torch;

namespace CostSociety.Peers.Costs;

/// <summary>A cost of every element of y, in each of the forms that are timed.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Text">In the language of cost files, summed over the units of a sample.</param>
/// <param name="Program">As the shortest program, written by hand.</param>
/// <param name="Torch">As TorchSharp computes it, summed over everything.</param>
/// <param name="Fused">As one loop written by hand: writes the gradient, gives the sum.</param>
/// <param name="OverEager">How many times faster than TorchSharp this engine is meant to be.</param>
/// <param name="OverFused">How many times slower than the loop it may be.</param>
internal sealed record ElementCost(
    string Name, string Text, FabricProgram Program, Func<Tensor, Tensor, Tensor> Torch, FusedLoop Fused, Goal OverEager, Goal OverFused)
{
    /// <summary>The costs that are timed: one of cheap operations, one of a sigmoid and two logarithms.</summary>
    public static ElementCost[] All { get; } =
    [
        new("(y - t)^2 + 0.1 |y|", "sum(square(y - t) + 0.1 * abs(y))", WrittenCost.SquareAndAbsolute,
            static (y, t) => ((y - t).square() + 0.1 * y.abs()).sum(), FusedLoops.SquareAndAbsolute, new Goal(10, 25), new Goal(3, 1.7, IsTime: true)),
        new("logistic, written out", "let p = sigmoid(y) in -sum(t * log(p) + (1 - t) * log(1 - p))", WrittenCost.Logistic,
            static (y, t) => Logistic(y.sigmoid(), t), FusedLoops.Logistic, new Goal(3, 8), new Goal(1.3, 1.1, IsTime: true)),
    ];

    private static Tensor Logistic(Tensor p, Tensor t) => -(t * p.log() + (1 - t) * (1 - p).log()).sum();
}
