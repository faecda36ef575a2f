using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>Updates as text: <c>m = momentum * m + g; w = w - rate * m</c> over every synapse of a bank.</summary>
internal static class UpdateText
{
    private const string Weight = "w";
    private const string Gradient = "g";
    private const string Count = "updates";
    private const string Rate = "rate";

    /// <summary>State an update keeps beside the weights: the names it assigns, other than w and g.</summary>
    public static IEnumerable<string> StateOf(DefinitionSyntax update) =>
        Assignments(update).Select(a => a.Name).Where(n => n is not (Weight or Gradient)).Distinct();

    /// <summary>Whether an update has a rate that can be scaled.</summary>
    public static bool HasRate(DefinitionSyntax update) => update.Parameters.Any(p => p.Name == Rate);

    /// <summary>The kernel that updates a parameter; null when nothing does, or its text has errors.</summary>
    /// <param name="parameter">The parameter and its moments.</param>
    /// <param name="binder">Binds the text.</param>
    /// <param name="host">Resolves host scalars that parameters of the update read.</param>
    /// <param name="factor">Factor of its rate, or null.</param>
    public static Kernel? Of(Parameter parameter, Binder binder, Scope host, Node? factor = null) =>
        parameter is { IsPlastic: true, IsShared: false, UsesGradient: true } && binder.Library.Updates.TryGetValue(parameter.Update.Kind, out var update)
            ? Bind(parameter, update, binder, host, factor)
            : null;

    private static Kernel? Bind(Parameter parameter, DefinitionSyntax update, Binder binder, Scope host, Node? factor)
    {
        var graph = binder.Graph;
        var shape = Shape.Matrix(parameter.Inputs, parameter.Units);
        var values = new Dictionary<string, Node?> { [Weight] = graph.Memory(parameter.Bank, shape), [Gradient] = SynapseLimits.Masked(graph, parameter, graph.Gradient(shape)) };
        foreach (var (name, symbol) in StateOf(update).Zip(parameter.Moments))
            values[name] = graph.Memory(symbol, shape);
        if (!BindParameters(parameter, update, binder, host, values))
            return null;
        if (factor is not null)
            values[Rate] = graph.Mul(values[Rate]!, factor);
        var scope = new Scope($"the update '{update.Name}'", parameter.Name, shape, (name, _) => values.GetValueOrDefault(name) ?? HostName(graph, parameter, name), () => values.Keys.Concat(CostBinding.HostNames).Append(Count));
        foreach (var assignment in Assignments(update))
            if ((values[assignment.Name] = binder.Bind(assignment.Value, scope)) is null)
                return null;
        return ToKernel(parameter, update, graph, shape, values);
    }

    private static Node? HostName(Graph graph, Parameter parameter, string name) =>
        name == Count ? graph.Host(CountName(parameter)) : CostBinding.HostNames.Contains(name) ? graph.Host(name) : null;

    /// <summary>Name of the host value that says how often a bank was updated.</summary>
    public static string CountName(Parameter parameter) => $"{Count}.{parameter.Name}";

    private static Kernel ToKernel(
        Parameter parameter, DefinitionSyntax update, Graph graph, Shape shape, Dictionary<string, Node?> values)
    {
        var kernel = new Kernel(0, shape);
        values[Weight] = SynapseLimits.Held(graph, parameter, values[Weight]!);
        foreach (var (name, symbol) in StateOf(update).Zip(parameter.Moments))
            kernel.Stores.Add((graph.Spread(values[name]!, shape), symbol));
        kernel.Stores.Add((graph.Spread(values[Weight]!, shape), parameter.Bank));
        if (FeedbackBanks.SignMagnitude(parameter) is { } magnitude)
            kernel.Stores.Add((graph.Mul(graph.Apply(Fabric.Opcode.Sign, values[Weight]!), graph.Const(magnitude)), parameter.Feedback!));
        return kernel;
    }

    private static bool BindParameters(
        Parameter parameter, DefinitionSyntax update, Binder binder, Scope host, Dictionary<string, Node?> values)
    {
        bool good = AcceptsNames(parameter, update, binder);
        foreach (var declared in update.Parameters)
        {
            var value = parameter.Update.Parameters.TryGetValue(declared.Name, out var text)
                ? binder.Bind(text, host)
                : declared.Default is { } initial ? binder.Bind(initial, host) : null;
            values[declared.Name] = value;
            good &= value is { IsHost: true } || ReportNotHost(parameter, declared, value, binder);
        }
        return good;
    }

    private static bool ReportNotHost(Parameter parameter, ParameterSyntax declared, Node? value, Binder binder)
    {
        if (value is not null)
            binder.Fail("COST2010", parameter.Update.Span, $"'{declared.Name}' of the update must be a number for the whole batch, got {value.Shape}", null);
        else if (!parameter.Update.Parameters.ContainsKey(declared.Name))
            binder.Fail("COST2009", parameter.Update.Span, $"the update '{parameter.Update.Kind}' needs '{declared.Name}'", null);
        return false;
    }

    private static bool AcceptsNames(Parameter parameter, DefinitionSyntax update, Binder binder)
    {
        var known = update.Parameters.Select(p => p.Name).ToList();
        bool good = true;
        foreach (var (name, text) in parameter.Update.Parameters)
            if (!known.Contains(name))
                good = binder.Fail("COST2009", text.Span, $"the update '{update.Name}' has no parameter '{name}'", Suggestions.Hint(name, known)) is not null;
        return good;
    }

    private static IReadOnlyList<AssignmentSyntax> Assignments(DefinitionSyntax update) => ((BlockSyntax)update.Body).Assignments;
}
