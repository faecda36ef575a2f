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
        var products = Products(assembler, schedule);
        assembler.ForSites(Parameter.Sites, () =>
        {
            if (_reductions.Count == 0)
                assembler.Correlate(Parameter.Bank, products, WithGradient(new Lowering(context.Graph), gradient: null), _ => null, Scale);
            else
                EmitSplit(assembler, products, Scale);
        });
    }

    /// <summary>Emits the gradient alone, to be looked at.</summary>
    public void EmitGradient(Assembler assembler, Schedule schedule, Symbol target)
    {
        var products = Products(assembler, schedule);
        assembler.ForSites(Parameter.Sites, () => assembler.Correlate(target, products, Scale));
        if (_added is null)
            return;
        var kernel = new Kernel(0, update.Domain);
        kernel.Stores.Add((context.Graph.Spread(context.Graph.Add(context.Graph.Memory(target, update.Domain), _added), update.Domain), target));
        assembler.Evaluate(kernel, _ => null);
    }

    private Node Scale => context.Graph.Host(Batch.InverseValid);

    private List<Product> Products(Assembler assembler, Schedule schedule) =>
        [.. terms.Select(t => new Product(PreOf(assembler, schedule, t), assembler.Rows(schedule.SymbolOf(t.Post), t.Post, Parameter.Sites), 1))];

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

    private Operand PreOf(Assembler assembler, Schedule schedule, GradientTerm term) => term.Pre.IsConst(1)
        ? context.One.View(term.Post.Shape.RowCount(context.Batch))
        : assembler.Rows(schedule.SymbolOf(term.Pre), term.Pre, Parameter.Sites);
}
