using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>
/// Factors of learning that a cost file gives: plasticity scales what each sample changes, and a rate the rate of an update. What an
/// area is given holds for its variables and incoming projections, times what a projection is given itself.
/// </summary>
internal sealed class LearningFactors
{
    private readonly Dictionary<Parameter, Node> _ofSamples = [];
    private readonly Dictionary<Parameter, Node> _ofRates = [];
    private readonly Graph _graph;

    private LearningFactors(Graph graph) => _graph = graph;

    /// <summary>Binds the factors of a cost file; reports what is wrong.</summary>
    public static LearningFactors Of(CostFile costs, CostBinding binding, Binder binder)
    {
        var factors = new LearningFactors(binder.Graph);
        foreach (var target in costs.Plasticity)
            factors.Add(factors._ofSamples, target, binding.Factor(target), binding);
        foreach (var target in costs.Rates)
            CheckRates(factors.Add(factors._ofRates, target, binding.HostFactor(target), binding), target, binder);
        return factors;
    }

    /// <summary>Factor, one or one a sample, of what each sample changes in a parameter, or null.</summary>
    public Node? OfSamples(Parameter parameter) => _ofSamples.GetValueOrDefault(parameter);

    /// <summary>Factor of the rate of a parameter's update, or null.</summary>
    public Node? OfRate(Parameter parameter) => _ofRates.GetValueOrDefault(parameter);

    private HashSet<Parameter> Add(Dictionary<Parameter, Node> factors, TargetSpec target, Node? factor, CostBinding binding)
    {
        var named = binding.Named([new NameSpec(target.Target, target.Span)]);
        if (factor is not null)
            foreach (var parameter in named)
                factors[parameter] = factors.TryGetValue(parameter, out var other) ? _graph.Mul(other, factor) : factor;
        return named;
    }

    /// <summary>Reports a target whose update has no rate. A dw has its rates in its text, and is scaled as a whole.</summary>
    private static void CheckRates(IEnumerable<Parameter> parameters, TargetSpec target, Binder binder)
    {
        foreach (var parameter in parameters)
            if (parameter.UsesGradient && binder.Library.Updates.TryGetValue(parameter.Update.Kind, out var update) && !UpdateText.HasRate(update))
            {
                binder.Fail("COST2052", target.Span, $"the update '{update.Name}' of '{parameter.Name}' has no rate that '{target.Target}' could scale",
                    "give the update a parameter 'rate', or use \"plasticity\"");
                return;
            }
    }
}
