using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>
/// From costs to gradient terms. Costs with one scope share a backward pass; each other scope has a pass of its own. One
/// bank has one gradient: the sum over passes and over the projections that share it.
/// </summary>
/// <param name="graph">The graph, which grows by the adjoints.</param>
/// <param name="parameters">All parameters.</param>
/// <param name="phases">What of them may learn in the last phase.</param>
/// <param name="hasStages">Whether stages may hold parameters fixed.</param>
internal sealed class Teaching(Graph graph, Parameters parameters, Phases phases, bool hasStages)
{
    /// <summary>Whether stages may hold parameters fixed.</summary>
    public bool HasStages => hasStages;

    /// <summary>Whether what may never change gets a gradient too, to be looked at.</summary>
    public bool ReachesFixed { get; init; }

    /// <summary>Factors of what each sample changes, by the parameter whose use it is.</summary>
    public Func<Parameter, Node?> Factors { get; init; } = _ => null;

    /// <summary>Gradients that banks have from their own values, gathered by <see cref="Run"/>; a mean over valid samples.</summary>
    public Dictionary<Parameter, Node> OfWeights { get; } = [];

    /// <summary>Gradient terms of every parameter that learns, in the order of the parameters.</summary>
    /// <param name="costs">Bound costs.</param>
    /// <param name="passes">Receives the passes, for inspection.</param>
    public Dictionary<Parameter, List<GradientTerm>> Run(IReadOnlyList<BoundCost> costs, List<Pass> passes)
    {
        var found = new Dictionary<Parameter, List<GradientTerm>>();
        foreach (var group in GroupByScope(costs))
        {
            var scope = group[0].Teaches.Where(p => ReachesFixed || (p is { IsPlastic: true, UsesGradient: true } && phases.LearnsFromCosts(p))).ToHashSet();
            var backward = new Backward(graph, scope.Contains, scope.Select(graph.FirstUse).DefaultIfEmpty(int.MaxValue).Min());
            backward.Run(Objective(group));
            foreach (var (parameter, terms) in backward.Terms)
                Merge(found, OwnerOf(parameter), Gated(parameter, Scaled(parameter, terms)));
            foreach (var (parameter, sum) in backward.OfWeights)
                AddOfWeights(OwnerOf(parameter), graph.Mul(sum, graph.Host(Batch.InverseValid)), parameter);
            passes.Add(new Pass(group, [.. backward.Terms.Keys.OrderBy(p => p.Number)], backward.Products, backward.Flops));
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
        var byScope = new Dictionary<IReadOnlySet<Parameter>, List<BoundCost>>(new SameScope());
        foreach (var cost in costs)
        {
            if (!byScope.TryGetValue(cost.Teaches, out var group))
                groups.Add(byScope[cost.Teaches] = group = []);
            group.Add(cost);
        }
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

    private List<GradientTerm> Scaled(Parameter parameter, List<GradientTerm> terms) => Factors(parameter) is { } factor
        ? terms.ConvertAll(t => t with { Post = graph.Mul(t.Post, factor) })
        : terms;

    /// <summary>What the weights themselves say is the same for all samples, so that it counts by the mean of their factors.</summary>
    private void AddOfWeights(Parameter owner, Node gradient, Parameter parameter)
    {
        if (Factors(parameter) is { } factor)
            gradient = graph.Mul(gradient, factor.IsHost ? factor : Batch.Mean(graph, factor));
        gradient = IsGated(parameter) ? graph.Mul(gradient, graph.Host(Synthesized.PlasticName(parameter))) : gradient;
        OfWeights[owner] = OfWeights.TryGetValue(owner, out var sum) ? graph.Add(sum, gradient) : gradient;
    }

    /// <summary>1 while any of the projections that share a parameter's bank learns.</summary>
    public Node IsPlastic(Parameter owner) => parameters.OfBank(owner.Bank)
        .Select(p => graph.Host(Synthesized.PlasticName(p))).Aggregate((a, b) => graph.Apply(Opcode.Max, a, b));

    /// <summary>Of projections that share a bank, a stage may let one learn and not the other.</summary>
    private List<GradientTerm> Gated(Parameter parameter, List<GradientTerm> terms) =>
        IsGated(parameter)
            ? terms.ConvertAll(t => t with { Post = graph.Mul(t.Post, graph.Host(Synthesized.PlasticName(parameter))) })
            : terms;

    private bool IsGated(Parameter parameter) => hasStages && parameters.OfBank(parameter.Bank).Count() > 1;

    /// <summary>The parameter whose bank it is; a transposed projection learns through the one it shares with.</summary>
    private static Parameter OwnerOf(Parameter parameter) => parameter.Bank.Parameter!;

    /// <summary>Scopes are equal when they have the same parameters.</summary>
    private sealed class SameScope : IEqualityComparer<IReadOnlySet<Parameter>>
    {
        public bool Equals(IReadOnlySet<Parameter>? a, IReadOnlySet<Parameter>? b) => ReferenceEquals(a, b) || a!.SetEquals(b!);

        public int GetHashCode(IReadOnlySet<Parameter> scope) => scope.Count == 0 ? 0 : HashCode.Combine(scope.Count, scope.Min(p => p.Number));
    }
}
