using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// What the values of a bank themselves give to its gradient, as an update program computes it: element by element from
/// the bank that is being updated. Everything else that it needs is written to memory first, by the schedule of the
/// step: numbers, vectors, and whatever reads another bank that learns, which may have changed by then.
/// </summary>
internal sealed class WeightGradient
{
    private readonly Symbol _bank;
    private readonly Schedule _schedule;
    private readonly HashSet<Node> _stored = [];
    private readonly Dictionary<Node, bool> _known = [];

    /// <summary>Has the schedule write what the program cannot compute.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, lowered; [inputs, units] or smaller.</param>
    /// <param name="schedule">The schedule of the step.</param>
    public WeightGradient(Parameter parameter, Node gradient, Schedule schedule)
    {
        (_bank, _schedule, Gradient) = (parameter.Bank, schedule, gradient);
        if (!IsElementwise(gradient))
            Store(gradient);
    }

    /// <summary>The gradient.</summary>
    public Node Gradient { get; }

    /// <summary>The gradient as an expression of memory: the bank, and what the schedule has written.</summary>
    public Node Read(Graph graph)
    {
        var stored = new Lowering(graph);
        foreach (var node in _stored)
            stored.Replace(node, graph.Memory(_schedule.SymbolOf(node), node.Shape));
        return stored.Lower(Gradient);
    }

    private bool IsElementwise(Node node)
    {
        if (node.IsHost || (node.Kind == NodeKind.Memory && node.Data == _bank))
            return true;
        if (node.Kind != NodeKind.Apply || !node.Shape.IsMatrix || node.Shape != Shape.Matrix(_bank.Rows, _bank.Cols) || node.Data is not null)
            return false;
        return _known.TryGetValue(node, out bool known) ? known : _known[node] = HasSources(node);
    }

    private bool HasSources(Node node)
    {
        var others = Array.FindAll(node.Inputs, i => !IsElementwise(i));
        if (Array.Exists(others, Schedule.IsLeaf))
            return false;
        Array.ForEach(others, Store);
        return true;
    }

    private void Store(Node node)
    {
        if (_stored.Add(node))
            _schedule.Materialize(node);
    }
}
