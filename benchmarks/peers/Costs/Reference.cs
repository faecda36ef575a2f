using TorchSharp;
using static TorchSharp.torch;

namespace CostSociety.Peers.Costs;

/// <summary>Sum and gradient as TorchSharp computes them: what every other form has to agree with.</summary>
internal sealed record Reference(string Cost, float Sum, float[] Gradient)
{
    private const double Tolerance = 1e-4;

    // Gradients near 0 are differences of numbers near 1: below this size the error counts as of this size.
    private const double Least = 0.01;

    /// <summary>Computes it.</summary>
    public static Reference Of(ElementCost cost, Tensor y, Tensor t)
    {
        using var scope = NewDisposeScope();
        var sum = cost.Torch(y, t);
        float[] gradient = autograd.grad([sum], [y])[0].data<float>().ToArray();
        return new Reference(cost.Name, sum.item<float>(), gradient);
    }

    /// <summary>Refuses a form that disagrees.</summary>
    /// <exception cref="InvalidDataException">It does.</exception>
    public void Check(string form, float sum, ReadOnlySpan<float> gradient)
    {
        Check(form, "sum", sum, Sum);
        for (int i = 0; i < Gradient.Length; i++)
            Check(form, "gradient", gradient[i], Gradient[i]);
    }

    private void Check(string form, string what, float value, float expected)
    {
        if (!(Math.Abs(value - expected) <= Tolerance * Math.Max(Least, Math.Abs(expected))))
            throw new InvalidDataException($"{Cost}: the {what} of {form} is {value:R}, that of TorchSharp {expected:R}; the case is refused");
    }
}
