using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// Any other dw text: a program for every synapse and sample. What belongs to one side is computed before, once for each
/// input or unit; the program reads it sample by sample.
/// </summary>
internal sealed class SynapseChange(LocalText text, ChangeContext context) : LocalChange(text, context)
{
    private readonly SideFinder _sides = new(text);
    private Kernel _each = null!;
    private Kernel _once = null!;

    /// <inheritdoc/>
    public override string Form => "synapse";

    /// <inheritdoc/>
    public override string Why => "dw is no sum of products of pre, post and w: a program for every synapse and sample";

    private int Rows => Shape.Signal(1, Text.Sites).RowCount(Context.Batch);

    /// <inheritdoc/>
    public override void Materialize(Schedule schedule)
    {
        var lowering = new Lowering(Graph);
        foreach (var node in OneSided(Text.Change))
            lowering.Replace(node, Seen(schedule, Values.Whole(node, _sides.Of(node).IsPost() ? Shape.Cols : Shape.Sites), _sides.Of(node).IsPost()));
        var valid = Seen(schedule, Values.Lower(Graph.Spread(Graph.Valid, Shape.Signal(1, Text.Sites))), isPost: true);
        var change = Graph.Select(valid, Fixed(schedule, Text.Change, lowering), Graph.Zero);
        _each = new Kernel(0, Shape) { Carried = Graph.Add(Graph.Gradient(Shape), change) };
        _once = Store(Graph.Mul(Graph.Gradient(Shape), Values.Scale));
    }

    /// <inheritdoc/>
    public override void Emit(Assembler assembler, Schedule schedule) =>
        assembler.Synapse(Parameter.Bank, _each, _once, MemoryOf, Rows);

    /// <summary>The largest parts of a text that belong to one side and change from sample to sample.</summary>
    private List<Node> OneSided(Node root)
    {
        var found = new List<Node>();
        var seen = new HashSet<Node>();
        var waiting = new Stack<Node>([root]);
        while (waiting.TryPop(out var node))
            if (!seen.Add(node) || !_sides.Of(node).OfSamples())
                continue;
            else if (_sides.Of(node).IsFactor())
                found.Add(node);
            else
                foreach (var input in node.Inputs.Reverse())
                    waiting.Push(input);
        return found;
    }

    /// <summary>A signal in memory as the program sees it: one sample at a time.</summary>
    private Node Seen(Schedule schedule, Node signal, bool isPost)
    {
        var symbol = InMemory(schedule, signal);
        bool isNumber = signal.Shape.Cols == 1;
        var one = isNumber ? Operand.Scalar(symbol.Region, symbol.Offset) with { Rows = Shape.Sites }
            : isPost ? Operand.Vector(symbol.Region, symbol.Offset, Shape.Sites, Shape.Cols)
            : Operand.Column(symbol.Region, symbol.Offset, Shape.Sites);
        var view = one with { Slots = Rows, SlotStride = isNumber ? 1 : symbol.Stride, SlotStep = 1, Counter = LoopCounters.Samples };
        var moving = new Symbol { Name = symbol.Name, Region = symbol.Region, Kind = SymbolKind.Vector, Rows = 1, Cols = 1, Fixed = view };
        return Graph.Memory(moving, isNumber ? Shape.Scalar : isPost ? Shape.Unit(Shape.Cols) : Shape.Matrix(Shape.Sites, 1));
    }

    /// <summary>Where a signal lies, all samples one after the other; what moves with the step is copied first.</summary>
    private Symbol InMemory(Schedule schedule, Node signal)
    {
        if (signal is { Kind: NodeKind.Memory } && signal.DataAs<Symbol>().Slots > 1)
        {
            var copy = Context.Allocate(signal);
            schedule.StoreTo(signal, copy);
            return copy;
        }
        schedule.Materialize(signal);
        return schedule.SymbolOf(signal);
    }
}
