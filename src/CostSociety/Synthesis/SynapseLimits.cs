using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>Mask, sign and bounds of a bank as nodes of the program that changes it.</summary>
internal static class SynapseLimits
{
    /// <summary>A value of each synapse; 0 where there is none.</summary>
    public static Node Masked(Graph graph, Parameter parameter, Node value) => parameter.Mask is { } mask
        ? graph.Mul(value, graph.Memory(mask, Shape.Matrix(parameter.Inputs, parameter.Units)))
        : value;

    /// <summary>A new weight, held to the bounds and the sign; a bank without them is not touched.</summary>
    public static Node Held(Graph graph, Parameter parameter, Node weight)
    {
        double least = parameter.Synapses.Least, most = parameter.Synapses.Most;
        if (!double.IsNegativeInfinity(least))
            weight = graph.Apply(Opcode.Max, weight, graph.Const(least));
        if (!double.IsPositiveInfinity(most))
            weight = graph.Apply(Opcode.Min, weight, graph.Const(most));
        // Where the bounds leave 0 out, a synapse that does not exist would be drawn to them.
        return least > 0 || most < 0 ? Masked(graph, parameter, weight) : weight;
    }
}
