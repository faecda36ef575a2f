namespace CostSociety.Language;

/// <summary>A tree of the language, as written. Names are not resolved yet.</summary>
/// <param name="Span">Where it stands.</param>
public abstract record Syntax(SourceSpan Span);

/// <summary>A number.</summary>
public sealed record NumberSyntax(double Value, SourceSpan Span) : Syntax(Span);

/// <summary>A name, dots included: <c>v1</c>, <c>retina.apical</c>, <c>cost.v1.sparse</c>.</summary>
public sealed record NameSyntax(string Name, SourceSpan Span) : Syntax(Span);

/// <summary>A prefix operator: <c>-</c>, or <c>not</c>.</summary>
public sealed record UnarySyntax(string Operator, Syntax Operand, SourceSpan Span) : Syntax(Span);

/// <summary>An infix operator: + - * / ^ &lt; &lt;= &gt; &gt;= == != and or.</summary>
public sealed record BinarySyntax(string Operator, Syntax Left, Syntax Right, SourceSpan Span) : Syntax(Span);

/// <summary>A call; the name may have dots: <c>noise.normal(0, 1)</c>.</summary>
public sealed record CallSyntax(string Function, SourceSpan FunctionSpan, IReadOnlyList<Syntax> Arguments, SourceSpan Span) : Syntax(Span);

/// <summary><c>let name = value in body</c>.</summary>
public sealed record LetSyntax(string Name, SourceSpan NameSpan, Syntax Value, Syntax Body, SourceSpan Span) : Syntax(Span);

/// <summary>One assignment of a block: <c>name = value</c>.</summary>
public sealed record AssignmentSyntax(string Name, SourceSpan NameSpan, Syntax Value, SourceSpan Span) : Syntax(Span);

/// <summary>Assignments separated by <c>;</c>, as dynamics, updates and plasticity texts use them.</summary>
public sealed record BlockSyntax(IReadOnlyList<AssignmentSyntax> Assignments, SourceSpan Span) : Syntax(Span);

/// <summary>A parameter, or a learnable variable, of a definition: <c>rate</c>, <c>momentum = 0.9</c>.</summary>
public sealed record ParameterSyntax(string Name, SourceSpan NameSpan, Syntax? Default, SourceSpan Span) : Syntax(Span);

/// <summary>
/// A definition of a library file: <c>name(parameter, ...) variables(name = start, ...) = body</c>; the body is an
/// expression or a <see cref="BlockSyntax"/>. Variables are learnable, one value a unit.
/// </summary>
public sealed record DefinitionSyntax(
    string Name,
    SourceSpan NameSpan,
    IReadOnlyList<ParameterSyntax> Parameters,
    IReadOnlyList<ParameterSyntax> Variables,
    Syntax Body,
    string Documentation,
    SourceSpan Span) : Syntax(Span);

/// <summary>A condition of a stage: <c>step &gt;= 300 for 20 steps</c> has a duration of 20; without <c>for</c> it is 0.</summary>
public sealed record ConditionSyntax(Syntax Condition, int DurationSteps, SourceSpan Span) : Syntax(Span);
