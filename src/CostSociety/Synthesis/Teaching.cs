using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// From costs to gradient terms. Costs with one scope share a backward pass; each other scope has a pass of its own. One
/// bank has one gradient: the sum over passes and over the projections that share it.
/// </summary>
/// <param name="graph">The graph, which grows by the adjoints.</param>
/// <param name="parameters">All parameters.</param>
/// <param name="hasStages">Whether stages may hold parameters fixed.</param>
internal sealed class Teaching(Graph graph, Parameters parameters, bool hasStages)
{
    /// <summary>Whether stages may hold parameters fixed.</summary>
    public bool HasStages => hasStages;

    /// <summary>Whether what may never change gets a gradient too, to be looked at.</summary>
    public bool ReachesFixed { get; init; }

    /// <summary>Gradient terms of every parameter that learns, in the order of the parameters.</summary>
    /// <param name="costs">Bound costs.</param>
    /// <param name="passes">Receives the passes, for inspection.</param>
    public Dictionary<Parameter, List<GradientTerm>> Run(IReadOnlyList<BoundCost> costs, List<Pass> passes)
    {
        var found = new Dictionary<Parameter, List<GradientTerm>>();
        foreach (var group in GroupByScope(costs))
        {
            var backward = new Backward(graph, p => (p.IsPlastic || ReachesFixed) && group[0].Teaches.Contains(p));
            backward.Run(Objective(group));
            foreach (var (parameter, terms) in backward.Terms)
                Merge(found, OwnerOf(parameter), Gated(parameter, terms));
            passes.Add(new Pass(group, [.. parameters.All.Where(backward.Terms.ContainsKey)], backward.Products, backward.Flops));
        }
        return parameters.All.Where(found.ContainsKey).ToDictionary(p => p, p => found[p]);
    }

    /// <summary>Per sample: valid * sum of weight * terms. Its mean over valid samples is what a step descends.</summary>
    private Node Objective(IReadOnlyList<BoundCost> costs)
    {
        Node sum = graph.Zero;
        foreach (var cost in costs)
        {
            Node terms = graph.Zero;
            foreach (var term in cost.Terms)
                terms = graph.Add(terms, term.Value);
            sum = graph.Add(sum, graph.Mul(cost.Weight, terms));
        }
        return graph.Mul(graph.Valid, sum);
    }

    private static List<List<BoundCost>> GroupByScope(IReadOnlyList<BoundCost> costs)
    {
        var groups = new List<List<BoundCost>>();
        foreach (var cost in costs)
            if (groups.Find(g => g[0].Teaches.SetEquals(cost.Teaches)) is { } group)
                group.Add(cost);
            else
                groups.Add([cost]);
        return groups;
    }

    private void Merge(Dictionary<Parameter, List<GradientTerm>> found, Parameter owner, List<GradientTerm> terms)
    {
        if (!found.TryGetValue(owner, out var all))
            found[owner] = all = [];
        foreach (var term in terms)
        {
            int same = all.FindIndex(t => t.Pre == term.Pre && t.Post.Shape == term.Post.Shape);
            if (same < 0)
                all.Add(term);
            else
                all[same] = all[same] with { Post = graph.Add(all[same].Post, term.Post) };
        }
    }

    /// <summary>1 while any of the projections that share a parameter's bank learns.</summary>
    public Node IsPlastic(Parameter owner) => parameters.All.Where(p => p.Bank == owner.Bank)
        .Select(p => graph.Host(Synthesized.PlasticName(p))).Aggregate((a, b) => graph.Apply(Opcode.Max, a, b));

    /// <summary>Of projections that share a bank, a stage may let one learn and not the other.</summary>
    private List<GradientTerm> Gated(Parameter parameter, List<GradientTerm> terms) =>
        hasStages && parameters.All.Count(p => p.Bank == parameter.Bank) > 1
            ? terms.ConvertAll(t => t with { Post = graph.Mul(t.Post, graph.Host(Synthesized.PlasticName(parameter))) })
            : terms;

    /// <summary>The parameter whose bank it is; a transposed projection learns through the one it shares with.</summary>
    private static Parameter OwnerOf(Parameter parameter) => parameter.Bank.Parameter!;
}
