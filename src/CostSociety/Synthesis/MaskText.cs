using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>Masks as text: <c>input != unit</c>, a number for each synapse that is 0 where there is none.</summary>
internal static class MaskText
{
    private static readonly string[] _names = ["input", "unit", "inputs", "units"];

    /// <summary>Reports the errors of all masks.</summary>
    public static void Check(Parameters parameters, Binder binder)
    {
        foreach (var parameter in parameters.All.Where(p => p is { IsShared: false, Synapses.Mask: not null }))
            Bind(parameter, binder);
    }

    /// <summary>Whether each synapse [units, inputs] exists. The text has been checked.</summary>
    public static bool[] Evaluate(Parameter parameter)
    {
        var binder = new Binder(new Graph(MemoryBudget.None), Library.Shipped, new Diagnostics());
        var expression = new HostExpression(Bind(parameter, binder)!, _names);
        var exists = new bool[parameter.LogicalUnits * parameter.Inputs];
        for (int i = 0; i < exists.Length; i++)
            exists[i] = expression.Evaluate([i % parameter.Inputs, i / parameter.Inputs, parameter.Inputs, parameter.LogicalUnits]) != 0;
        return exists;
    }

    private static Node? Bind(Parameter parameter, Binder binder)
    {
        string where = $"the mask of '{parameter.Name}'";
        var text = parameter.Synapses.Mask!;
        var scope = new Scope(where, parameter.Name + ".mask", Shape.Matrix(parameter.Inputs, parameter.Units), (name, _) => Resolve(binder.Graph, name), () => _names);
        var value = binder.Bind(text, scope);
        return value is null or { IsHost: true } ? value : binder.Fail("COST2040", text.Span,
            $"{where} is a number for each synapse, made on the host; it takes functions of single numbers only", "write input != unit, or abs(input / inputs - unit / units) < 0.1");
    }

    private static Node? Resolve(Graph graph, string name) => Array.IndexOf(_names, name) < 0 ? null : graph.Host(name);
}
