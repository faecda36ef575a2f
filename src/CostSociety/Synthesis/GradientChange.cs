using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>
/// An update by a gradient. Fused: one Correlate forms the gradient and runs the update while it is hot. Split: when the
/// update reads a number of the whole bank, the gradient is stored, reduced, and the update runs after that.
/// </summary>
internal sealed class GradientChange(Parameter parameter, Kernel update, IReadOnlyList<GradientTerm> terms, ChangeContext context)
    : BankChange(parameter)
{
    private Node? _added;

    /// <summary>What the bank's own values give to its gradient, lowered; null when nothing reads them.</summary>
    public Node? OfWeights { get; init; }

    private readonly List<Node> _reductions = BankReductions.Of(update.Stores.Select(s => s.Node));

    /// <inheritdoc/>
    public override string Form => _reductions.Count == 0 ? "fused" : "split";

    /// <inheritdoc/>
    public override string Why => _reductions.Count == 0
        ? "the update runs where the gradient is made"
        : "the update reads a number of the whole bank, " + string.Join(", ", _reductions.Select(TextOf));

    /// <inheritdoc/>
    public override void Materialize(Schedule schedule)
    {
        foreach (var term in terms)
        {
            if (!term.Pre.IsConst(1))
                schedule.Materialize(term.Pre);
            schedule.Materialize(term.Post);
        }
        _added = OfWeights is null ? null : new WeightGradient(Parameter, OfWeights, schedule).Read(context.Graph);
    }

    /// <inheritdoc/>
    public override void Emit(Assembler assembler, Schedule schedule)
    {
        var operands = terms.Select(t => ProductOf(t, Parameter, assembler, schedule, context)).ToList();
        var scale = context.Graph.Host(Batch.InverseValid);
        assembler.ForSites(Parameter.Sites, () =>
        {
            if (_reductions.Count == 0)
                assembler.Correlate(Parameter.Bank, operands, WithGradient(new Lowering(context.Graph), gradient: null), _ => null, scale);
            else
                EmitSplit(assembler, operands, scale);
        });
    }

    private string TextOf(Node reduction) => NodeText.Write(reduction, new Dictionary<Node, string>
    {
        [context.Graph.Gradient(update.Domain)] = "g",
        [context.Graph.Memory(Parameter.Bank, update.Domain)] = "w",
    });

    /// <summary>The gradient to memory, its reductions, then the update over the bank.</summary>
    private void EmitSplit(Assembler assembler, List<Product> operands, Node scale)
    {
        var gradient = context.Bank(Parameter, Parameter.Name + ".g");
        assembler.Correlate(gradient, operands, scale);
        var stored = new Lowering(context.Graph);
        var kernel = WithGradient(stored, gradient);
        var reducing = new Schedule(context.Allocate);
        foreach (var reduction in _reductions)
            reducing.Materialize(stored.Lower(reduction));
        assembler.Levels(reducing);
        assembler.Evaluate(kernel, reducing.ReadableMemory);
    }

    /// <summary>The update with what the bank's own values give added to the gradient, which is in register 0 or in memory.</summary>
    private Kernel WithGradient(Lowering stored, Symbol? gradient)
    {
        if (gradient is null && _added is null)
            return update;
        var own = context.Graph.Gradient(update.Domain);
        Node sum = gradient is null ? own : context.Graph.Memory(gradient, update.Domain);
        stored.Replace(own, _added is null ? sum : context.Graph.Add(sum, _added));
        var kernel = new Kernel(0, update.Domain);
        kernel.Stores.AddRange(update.Stores.Select(s => (stored.Lower(s.Node), s.Target)));
        return kernel;
    }

    /// <summary>A term as operands.</summary>
    internal static Product ProductOf(GradientTerm term, Parameter parameter, Assembler assembler, Schedule schedule, ChangeContext context)
    {
        var pre = term.Pre.IsConst(1)
            ? context.One.View(term.Post.Shape.RowCount(context.Batch))
            : assembler.Rows(schedule.SymbolOf(term.Pre), term.Pre, parameter.Sites);
        return new Product(pre, assembler.Rows(schedule.SymbolOf(term.Post), term.Post, parameter.Sites), 1);
    }
}
