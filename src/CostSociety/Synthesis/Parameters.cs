using CostSociety.Circuits;
using CostSociety.Fabric;
using CostSociety.Language;
using CostSociety.Learning;

namespace CostSociety.Synthesis;

/// <summary>
/// All learnable parameters of a circuit with their banks, feedback banks and update state. They depend on the circuit
/// and its rules alone, never on costs, so exchanging costs moves none of them.
/// </summary>
internal sealed class Parameters
{
    private readonly Circuit _circuit;
    private readonly Layout _layout;
    private readonly Library _library;
    private readonly Diagnostics _diagnostics;
    private readonly Dictionary<string, Parameter> _projections = [];
    private readonly Dictionary<(string Area, string Name), Parameter> _variables = [];
    private readonly List<Parameter> _all = [];
    private readonly CircuitIndex _index;
    private readonly Dictionary<string, Parameter> _byName;
    private readonly ILookup<string, Parameter> _ofArea;
    private readonly ILookup<Symbol, Parameter> _ofBank;

    public Parameters(Circuit circuit, Layout layout, Library library, Diagnostics diagnostics)
    {
        (_circuit, _layout, _library, _diagnostics) = (circuit, layout, library, diagnostics);
        _index = CircuitIndex.Of(circuit);
        foreach (var projection in circuit.Projections.Where(p => p is { BankOf: null, Pool: null }))
            Add(projection);
        foreach (var projection in circuit.Projections.Where(p => p.BankOf is not null))
            AddShared(projection);
        foreach (var area in circuit.Areas)
            AddVariables(area);
        for (int i = 0; i < _all.Count; i++)
        {
            _all[i].Number = i;
            _all[i].MakeValues();
        }
        _byName = _all.ToDictionary(p => p.Name, StringComparer.Ordinal);
        _ofArea = _all.ToLookup(p => p.Area, StringComparer.Ordinal);
        _ofBank = _all.ToLookup(p => p.Bank);
    }

    /// <summary>All parameters: projections in the order of the file, then variables.</summary>
    public IReadOnlyList<Parameter> All => _all;

    /// <summary>The parameter of a projection that has weights.</summary>
    public Parameter OfProjection(string name) => _projections[name];

    /// <summary>The parameter of a projection, or nothing for a pool.</summary>
    public IEnumerable<Parameter> Of(ProjectionSpec projection) => projection.Pool is null ? [OfProjection(projection.Name)] : [];

    /// <summary>The parameter of a name, or null.</summary>
    public Parameter? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The parameters that use one bank.</summary>
    public IEnumerable<Parameter> OfBank(Symbol bank) => _ofBank[bank];

    public Parameter? Variable(string area, string name) => _variables.GetValueOrDefault((area, name));

    public IEnumerable<Parameter> VariablesOf(string area) => OfArea(area).Where(p => p.Projection is null);

    /// <summary>The library activation of a name, or null.</summary>
    public DefinitionSyntax? Activation(string name) => _library.Activations.GetValueOrDefault(name);

    /// <summary>What learns when an area is named: its variables and incoming projections.</summary>
    public IEnumerable<Parameter> OfArea(string area) => _ofArea[area];

    private void Add(ProjectionSpec projection)
    {
        var source = Area(projection.From);
        var target = Area(projection.To);
        var parameter = Make(projection.Name, target, SizeOf(projection, source, target), projection, 0);
        _projections[projection.Name] = parameter;
        AddFeedback(parameter, source);
    }

    private (int Inputs, int Units, int Sites) SizeOf(ProjectionSpec projection, AreaSpec source, AreaSpec target) => projection switch
    {
        { OneToOne: true } => (1, target.Units, 1),
        { Patch: { } patch } => (_index.ImageOf(source)[0] * patch.Size * patch.Size, target.Shape[0], patch.Shared ? 1 : _index.Sites(target)),
        _ => (source.Units, target.Units, 1),
    };

    private void AddShared(ProjectionSpec projection)
    {
        var original = _projections[projection.BankOf!];
        var target = Area(projection.To);
        var rule = RuleOf(projection, target);
        if (LearningRules.Find(rule.Name).Feedback == LearningRules.Find(original.Rule.Name).Feedback)
            AddFeedback(original, Area(projection.From));
        var parameter = new Parameter
        {
            Name = projection.Name,
            Area = projection.To,
            Bank = original.Bank,
            Projection = projection,
            Rule = rule,
            Update = original.Update,
            IsPlastic = original.IsPlastic && IsPlastic(projection, target, rule),
            Feedback = LearningRules.Find(rule.Name).Feedback == Feedback.Weights ? null : original.Feedback,
        };
        _projections[projection.Name] = parameter;
        _all.Add(parameter);
    }

    private void AddVariables(AreaSpec area)
    {
        foreach (var (name, initial) in VariablesIn(area))
            _variables[(area.Name, name)] = Make($"{area.Name}.{name}", area, (1, _index.VariableUnits(area), 1), null, initial);
    }

    private IEnumerable<(string Name, double Initial)> VariablesIn(AreaSpec area)
    {
        var own = area.Variables.Select(v => (v.Name, v.Initial)).ToList();
        if (area.Activation is not { } activation)
            return own;
        if (Activation(activation) is not { } definition)
        {
            _diagnostics.Error("COST2007", area.Span, $"unknown activation '{activation}' of area '{area.Name}'",
                Suggestions.Hint(activation, _library.Activations.Keys));
            return own;
        }
        var declared = definition.Variables.Where(v => !own.Exists(o => o.Name == v.Name))
            .Select(v => (v.Name, (v.Default as NumberSyntax)?.Value ?? 0));
        return own.Concat(declared);
    }

    private Parameter Make(string name, AreaSpec area, (int Inputs, int Units, int Sites) size, ProjectionSpec? projection, double initial)
    {
        var rule = projection is null ? area.Rule ?? _circuit.Learning.Rule : RuleOf(projection, area);
        var symbol = Place(projection is null ? name : name + ".weight", size);
        var parameter = new Parameter
        {
            Name = name,
            Area = area.Name,
            Bank = symbol,
            Projection = projection,
            Initial = initial,
            Rule = rule,
            Update = projection?.Update ?? area.Update ?? _circuit.Learning.Update,
            IsPlastic = projection is null ? TeachesArea(area, rule) : IsPlastic(projection, area, rule),
        };
        symbol.Parameter = parameter;
        if (parameter.Synapses.IsMasked)
            parameter.Mask = Place(name + ".mask", size);
        AddMoments(parameter, name);
        _all.Add(parameter);
        return parameter;
    }

    private void AddMoments(Parameter parameter, string name)
    {
        if (!parameter.IsPlastic || !parameter.UsesGradient)
            return;
        if (!_library.Updates.TryGetValue(parameter.Update.Kind, out var update))
            _diagnostics.Error("COST2008", parameter.Update.Span, $"unknown update '{parameter.Update.Kind}'",
                Suggestions.Hint(parameter.Update.Kind, _library.Updates.Keys));
        else
            foreach (string moment in UpdateText.StateOf(update))
                parameter.Moments.Add(Place($"{name}.{moment}", SizeOf(parameter)));
    }

    /// <summary>Feedback banks exist wherever the rule may need them, whatever the costs reach now.</summary>
    private void AddFeedback(Parameter parameter, AreaSpec source)
    {
        if (source.Reads is null && LearningRules.Find(parameter.Rule.Name).Feedback != Feedback.Weights)
            parameter.Feedback ??= Place(parameter.Name + ".feedback", SizeOf(parameter));
    }

    private static (int Inputs, int Units, int Sites) SizeOf(Parameter parameter) => (parameter.Inputs, parameter.Units, parameter.Sites);

    private Symbol Place(string name, (int Inputs, int Units, int Sites) size) => _layout.Place(new Symbol
    {
        Name = name,
        Region = Region.State,
        Kind = SymbolKind.Bank,
        Rows = size.Inputs,
        Cols = size.Units,
        Slots = size.Sites,
        SlotStep = size.Sites > 1 ? 1 : 0,
        Counter = size.Sites > 1 ? LoopCounters.Sites : (byte)0,
    });

    private RuleSpec RuleOf(ProjectionSpec projection, AreaSpec target) => projection.Rule ?? target.Rule ?? _circuit.Learning.Rule;

    private bool IsPlastic(ProjectionSpec projection, AreaSpec target, RuleSpec rule) =>
        projection.Plastic && (LearningRules.Find(rule.Name).TeachesHidden || !MakesHiddenActivity(projection, target));

    /// <summary>A hidden area is one that others read; only what enters its dynamics makes its activity.</summary>
    private bool MakesHiddenActivity(ProjectionSpec projection, AreaSpec target) => target.Reads is null && IsHidden(target);

    /// <summary>Variables have no text of their own to change by, so they rest under a rule without gradients.</summary>
    private bool TeachesArea(AreaSpec area, RuleSpec rule) =>
        LearningRules.Find(rule.Name) is { UsesGradient: true } known && (known.TeachesHidden || !IsHidden(area));

    private bool IsHidden(AreaSpec area) => _index.Sends(area.Name);

    private AreaSpec Area(string name) => _index.Area(name)!;
}
