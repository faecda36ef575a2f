using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>One product of a dw text: coefficient * pre * post * rest; null stands for 1.</summary>
/// <param name="Coefficient">A number.</param>
/// <param name="Pre">What depends on the input and the sample.</param>
/// <param name="Post">What depends on the unit and the sample.</param>
/// <param name="Rest">What is the same for all samples: the weight, numbers of the host.</param>
internal readonly record struct Factors(double Coefficient, Node? Pre, Node? Post, Node? Rest);

/// <summary>Takes a dw text apart into a sum of products, each factor of which belongs to one side.</summary>
internal sealed class Separation(LocalText text, Graph graph)
{
    private const int Most = 32;

    private readonly SideFinder _sides = new(text);

    /// <summary>The products; null when the text is no such sum, or one of too many.</summary>
    public List<Factors>? Of(Node node)
    {
        if (_sides.Of(node).IsFactor())
            return [Single(node, _sides.Of(node))];
        return node.Kind switch
        {
            NodeKind.Stop => Of(node.Inputs[0]),
            NodeKind.Apply => OfOpcode(node),
            _ => null,
        };
    }

    private List<Factors>? OfOpcode(Node node) => node.Code switch
    {
        Opcode.Spread => Of(node.Inputs[0]),
        Opcode.Neg => Scaled(Of(node.Inputs[0]), -1),
        Opcode.Add => Sum(Of(node.Inputs[0]), Of(node.Inputs[1])),
        Opcode.Sub => Sum(Of(node.Inputs[0]), Scaled(Of(node.Inputs[1]), -1)),
        Opcode.Mul => Multiplied(Of(node.Inputs[0]), Of(node.Inputs[1])),
        Opcode.Div => _sides.Of(node.Inputs[1]).IsFactor()
            ? Multiplied(Of(node.Inputs[0]), Of(graph.Div(graph.One, node.Inputs[1])))
            : null,
        _ => null,
    };

    /// <summary>A factor of one side, numbers taken out of it.</summary>
    private static Factors Single(Node node, Sides sides)
    {
        double coefficient = 1;
        while (Constant(node) is { } found)
            (coefficient, node) = (coefficient * found.Value, found.Other);
        if (node.Kind == NodeKind.Const)
            return new Factors(coefficient * node.Value, null, null, null);
        if (!sides.OfSamples())
            return new Factors(coefficient, null, null, node);
        return sides.IsPost() ? new Factors(coefficient, null, node, null) : new Factors(coefficient, node, null, null);
    }

    private static (double Value, Node Other)? Constant(Node node) => node switch
    {
        { Kind: NodeKind.Apply, Code: Opcode.Neg } => (-1, node.Inputs[0]),
        { Kind: NodeKind.Apply, Code: Opcode.Mul } when node.Inputs[0].Kind == NodeKind.Const => (node.Inputs[0].Value, node.Inputs[1]),
        { Kind: NodeKind.Apply, Code: Opcode.Mul } when node.Inputs[1].Kind == NodeKind.Const => (node.Inputs[1].Value, node.Inputs[0]),
        _ => null,
    };

    private static List<Factors>? Scaled(List<Factors>? terms, double factor) =>
        terms?.ConvertAll(t => t with { Coefficient = factor * t.Coefficient });

    private static List<Factors>? Sum(List<Factors>? a, List<Factors>? b) =>
        a is null || b is null || a.Count + b.Count > Most ? null : [.. a, .. b];

    private List<Factors>? Multiplied(List<Factors>? a, List<Factors>? b)
    {
        if (a is null || b is null || a.Count * b.Count > Most)
            return null;
        return [.. a.SelectMany(x => b.Select(y =>
            new Factors(x.Coefficient * y.Coefficient, Product(x.Pre, y.Pre), Product(x.Post, y.Post), Product(x.Rest, y.Rest))))];
    }

    private Node? Product(Node? a, Node? b) => a is null ? b : b is null ? a : graph.Mul(a, b);
}
