namespace CostSociety.Language;

/// <summary>Walks over trees without recursion, so that a deep one does no harm.</summary>
public static class SyntaxTree
{
    /// <summary>The nodes directly below a node, in the order of the text.</summary>
    public static IEnumerable<Syntax> Children(this Syntax node) => node switch
    {
        UnarySyntax unary => [unary.Operand],
        BinarySyntax binary => [binary.Left, binary.Right],
        CallSyntax call => call.Arguments,
        LetSyntax let => [let.Value, let.Body],
        AssignmentSyntax assignment => [assignment.Value],
        BlockSyntax block => block.Assignments,
        ParameterSyntax { Default: { } value } => [value],
        DefinitionSyntax definition => [.. definition.Parameters, .. definition.Variables, definition.Body],
        ConditionSyntax condition => [condition.Condition],
        _ => [],
    };

    /// <summary>A node and everything below it, parents first, each with its depth (the node itself has 1).</summary>
    public static IEnumerable<(Syntax Node, int Depth)> Walk(this Syntax root)
    {
        var waiting = new Stack<(Syntax Node, int Depth)>([(root, 1)]);
        while (waiting.TryPop(out var item))
        {
            yield return item;
            foreach (var child in item.Node.Children().Reverse())
                waiting.Push((child, item.Depth + 1));
        }
    }

    /// <summary>Number of nodes on the longest way down.</summary>
    public static int Height(this Syntax root) => root.Walk().Max(item => item.Depth);
}
