using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>One product of a gradient: pre' post, summed over rows.</summary>
/// <param name="Pre">[rows, inputs], or the number 1 for a per-unit variable.</param>
/// <param name="Post">[rows, units].</param>
internal readonly record struct GradientTerm(Node Pre, Node Post);

/// <summary>
/// Reverse pass over the graph. The gradient takes every path; only uses of banks and variables in scope collect
/// gradient terms, and only nodes on a path to one of them get an adjoint. The adjoint of a node may have a smaller shape
/// than the node: it is then the same for all elements it is repeated over.
/// </summary>
/// <param name="graph">The graph, which grows by the adjoints.</param>
/// <param name="inScope">Whether a parameter's uses collect gradients in this pass.</param>
/// <param name="firstUse">No node of a lower number is a use in scope; a node's inputs have lower numbers than it has.</param>
internal sealed class Backward(Graph graph, Func<Parameter, bool> inScope, int firstUse = 0)
{
    private readonly NodeMap<Node> _adjoints = new();
    private readonly NodeSet _active = new();

    /// <summary>Gradient terms of each parameter's bank, in the order they were found.</summary>
    public Dictionary<Parameter, List<GradientTerm>> Terms { get; } = [];

    /// <summary>
    /// Gradients that come from the values of a bank itself, [inputs, units] or smaller; like the sums of products they
    /// stand for all samples together, and the mean is taken later.
    /// </summary>
    public Dictionary<Parameter, Node> OfWeights { get; } = [];

    /// <summary>Matrix products that the pass needs: backward products and gradients.</summary>
    public int Products { get; private set; }

    /// <summary>Multiply-adds of those products for one sample.</summary>
    public long Flops { get; private set; }

    /// <summary>Carries the adjoint 1 of <paramref name="root"/> back.</summary>
    public void Run(Node root)
    {
        var order = GraphOrder.Of([root], n => n.Id < firstUse);
        foreach (var node in order)
            if (OwnsGradient(node) || (node.Kind != NodeKind.Stop && ReadsActive(node)))
                _active.Add(node);
        if (!_active.Contains(root))
            return;
        _adjoints[root] = graph.One;
        for (int i = order.Count - 1; i >= 0; i--)
            if (_active.Contains(order[i]) && _adjoints.TryGetValue(order[i], out var adjoint))
                Visit(order[i], adjoint);
    }

    private bool ReadsActive(Node node)
    {
        foreach (var input in node.Inputs)
            if (_active.Contains(input))
                return true;
        return false;
    }

    private void Visit(Node node, Node adjoint)
    {
        switch (node.Kind)
        {
            case NodeKind.Project:
                VisitProject(node, Whole(adjoint, node.Shape));
                break;
            case NodeKind.ProjectBack:
                VisitProjectBack(node, Whole(adjoint, node.Shape));
                break;
            case NodeKind.Gather:
                Give(node, 0, graph.Gather(
                    Whole(adjoint, node.Shape), graph.Tables.Transpose(node.DataAs<GatherTable>()), node.Inputs[0].Shape));
                break;
            case NodeKind.Weights:
                CollectWeights(node.DataAs<BankUse>().Owner, adjoint);
                break;
            default:
                VisitExpression(node, adjoint);
                break;
        }
    }

    private void VisitExpression(Node node, Node adjoint)
    {
        for (int i = 0; i < node.Inputs.Length; i++)
            if (_active.Contains(node.Inputs[i]) && Derivative.Of(graph, node, i, adjoint) is { } contribution)
            {
                if (node.Kind == NodeKind.Contract)
                    Count(node);
                Give(node, i, contribution);
            }
    }

    private void VisitProject(Node node, Node adjoint)
    {
        var use = node.DataAs<BankUse>();
        if (inScope(use.Owner))
            Count(node);
        if (_active.Contains(node.Inputs[0]))
            Count(node);
        if (inScope(use.Owner))
            Collect(use.Owner, new GradientTerm(node.Inputs[0], adjoint));
        if (_active.Contains(node.Inputs[0]))
            Give(node, 0, graph.ProjectBack(adjoint, use with { Bank = use.Owner.Feedback ?? use.Bank }));
    }

    private void VisitProjectBack(Node node, Node adjoint)
    {
        var use = node.DataAs<BankUse>();
        if (inScope(use.Owner))
            Count(node);
        if (_active.Contains(node.Inputs[0]))
            Count(node);
        if (inScope(use.Owner))
            Collect(use.Owner, new GradientTerm(adjoint, node.Inputs[0]));
        if (_active.Contains(node.Inputs[0]))
            Give(node, 0, graph.Project(adjoint, use with { Bank = use.Owner.Feedback ?? use.Bank }));
    }

    private void Give(Node node, int index, Node contribution)
    {
        var input = node.Inputs[index];
        if (contribution.IsConst(0))
            return;
        if (input.Kind == NodeKind.Memory)
            VisitVariable(input, node.Shape, contribution);
        else
            Accumulate(input, Derivative.LaysOut(node) ? contribution : graph.ReduceTo(contribution, node.Shape, input.Shape));
    }

    /// <summary>A variable keeps the rows of its adjoint: a Correlate with 1 sums them.</summary>
    private void VisitVariable(Node variable, Shape used, Node contribution)
    {
        var shape = used.WithCols(variable.Shape.Cols);
        var post = Whole(graph.ReduceTo(contribution, used, shape), shape);
        Collect(((Symbol)variable.Data!).Parameter!, new GradientTerm(graph.One, post));
    }

    private void Count(Node node)
    {
        Products++;
        Flops += (long)node.Shape.Sites * node.Shape.Cols * (IsOuter(node) ? 1 : node.Inputs[0].Shape.Cols);
    }

    /// <summary>Products of columns take one multiplication an element and sample.</summary>
    private static bool IsOuter(Node node) => node.Kind == NodeKind.Contract && node.DataAs<ContractForm>().TransposeA;

    private void Accumulate(Node input, Node contribution) =>
        _adjoints[input] = _adjoints.TryGetValue(input, out var sum) ? graph.Add(sum, contribution) : contribution;

    /// <summary>What a bank's own values give to its gradient; it is a parameter with terms, if only none.</summary>
    private void CollectWeights(Parameter parameter, Node adjoint)
    {
        Terms.TryAdd(parameter, []);
        OfWeights[parameter] = OfWeights.TryGetValue(parameter, out var sum) ? graph.Add(sum, adjoint) : adjoint;
    }

    /// <summary>Adds a term; terms with one pre and equal rows share a product.</summary>
    private void Collect(Parameter parameter, GradientTerm term)
    {
        if (!Terms.TryGetValue(parameter, out var terms))
            Terms[parameter] = terms = [];
        int same = terms.FindIndex(t => t.Pre == term.Pre && t.Post.Shape == term.Post.Shape);
        if (same < 0)
            terms.Add(term);
        else
            terms[same] = terms[same] with { Post = graph.Add(terms[same].Post, term.Post) };
    }

    private Node Whole(Node adjoint, Shape shape) => graph.Spread(adjoint, shape);

    private bool OwnsGradient(Node node) => node.Kind switch
    {
        NodeKind.Memory => node.Data is Symbol { Parameter: { IsVector: true } parameter } && inScope(parameter),
        NodeKind.Project or NodeKind.ProjectBack or NodeKind.Weights => inScope(node.DataAs<BankUse>().Owner),
        _ => false,
    };
}
