using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>
/// What a cost file does to signals on their way: an area shows its clamp in place of its activity, times its gain; a projection
/// carries what it makes times its gain; a stream is its values times its gain. Without gains and clamps everything is as it is.
/// </summary>
/// <param name="costs">The cost file.</param>
/// <param name="binding">Binds its texts.</param>
/// <param name="binder">Reports what is wrong.</param>
/// <param name="graph">The graph.</param>
internal sealed class Modulation(CostFile costs, CostBinding binding, Binder binder, Graph graph)
{
    private readonly Dictionary<string, TargetSpec> _gains = ByTarget(costs.Gains);
    private readonly Stack<TargetSpec> _reading = [];
    private readonly Dictionary<string, TargetSpec> _clamps = ByTarget(costs.Clamps);

    /// <summary>The gain or clamp whose text is being bound, or null.</summary>
    public TargetSpec? Reading => _reading.TryPeek(out var target) ? target : null;

    /// <summary>What an area shows at a tick; null when a text has errors.</summary>
    /// <param name="area">Name of the area.</param>
    /// <param name="own">What it would show.</param>
    /// <param name="shape">Shape of its signals.</param>
    /// <param name="tick">The tick.</param>
    public Node? OfArea(string area, Node own, Shape shape, int tick)
    {
        var shown = own;
        if (_clamps.TryGetValue(area, out var clamp))
            shown = Bound(clamp, "the clamp", own, shape, tick) is { } value ? graph.Spread(value, shape) : null;
        return shown is null ? null : Scaled(area, shown, own, shape, tick);
    }

    /// <summary>What a projection or stream carries at a tick; null when a text has errors.</summary>
    public Node? Of(string target, Node own, Shape shape, int tick) => Scaled(target, own, own, shape, tick);

    private Node? Scaled(string target, Node shown, Node own, Shape shape, int tick)
    {
        if (!_gains.TryGetValue(target, out var gain))
            return shown;
        return Bound(gain, "the gain", own, shape, tick) is { } factor ? graph.Spread(graph.Mul(shown, factor), shape) : null;
    }

    private Node? Bound(TargetSpec target, string what, Node own, Shape shape, int tick)
    {
        string where = $"{what} of '{target.Target}'", key = $"{what["the ".Length..]}.{target.Target}";
        _reading.Push(target);
        var value = binder.Bind(target.Text, binding.ScopeAt(where, key, shape, tick, target.Target, own));
        _reading.Pop();
        if (value is null)
            return null;
        value = Laid(value, shape);
        return Shape.Broadcast(value.Shape, shape) == shape ? value : binder.Fail(
            "COST2050", target.Text.Span, $"{where} must fit {shape}, got {value.Shape}", "write one number, one a sample, one a unit, or a value for each unit");
    }

    /// <summary>A value for every unit in the layout of what it meets.</summary>
    private Node Laid(Node value, Shape shape) =>
        value.Shape.Sites == shape.Sites || value.Shape.Cols * value.Shape.Sites != shape.Cols * shape.Sites ? value
        : shape.Sites == 1 ? Layouts.Flatten(graph, value)
        : Layouts.Unflatten(graph, graph.Spread(value, Shape.Signal(value.Shape.Cols)), shape.Sites);

    private static Dictionary<string, TargetSpec> ByTarget(IReadOnlyList<TargetSpec> targets)
    {
        var byTarget = new Dictionary<string, TargetSpec>(StringComparer.Ordinal);
        foreach (var target in targets)
            byTarget.TryAdd(target.Target, target);
        return byTarget;
    }
}
