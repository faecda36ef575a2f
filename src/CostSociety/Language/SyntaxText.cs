namespace CostSociety.Language;

/// <summary>Prints a tree as text that reads back as the same tree, with as few parentheses as that takes.</summary>
public static class SyntaxText
{
    /// <summary>The text of a tree.</summary>
    public static string Print(Syntax tree) => tree switch
    {
        NumberSyntax number => NumberText.Format(number.Value),
        NameSyntax name => Quote(name.Name),
        UnarySyntax unary => PrintUnary(unary),
        BinarySyntax binary => PrintBinary(binary),
        CallSyntax call => $"{call.Function}({Join(", ", call.Arguments)})",
        LetSyntax let => $"let {let.Name} = {Print(let.Value)} in {Print(let.Body)}",
        AssignmentSyntax assignment => $"{assignment.Name} = {Print(assignment.Value)}",
        BlockSyntax block => Join("; ", block.Assignments),
        ParameterSyntax parameter => PrintParameter(parameter),
        DefinitionSyntax definition => PrintDefinition(definition),
        ConditionSyntax condition => PrintCondition(condition),
        _ => throw new ArgumentOutOfRangeException(nameof(tree), tree.GetType().Name, "unknown kind of node"),
    };

    /// <summary>A name as it has to be written: in quotes if it is more than letters, digits and dots.</summary>
    public static string Quote(string name)
    {
        if (Names.IsName(name))
            return name;
        return name.Contains('\'') ? $"\"{name}\"" : $"'{name}'";
    }

    private static string Join(string separator, IEnumerable<Syntax> nodes) =>
        string.Join(separator, nodes.Select(node => Print(node)));

    private static string PrintUnary(UnarySyntax unary) => unary.Operator == "not"
        ? $"not {Print(unary.Operand, Operators.Not)}"
        : $"{unary.Operator}{Print(unary.Operand, Operators.Negation)}";

    private static string PrintBinary(BinarySyntax binary)
    {
        int own = Operators.Infix(binary.Operator);
        if (own == Operators.Power)
            return $"{Print(binary.Left, Operators.Operand)}^{Print(binary.Right, Operators.Negation)}";
        int left = own == Operators.Comparison ? own + 1 : own;
        return $"{Print(binary.Left, left)} {binary.Operator} {Print(binary.Right, own + 1)}";
    }

    private static string Print(Syntax node, int least) => Precedence(node) < least ? $"({Print(node)})" : Print(node);

    private static int Precedence(Syntax node) => node switch
    {
        BinarySyntax binary => Operators.Infix(binary.Operator),
        UnarySyntax unary => unary.Operator == "not" ? Operators.Not : Operators.Negation,
        LetSyntax => Operators.Lowest,
        _ => Operators.Operand,
    };

    private static string PrintParameter(ParameterSyntax parameter) =>
        parameter.Default is null ? parameter.Name : $"{parameter.Name} = {Print(parameter.Default)}";

    private static string PrintDefinition(DefinitionSyntax definition)
    {
        string documentation = definition.Documentation.Length == 0
            ? ""
            : string.Concat(definition.Documentation.Split('\n').Select(line => $"## {line}\n"));
        string parameters = definition.Parameters.Count == 0 ? "" : $"({Join(", ", definition.Parameters)})";
        string variables = definition.Variables.Count == 0 ? "" : $" variables({Join(", ", definition.Variables)})";
        string body = definition.Body is BlockSyntax ? $"{{ {Print(definition.Body)} }}" : Print(definition.Body);
        return $"{documentation}{definition.Name}{parameters}{variables} = {body};";
    }

    private static string PrintCondition(ConditionSyntax condition) => condition.DurationSteps switch
    {
        0 => Print(condition.Condition),
        1 => $"{Print(condition.Condition)} for 1 step",
        var steps => $"{Print(condition.Condition)} for {steps} steps",
    };
}
