using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>
/// An update by a gradient. Fused: one Correlate forms the gradient and runs the update while it is hot. Split: when the
/// update reads a number of the whole bank, the gradient is stored, reduced, and the update runs after that.
/// </summary>
/// <param name="parameter">What learns.</param>
/// <param name="update">The program of its update.</param>
/// <param name="terms">Products of the gradient.</param>
/// <param name="ofWeights">What the weights themselves give to the gradient, in opcodes, or null.</param>
/// <param name="context">Where it stands.</param>
internal sealed class GradientChange(
    Parameter parameter, Kernel update, IReadOnlyList<GradientTerm> terms, Node? ofWeights, ChangeContext context)
    : BankChange(parameter)
{
    private WeightGradient? _ofWeights;
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
        _ofWeights = ofWeights is null ? null : new WeightGradient(Parameter, ofWeights, schedule);
    }

    /// <inheritdoc/>
    public override void Emit(Assembler assembler, Schedule schedule)
    {
        var operands = terms.Select(t => ProductOf(t, Parameter, assembler, schedule, context)).ToList();
        var scale = context.Graph.Host(Batch.InverseValid);
        assembler.ForSites(Parameter.Sites, () =>
        {
            if (_reductions.Count == 0)
                assembler.Correlate(Parameter.Bank, operands, update, MemoryOf, scale, ofWeights);
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
        var gradient = Whole(assembler, Stored(assembler, operands, scale));
        var stored = new Lowering(context.Graph);
        stored.Replace(context.Graph.Gradient(update.Domain), context.Graph.Memory(gradient, update.Domain));
        var reducing = new Schedule(context.Allocate);
        foreach (var reduction in _reductions)
            reducing.Materialize(stored.Lower(reduction));
        assembler.Levels(reducing);
        var kernel = new Kernel(0, update.Domain);
        kernel.Stores.AddRange(update.Stores.Select(s => (stored.Lower(s.Node), s.Target)));
        assembler.Evaluate(kernel, reducing.ReadableMemory);
    }

    private Symbol? MemoryOf(Node node) => _ofWeights?.MemoryOf(node);

    private Symbol Stored(Assembler assembler, List<Product> operands, Node scale)
    {
        var gradient = context.Bank(Parameter, Parameter.Name + ".g");
        assembler.Correlate(gradient, operands, scale);
        return gradient;
    }

    /// <summary>The gradient with what the weights themselves give to it.</summary>
    private Symbol Whole(Assembler assembler, Symbol products)
    {
        if (ofWeights is null)
            return products;
        var whole = context.Bank(Parameter, Parameter.Name + ".g.whole");
        var kernel = new Kernel(0, update.Domain);
        kernel.Stores.Add((context.Graph.Spread(context.Graph.Add(context.Graph.Memory(products, update.Domain), ofWeights), update.Domain), whole));
        assembler.Evaluate(kernel, MemoryOf);
        return whole;
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
