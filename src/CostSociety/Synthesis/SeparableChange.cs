using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// A dw text that is a sum of products f(pre) g(post) h(w). Products of both sides are matrix products, gathered by h;
/// the others need the mean of a vector only. One program adds them up.
/// </summary>
internal sealed class SeparableChange : LocalChange
{
    private readonly List<IGrouping<Node, Factors>> _groups;
    private readonly List<Factors> _means;
    private readonly List<List<(Node Pre, Node Post, double Coefficient)>> _products = [];
    private readonly List<Symbol> _stored = [];
    private Kernel _kernel = null!;

    public SeparableChange(LocalText text, List<Factors> terms, ChangeContext context)
        : base(text, context)
    {
        _groups = [.. terms.Where(HasBothSides).GroupBy(t => t.Rest ?? context.Graph.One)];
        _means = [.. terms.Where(t => !HasBothSides(t))];
    }

    /// <inheritdoc/>
    public override string Form => "separable";

    /// <inheritdoc/>
    public override string Why
    {
        get
        {
            int products = _groups.Sum(g => g.Count());
            return $"a sum of {(products == 1 ? "1 product" : $"{products} products")} of pre and post"
                + (_means.Count == 0 ? "" : $" and {(_means.Count == 1 ? "1 term" : $"{_means.Count} terms")} of one side");
        }
    }

    /// <inheritdoc/>
    public override void Materialize(Schedule schedule)
    {
        var lowering = new Lowering(Graph);
        Node change = Graph.Zero;
        foreach (var group in _groups)
        {
            _products.Add(Merged(schedule, group));
            change = Graph.Add(change, Graph.Mul(SumOf(), Fixed(schedule, group.Key, lowering)));
        }
        foreach (var term in _means)
            change = Graph.Add(change, Graph.Mul(MeanOf(schedule, term), term.Rest is null ? Graph.One : Fixed(schedule, term.Rest, lowering)));
        _kernel = Store(change);
    }

    /// <inheritdoc/>
    public override void Emit(Assembler assembler, Schedule schedule)
    {
        for (int i = 1; i < _products.Count; i++)
            assembler.Correlate(_stored[i - 1], Operands(_products[i], schedule), Values.Scale);
        if (_products.Count == 0)
            assembler.Evaluate(_kernel, MemoryOf);
        else
            assembler.Correlate(Parameter.Bank, Operands(_products[0], schedule), _kernel, MemoryOf, Values.Scale);
    }

    private static bool HasBothSides(Factors term) => term.Pre is not null && term.Post is not null;

    /// <summary>The first sum is made where the program runs; the others are stored before.</summary>
    private Node SumOf()
    {
        if (_products.Count == 1)
            return Graph.Gradient(Shape);
        _stored.Add(Context.Bank(Parameter, $"{Parameter.Name}.dw{_stored.Count}"));
        return Graph.Memory(_stored[^1], Shape);
    }

    /// <summary>Products with one pre are one.</summary>
    private List<(Node Pre, Node Post, double Coefficient)> Merged(Schedule schedule, IEnumerable<Factors> terms)
    {
        var merged = new List<(Node, Node, double)>();
        foreach (var same in terms.GroupBy(t => t.Pre!))
        {
            double first = same.First().Coefficient;
            var post = same.Select(t => Graph.Mul(Graph.Const(t.Coefficient / first), t.Post!)).Aggregate(Graph.Add);
            merged.Add((Values.Whole(same.Key, Shape.Sites), Values.Valid(post, Shape.Cols), first));
        }
        foreach (var (pre, post, _) in merged)
        {
            schedule.Materialize(pre);
            schedule.Materialize(post);
        }
        return merged;
    }

    /// <summary>The mean of a term of one side: a number, a value of each unit or a value of each input.</summary>
    private Node MeanOf(Schedule schedule, Factors term)
    {
        if ((term.Pre ?? term.Post) is not { } side)
            return Graph.Const(term.Coefficient);
        var mean = Values.Mean(side, term.Pre is null ? Shape.Cols : Shape.Sites, term.Coefficient);
        Keep(schedule, mean);
        if (term.Pre is null || mean.Shape.Cols == 1)
            return mean;
        var symbol = schedule.SymbolOf(mean);
        var column = new Symbol
        {
            Name = symbol.Name,
            Region = symbol.Region,
            Kind = SymbolKind.Column,
            Rows = Shape.Sites,
            Cols = 1,
            Fixed = Operand.Column(symbol.Region, symbol.Offset, Shape.Sites),
        };
        return Graph.Memory(column, Shape.Matrix(Shape.Sites, 1));
    }

    private List<Product> Operands(List<(Node Pre, Node Post, double Coefficient)> products, Schedule schedule)
    {
        int rows = Shape.Signal(1, Text.Sites).RowCount(Context.Batch);
        return products.ConvertAll(p => new Product(schedule.SymbolOf(p.Pre).View(rows), schedule.SymbolOf(p.Post).View(rows), p.Coefficient));
    }
}
