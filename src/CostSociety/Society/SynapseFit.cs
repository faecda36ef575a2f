using CostSociety.Circuits;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>Makes weights fit what limits the synapses of a projection.</summary>
internal static class SynapseFit
{
    /// <summary>
    /// Fits first weights [units, inputs]: what a fan of all synapses made small grows to the fan that exists, weights of
    /// the wrong sign change it, and all are held to the bounds.
    /// </summary>
    public static void Begin(Parameter parameter, float[] weights, float[]? mask)
    {
        if (mask is not null && parameter.Projection!.Init is { Kind: "normal" or "uniform" } init)
            Rescale(weights, mask, parameter, init.FanOut);
        if (parameter.Synapses.Sign is not 0 and var sign)
            for (int i = 0; i < weights.Length; i++)
                weights[i] = sign * Math.Abs(weights[i]);
        Hold(parameter, weights, mask);
    }

    /// <summary>Holds weights to the bounds and the sign, and those of synapses that do not exist at 0.</summary>
    public static void Hold(Parameter parameter, Span<float> weights, float[]? mask)
    {
        float least = (float)parameter.Synapses.Least, most = (float)parameter.Synapses.Most;
        for (int i = 0; i < weights.Length; i++)
            weights[i] = Math.Clamp(weights[i], least, most);
        Apply(weights, mask);
    }

    /// <summary>Sets values of synapses that do not exist to 0.</summary>
    public static void Apply(Span<float> values, float[]? mask)
    {
        for (int i = 0; mask is not null && i < values.Length; i++)
            if (mask[i] == 0)
                values[i] = 0;
    }

    private static void Rescale(float[] weights, float[] mask, Parameter parameter, bool fanOut)
    {
        var there = new int[fanOut ? parameter.Inputs * parameter.Sites : parameter.LogicalUnits];
        for (int i = 0; i < mask.Length; i++)
            there[FanOf(i)] += (int)mask[i];
        for (int i = 0; i < weights.Length; i++)
            weights[i] *= (float)Math.Sqrt((double)parameter.Fan(fanOut) / Math.Max(1, there[FanOf(i)]));

        // Synapses that reach one unit, or that one input sends to one site.
        int FanOf(int i) => fanOut ? i / parameter.Inputs % parameter.Sites * parameter.Inputs + i % parameter.Inputs : i / parameter.Inputs;
    }
}
