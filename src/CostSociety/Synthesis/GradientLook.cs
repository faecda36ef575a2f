using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>The gradient of a bank in scratch, for a probe to read: nothing changes.</summary>
/// <param name="parameter">Whose gradient it is.</param>
/// <param name="terms">Products of the gradient.</param>
/// <param name="ofWeights">What the weights themselves give to it, in opcodes, or null.</param>
/// <param name="context">Where it stands.</param>
internal sealed class GradientLook(Parameter parameter, IReadOnlyList<GradientTerm> terms, Node? ofWeights, ChangeContext context)
    : BankChange(parameter)
{
    private Node? _added;

    /// <summary>Where it lies: as the bank does, with a slot for each site that has weights of its own.</summary>
    public Symbol Target { get; } = context.Layout.Place(new Symbol
    {
        Name = parameter.Name + ".gradient",
        Region = Region.Scratch,
        Kind = SymbolKind.Bank,
        Rows = parameter.Inputs,
        Cols = parameter.Units,
        Slots = parameter.Sites,
        SlotStep = parameter.Bank.SlotStep,
        Counter = parameter.Bank.Counter,
    });

    /// <inheritdoc/>
    public override string Form => "look";

    /// <inheritdoc/>
    public override string Why => "a probe changes nothing";

    /// <inheritdoc/>
    public override void Materialize(Schedule schedule)
    {
        foreach (var node in terms.SelectMany(t => new[] { t.Pre, t.Post }).Where(n => !n.IsConst(1)))
            schedule.Materialize(node);
        _added = ofWeights is null ? null : new WeightGradient(Parameter, ofWeights, schedule).Read(context.Graph);
    }

    /// <inheritdoc/>
    public override void Emit(Assembler assembler, Schedule schedule)
    {
        var products = terms.Select(t => GradientChange.ProductOf(t, Parameter, assembler, schedule, context)).ToList();
        var scale = context.Graph.Host(Batch.InverseValid);
        assembler.ForSites(Parameter.Sites, () =>
        {
            if (_added is null)
                assembler.Correlate(Target, products, scale);
            else
                EmitSum(assembler, products, scale, _added);
        });
    }

    private void EmitSum(Assembler assembler, List<Product> products, Node scale, Node own)
    {
        var shape = Shape.Matrix(Parameter.Inputs, Parameter.Units);
        var sum = context.Bank(Parameter, Parameter.Name + ".g");
        assembler.Correlate(sum, products, scale);
        var kernel = new Kernel(0, shape);
        kernel.Stores.Add((context.Graph.Spread(context.Graph.Add(context.Graph.Memory(sum, shape), own), shape), Target));
        assembler.Evaluate(kernel, _ => null);
    }
}
