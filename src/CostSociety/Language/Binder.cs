using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety.Language;

/// <summary>
/// Gives a tree its meaning: resolves names, checks types, expands library functions, and makes nodes of the operation
/// graph. Every error is reported with its place; the result is then null.
/// </summary>
internal sealed class Binder(Graph graph, Library library, Diagnostics diagnostics)
{
    /// <summary>How to repair shapes that do not fit.</summary>
    public const string FittingShapes = "two signals fit when they have as many units; a number, and one value per sample, fit everything: mean(...) makes one";

    private const string FittingMatrices =
        "a matrix fits a matrix of its size, a value of as many units and a number: sum(...), mean(...) and norm(...) make a number of it";

    private const int DeepestExpansion = 32;

    private readonly Stack<(Scope Scope, Dictionary<string, Node?> Values)> _locals = new();
    private readonly Stack<CallSyntax> _expanding = new();

    public Graph Graph => graph;

    public Diagnostics Diagnostics => diagnostics;

    public Library Library => library;

    /// <summary>Parses and binds an expression.</summary>
    public Node? Bind(ExpressionText text, Scope scope) =>
        Parser.ParseExpression(text, diagnostics) is { } tree ? Bind(tree, scope) : null;

    /// <summary>Binds a tree.</summary>
    public Node? Bind(Syntax syntax, Scope scope) => syntax switch
    {
        NumberSyntax number => graph.Const(number.Value),
        NameSyntax name => BindName(name, scope),
        UnarySyntax unary => BindUnary(unary, scope),
        BinarySyntax binary => BindBinary(binary, scope),
        LetSyntax let => BindLet(let, scope),
        CallSyntax call => BindCall(call, scope),
        _ => Fail("COST2001", syntax.Span, $"{syntax.GetType().Name} is not an expression", null),
    };

    /// <summary>Reports an error and returns nothing. What goes wrong inside a library text is told where the user calls it.</summary>
    public Node? Fail(string id, SourceSpan span, string message, string? hint)
    {
        if (_expanding.Count > 0)
            (span, message) = (_expanding.Last().Span, $"{message}, inside of the library's '{_expanding.Peek().Function}'");
        diagnostics.Error(id, span, message, hint);
        return null;
    }

    /// <summary>Applies an opcode, or reports that the shapes do not fit.</summary>
    public Node? Apply(Opcode code, string name, SourceSpan span, params ReadOnlySpan<Node> inputs)
    {
        var conformed = Layouts.Conform(graph, inputs);
        var shape = conformed[0].Shape;
        foreach (var input in conformed)
            if (Shape.Broadcast(shape, input.Shape) is { } both)
                shape = both;
            else
                return FailToFit(name, span, shape, input.Shape);
        // What folds to a constant keeps the units it stands for: sum(0 * v1 + 1) counts the units of v1.
        return graph.Spread(graph.Apply(code, conformed), shape);
    }

    /// <summary>Reports that two shapes do not fit.</summary>
    public Node? FailToFit(string name, SourceSpan span, Shape a, Shape b) => Fail(
        "COST2011", span, $"'{name}' expects values of one shape, got {a} and {b}",
        a.IsMatrix || b.IsMatrix ? FittingMatrices : FittingShapes);

    private Node? BindName(NameSyntax name, Scope scope)
    {
        foreach (var (owner, values) in _locals)
            if (ReferenceEquals(owner, scope) && values.TryGetValue(name.Name, out var local))
                return local;
        if (scope.Resolve(name.Name, name.Span) is { } node)
            return node;
        if (!diagnostics.HasErrorAt(name.Span) && !FailedElsewhere(name.Name, scope))
            diagnostics.Error("COST2003", name.Span, $"unknown name '{name.Name}' in {scope.Where}", Suggestions.Hint(name.Name, scope.Known()));
        return null;
    }

    /// <summary>A name that exists and has no value has none because of an error that is reported already.</summary>
    private bool FailedElsewhere(string name, Scope scope) => diagnostics.HasErrors && scope.Known().Contains(name);

    private Node? BindUnary(UnarySyntax unary, Scope scope)
    {
        if (Bind(unary.Operand, scope) is not { } a)
            return null;
        return unary.Operator == "not" ? Apply(Opcode.Equal, "not", unary.Span, a, graph.Zero) : graph.Neg(a);
    }

    private Node? BindBinary(BinarySyntax binary, Scope scope)
    {
        var left = Bind(binary.Left, scope);
        var right = Bind(binary.Right, scope);
        return left is null || right is null ? null : BindOperator(binary.Operator, binary.Span, left, right);
    }

    private Node? BindOperator(string op, SourceSpan span, Node a, Node b) => op switch
    {
        "+" => Apply(Opcode.Add, op, span, a, b),
        "-" => Apply(Opcode.Sub, op, span, a, b),
        "*" => Apply(Opcode.Mul, op, span, a, b),
        "/" => Apply(Opcode.Div, op, span, a, b),
        "^" => Apply(Opcode.Pow, op, span, a, b),
        "<" => Apply(Opcode.Less, op, span, a, b),
        ">" => Apply(Opcode.Less, op, span, b, a),
        "<=" => Apply(Opcode.LessEqual, op, span, a, b),
        ">=" => Apply(Opcode.LessEqual, op, span, b, a),
        "==" => Apply(Opcode.Equal, op, span, a, b),
        "!=" => Apply(Opcode.Equal, op, span, a, b) is { } equal ? graph.Sub(graph.One, equal) : null,
        "and" => Apply(Opcode.Mul, op, span, Truth(a), Truth(b)),
        "or" => Apply(Opcode.Max, op, span, Truth(a), Truth(b)),
        _ => Fail("COST2001", span, $"unknown operator '{op}'", null),
    };

    /// <summary>1 where a value is not 0.</summary>
    private Node Truth(Node a) =>
        a is { Kind: NodeKind.Apply, Code: Opcode.Less or Opcode.LessEqual or Opcode.Equal or Opcode.Step }
            ? a
            : graph.Sub(graph.One, graph.Apply(Opcode.Equal, a, graph.Zero));

    private Node? BindLet(LetSyntax let, Scope scope)
    {
        var value = Bind(let.Value, scope);
        _locals.Push((scope, new Dictionary<string, Node?> { [let.Name] = value }));
        var body = Bind(let.Body, scope);
        _locals.Pop();
        return value is null ? null : body;
    }

    private Node? BindCall(CallSyntax call, Scope scope)
    {
        if (Functions.Find(call.Function) is { TakesName: true } named)
            return CallWithName(named, call, scope);
        var arguments = new Node?[call.Arguments.Count];
        for (int i = 0; i < arguments.Length; i++)
            arguments[i] = Bind(call.Arguments[i], scope);
        if (Functions.Find(call.Function) is { } function)
            return CallBuiltIn(function, call, arguments, scope);
        if (library.Function(call.Function) is { } definition)
            return Expand(definition, call, arguments, scope);
        return Fail("COST2004", call.FunctionSpan, $"unknown function '{call.Function}' in {scope.Where}",
            Suggestions.Hint(call.Function, Functions.Names.Concat(library.FunctionNames)));
    }

    /// <summary>The argument is a name, which means something to the function alone.</summary>
    private Node? CallWithName(Function function, CallSyntax call, Scope scope) => call.Arguments is [NameSyntax]
        ? function.Build(new CallContext(this, graph, call, scope), [])
        : Fail("COST2005", call.Span, $"'{call.Function}' takes the name of a projection", $"write {function.Signature}");

    private Node? CallBuiltIn(Function function, CallSyntax call, Node?[] arguments, Scope scope)
    {
        if (arguments.Length < function.MinArity || arguments.Length > function.MaxArity)
            return Fail("COST2005", call.Span,
                $"'{call.Function}' takes {function.ArityText}, got {arguments.Length}", $"write {function.Signature}");
        return Array.Exists(arguments, a => a is null)
            ? null
            : function.Build(new CallContext(this, graph, call, scope), arguments!);
    }

    /// <summary>Expands a library definition: its body with the arguments in place of the parameters.</summary>
    private Node? Expand(DefinitionSyntax definition, CallSyntax call, Node?[] arguments, Scope scope)
    {
        if (_expanding.Any(c => c.Function == definition.Name) || _expanding.Count >= DeepestExpansion)
            return Fail("COST2006", call.FunctionSpan, $"the library function '{definition.Name}' calls itself", null);
        var locals = new Dictionary<string, Node?>();
        if (!Assign(definition, call, arguments, locals))
            return null;
        return Inside(call, scope, locals, () => BindDefaults(definition, locals, scope) ? Bind(definition.Body, scope) : null);
    }

    /// <summary>Parameters that the call leaves out; their texts may name those before them.</summary>
    private bool BindDefaults(DefinitionSyntax definition, Dictionary<string, Node?> locals, Scope scope)
    {
        foreach (var parameter in definition.Parameters.Skip(locals.Count))
            if ((locals[parameter.Name] = Bind(parameter.Default!, scope)) is null)
                return false;
        return true;
    }

    private bool Assign(DefinitionSyntax definition, CallSyntax call, Node?[] arguments, Dictionary<string, Node?> locals)
    {
        int required = definition.Parameters.Count(p => p.Default is null);
        if (arguments.Length < required || arguments.Length > definition.Parameters.Count)
        {
            string names = string.Join(", ", definition.Parameters.Select(p => p.Name));
            Fail("COST2005", call.Span, $"'{call.Function}' takes {definition.Parameters.Count} arguments, got {arguments.Length}",
                $"write {definition.Name}({names})");
            return false;
        }
        for (int i = 0; i < arguments.Length; i++)
            locals[definition.Parameters[i].Name] = arguments[i];
        return Array.TrueForAll(arguments, a => a is not null);
    }

    private Node? Inside(CallSyntax call, Scope scope, Dictionary<string, Node?> locals, Func<Node?> bind)
    {
        _expanding.Push(call);
        _locals.Push((scope, locals));
        var result = bind();
        _locals.Pop();
        _expanding.Pop();
        return result;
    }
}
