namespace CostSociety.Synthesis;

/// <summary>A change by the text dw of a projection: w + mean over valid samples of dw, held to mask, sign and bounds.</summary>
internal abstract class LocalChange(LocalText text, ChangeContext context) : BankChange(text.Parameter)
{
    /// <summary>What programs read from memory.</summary>
    private readonly Dictionary<Node, Symbol> _memory = [];

    protected LocalText Text => text;

    protected ChangeContext Context => context;

    protected Graph Graph => context.Graph;

    protected BatchValues Values { get; } = new(text, context.Graph);

    protected Shape Shape => text.Shape;

    /// <summary>The form that fits a text: products when it is a sum of them, else a program for every synapse and sample.</summary>
    public static LocalChange Of(LocalText text, ChangeContext context) =>
        new Separation(text, context.Graph).Of(text.Change) is { } products
            ? new SeparableChange(text, products, context)
            : new SynapseChange(text, context);

    /// <summary>Where a program finds a value that was written to memory.</summary>
    protected Symbol? MemoryOf(Node node) => _memory.GetValueOrDefault(node);

    /// <summary>Has a value written to memory for programs to read.</summary>
    protected void Keep(Schedule schedule, Node node)
    {
        if (node.IsHost || node.Kind == NodeKind.Memory)
            return;
        schedule.Materialize(node);
        _memory[node] = schedule.SymbolOf(node);
    }

    /// <summary>
    /// A value that is the same for all samples, as a program over the bank computes it; sums over the batch and over the
    /// bank in it are made before.
    /// </summary>
    protected Node Fixed(Schedule schedule, Node node, Lowering lowering)
    {
        foreach (var sum in BatchSums(node, lowering))
        {
            var value = Values.Of(sum);
            Keep(schedule, value);
            lowering.Replace(sum, value);
        }
        var lowered = lowering.Lower(node);
        foreach (var reduction in BankReductions.Of([lowered]))
            Keep(schedule, reduction);
        return lowered;
    }

    /// <summary>The outermost sums over the batch that a value still needs.</summary>
    private static List<Node> BatchSums(Node root, Lowering lowering)
    {
        var found = new List<Node>();
        var seen = new HashSet<Node>();
        var waiting = new Stack<Node>([root]);
        while (waiting.TryPop(out var node))
            if (!seen.Add(node) || lowering.Knows(node))
                continue;
            else if (node.Kind == NodeKind.SumRows)
                found.Add(node);
            else
                foreach (var input in node.Inputs.Reverse())
                    waiting.Push(input);
        return found;
    }

    /// <summary>The program that makes new weights of the change.</summary>
    protected Kernel Store(Node change)
    {
        var weight = Graph.Add(Graph.Memory(Parameter.Bank, Shape), SynapseLimits.Masked(Graph, Parameter, change));
        var kernel = new Kernel(0, Shape);
        kernel.Stores.Add((Graph.Spread(SynapseLimits.Held(Graph, Parameter, weight), Shape), Parameter.Bank));
        return kernel;
    }
}
