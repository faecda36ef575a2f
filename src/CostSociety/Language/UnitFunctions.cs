using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety.Language;

/// <summary>Functions that choose among the units of a sample, and traces.</summary>
internal static class UnitFunctions
{
    private const int MostUnits = 1 << 24;

    /// <summary>Their rows of the table.</summary>
    public static IReadOnlyList<Function> All { get; } =
    [
        new("count(x)", 1, 1, "number of units and sites", (c, a) => c.Graph.Const((double)a[0].Shape.Cols * a[0].Shape.Sites)),
        new("index(x)", 1, 1, "the number of every unit, from 0", (c, a) => Index(c.Graph, a[0].Shape)),
        new("rank(x, k)", 2, 2, "the k-th largest unit, 1 for the largest; k is rounded down and held between 1 and the number of units", Rank),
        new("gather(x, i)", 2, 2, "the value of unit i, one number a sample; i is rounded down, and outside of the units the value is 0", Gather),
        new("one_hot(i, n)", 2, 2, "n units, 1 at unit i and 0 elsewhere; i is rounded down; no gradient", OneHot),
        new("sample(p)", 1, 1, "one unit drawn with probability p: 1 there and 0 elsewhere; p need not sum to 1; no gradient", Sample),
        new("trace(x, tau)", 2, 2, "a running mean of x, y = y + (x - y)/tau from y = 0, once a tick in dynamics and once a step in costs", Trace),
    ];

    /// <summary>The number of every unit, from 0; of a matrix, of every element.</summary>
    public static Node Index(Graph graph, Shape shape)
    {
        if (shape.IsMatrix)
            return graph.Add(graph.Mul(graph.Index(Opcode.RowIndex, shape), graph.Const(shape.Cols)), graph.Index(Opcode.UnitIndex, shape));
        var flat = shape with { Sites = 1, Cols = shape.Cols * shape.Sites };
        return Layouts.Unflatten(graph, graph.Index(Opcode.UnitIndex, flat), shape.Sites);
    }

    private static Node? Rank(CallContext c, Node[] a) => !c.HasSamples() ? null
        : a[1].IsHost ? c.Graph.Rank(Layouts.Flatten(c.Graph, a[0]), a[1])
        : c.Fail("COST2042", $"the k of 'rank' must be a number for the whole batch, got {a[1].Shape}",
            "write a number, or a parameter made of step, epoch and measures");

    private static Node? Gather(CallContext c, Node[] a)
    {
        if (!c.AreSamples(a) || !IsNumber(c, a[1]))
            return null;
        var x = Layouts.Flatten(c.Graph, a[0]);
        var shape = Shape.Broadcast(x.Shape, a[1].Shape)!.Value;
        return c.Graph.SumUnits(c.Graph.Select(At(c.Graph, shape, a[1]), x, c.Graph.Zero));
    }

    private static Node? OneHot(CallContext c, Node[] a)
    {
        if (!c.AreSamples(a) || !IsNumber(c, a[0]))
            return null;
        double units = a[1].Kind == NodeKind.Const ? a[1].Value : double.NaN;
        return units is >= 1 and <= MostUnits && units == Math.Floor(units)
            ? At(c.Graph, a[0].Shape.WithCols((int)units), a[0])
            : c.Fail("COST2043", $"the number of units of 'one_hot' must be a whole number from 1 to {MostUnits}", "write one_hot(i, 10)");
    }

    /// <summary>Exponential races: the unit with the largest p/E, E = -log(uniform), wins with probability p/sum(p).</summary>
    private static Node? Sample(CallContext c, Node[] a)
    {
        if (!c.AreSamples(a))
            return null;
        var p = Layouts.Flatten(c.Graph, a[0]);
        var shape = p.Shape with { Rows = RowKind.Batch };
        var draw = c.Graph.Noise(Opcode.Uniform, $"{c.Scope.NoiseKey}.noise{c.Scope.NoiseCount++}", shape);
        var time = c.Graph.Neg(c.Graph.Apply(Opcode.Log, draw));
        var chosen = At(c.Graph, shape, c.Graph.ArgMaxUnits(c.Graph.Div(p, time)));
        return Layouts.Unflatten(c.Graph, chosen, a[0].Shape.Sites);
    }

    private static Node? Trace(CallContext c, Node[] a)
    {
        if (!c.AreSamples(a))
            return null;
        if (a[1] is { Kind: NodeKind.Const, Value: not >= 1 })
            return c.Fail("COST2044", $"the tau of 'trace' must be 1 or more, got {NumberText.Format(a[1].Value)}", "trace(x, 1) is x itself");
        if (c.Scope.Trace is not { } trace)
            return c.Fail("COST2013", $"'trace' has no meaning in {c.Scope.Where}");
        if (Shape.Broadcast(a[0].Shape, a[1].Shape) is not { } shape)
            return c.Binder.FailToFit("trace", c.Call.Span, a[0].Shape, a[1].Shape);
        return trace(shape, $"{c.Scope.Key}.trace{c.Scope.TraceCount++}", y =>
            c.Graph.Add(y, c.Graph.Div(c.Graph.Sub(a[0], y), a[1])));
    }

    /// <summary>1 at the unit whose number is i rounded down.</summary>
    private static Node At(Graph graph, Shape shape, Node i)
    {
        bool isWhole = i.Kind == NodeKind.ArgMaxUnits || (i.Kind == NodeKind.Const && i.Value == Math.Floor(i.Value));
        return graph.Apply(Opcode.Equal, graph.Index(Opcode.UnitIndex, shape), isWhole ? i : graph.Apply(Opcode.Floor, i));
    }

    private static bool IsNumber(CallContext c, Node i) => i.Shape is { Cols: 1, Sites: 1 }
        || c.Fail("COST2042", $"the index of '{c.Call.Function}' must be one number a sample, got {i.Shape}",
            "argmax(...) makes one of many units") is not null;
}
