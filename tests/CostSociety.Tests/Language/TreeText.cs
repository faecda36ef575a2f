using CostSociety.Language;

namespace CostSociety.Tests.Language;

/// <summary>Trees as fully bracketed text, so that two trees are equal, spans aside, when their texts are.</summary>
internal static class TreeText
{
    public static string Of(Syntax? tree) => tree switch
    {
        null => "nothing",
        NumberSyntax number => NumberText.Format(number.Value),
        NameSyntax name => Names.IsName(name.Name) ? name.Name : $"'{name.Name}'",
        UnarySyntax unary => $"({unary.Operator} {Of(unary.Operand)})",
        BinarySyntax binary => $"({binary.Operator} {Of(binary.Left)} {Of(binary.Right)})",
        CallSyntax call => $"(call {call.Function}{List(call.Arguments)})",
        LetSyntax let => $"(let {let.Name} {Of(let.Value)} {Of(let.Body)})",
        AssignmentSyntax assignment => $"(set {assignment.Name} {Of(assignment.Value)})",
        BlockSyntax block => $"(block{List(block.Assignments)})",
        ParameterSyntax parameter => $"(parameter {parameter.Name} {Of(parameter.Default)})",
        DefinitionSyntax d =>
            $"(define {d.Name} [{d.Documentation}]{List(d.Parameters)} variables{List(d.Variables)} {Of(d.Body)})",
        ConditionSyntax condition => $"(condition {Of(condition.Condition)} {condition.DurationSteps})",
        _ => throw new ArgumentOutOfRangeException(nameof(tree)),
    };

    private static string List(IEnumerable<Syntax> nodes) => string.Concat(nodes.Select(node => " " + Of(node)));
}
