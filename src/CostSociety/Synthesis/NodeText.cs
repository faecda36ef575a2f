using System.Text;
using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>Writes a node as an expression of the language; named nodes are written by their names, long texts are cut.</summary>
/// <param name="names">Names of signals.</param>
internal sealed class NodeText(IReadOnlyDictionary<Node, string> names)
{
    private const int MostCharacters = 400;
    private const int LongestPlainFraction = 5;
    private const int Additive = 1;
    private const int Multiplicative = 2;
    private const int Unary = 3;

    private readonly StringBuilder _text = new();

    /// <summary>The expression.</summary>
    public static string Write(Node node, IReadOnlyDictionary<Node, string> names)
    {
        var text = new NodeText(names);
        text.Append(node, 0);
        return text._text.ToString();
    }

    private void Append(Node node, int outer)
    {
        if (names.TryGetValue(node, out string? name))
            _text.Append(name);
        else if (_text.Length > MostCharacters)
            _text.Append("...");
        else
            AppendKind(node, outer);
    }

    private void AppendKind(Node node, int outer)
    {
        switch (node.Kind)
        {
            case NodeKind.Const:
                AppendNumber(node.Value, outer);
                break;
            case NodeKind.Host:
                _text.Append(node.DataAs<string>());
                break;
            case NodeKind.Memory:
                AppendMemory(node.DataAs<Symbol>());
                break;
            case NodeKind.Apply:
                AppendOpcode(node, outer);
                break;
            case NodeKind.Project or NodeKind.ProjectBack:
                AppendProduct(node);
                break;
            case NodeKind.Contract:
                AppendContract(node);
                break;
            case NodeKind.Weights:
                AppendWeights(node.DataAs<BankUse>().Owner);
                break;
            default:
                AppendCall(FunctionOf(node.Kind), node.Inputs);
                break;
        }
    }

    private void AppendMemory(Symbol symbol)
    {
        if (symbol.Parameter is { Projection: not null } parameter)
            AppendWeights(parameter);
        else
            _text.Append(symbol.Name);
    }

    private void AppendWeights(Parameter parameter) => _text.Append($"weights('{parameter.Name}')");

    private void AppendOpcode(Node node, int outer)
    {
        var inputs = node.Inputs;
        if (node.Code == Opcode.Spread)
            Append(inputs[0], outer);
        else if (node.Code == Opcode.Add && inputs[0] == inputs[1])
            AppendDouble(inputs[0], outer);
        else if (node.Code == Opcode.Mul && inputs[0] == inputs[1])
            AppendCall("square", [inputs[0]]);
        else if (node.Code == Opcode.Neg)
            Bracketed(Unary, outer, () => { _text.Append('-'); Append(inputs[0], Unary); });
        else if (Operator(node.Code) is { } known)
            AppendBinary(inputs, known.Sign, known.Level, outer);
        else
            AppendCall(node.Code == Opcode.Select ? "where" : Semantics.Opcodes[(int)node.Code].Name, inputs);
    }

    /// <summary>x + x, as a derivative of a square gives it.</summary>
    private void AppendDouble(Node x, int outer) => Bracketed(Multiplicative, outer, () =>
    {
        _text.Append("2 * ");
        Append(x, Multiplicative);
    });

    private void AppendBinary(Node[] inputs, string sign, int level, int outer) => Bracketed(level, outer, () =>
    {
        Append(inputs[0], level);
        _text.Append(' ').Append(sign).Append(' ');
        Append(inputs[1], sign is "-" or "/" ? level + 1 : level);
    });

    private void AppendCall(string function, IReadOnlyList<Node> inputs)
    {
        _text.Append(function).Append('(');
        for (int i = 0; i < inputs.Count; i++)
        {
            _text.Append(i > 0 ? ", " : "");
            Append(inputs[i], 0);
        }
        _text.Append(')');
    }

    private void AppendProduct(Node node)
    {
        _text.Append(node.Kind == NodeKind.Project ? "project(" : "project_back(");
        Append(node.Inputs[0], 0);
        _text.Append(", \"").Append(node.DataAs<BankUse>().Owner.Name).Append("\")");
    }

    /// <summary>A product of signals; a prime is a transpose.</summary>
    private void AppendContract(Node node)
    {
        var form = node.DataAs<ContractForm>();
        _text.Append(form.PerSample ? "contract_samples(" : "contract(");
        Append(node.Inputs[0], Unary);
        _text.Append(form.TransposeA ? "', " : ", ");
        Append(node.Inputs[1], Unary);
        _text.Append(form.TransposeB ? "')" : ")");
    }

    /// <summary>A number; 0.0034722 is easier to read as 1/288.</summary>
    private void AppendNumber(double value, int outer)
    {
        string text = NumberText.Format(value);
        double inverse = Math.Round(1 / value);
        if (text.Length > LongestPlainFraction && Math.Abs(value) < 1 && Math.Abs(value * inverse - 1) < 1e-12)
            text = $"1/{NumberText.Format(inverse)}";
        bool isPlain = value >= 0 && !text.Contains('/');
        Bracketed(isPlain ? int.MaxValue : Additive, outer, () => _text.Append(text));
    }

    private void Bracketed(int level, int outer, Action inside)
    {
        _text.Append(level < outer ? "(" : "");
        inside();
        _text.Append(level < outer ? ")" : "");
    }

    private static (string Sign, int Level)? Operator(Opcode code) => code switch
    {
        Opcode.Add => ("+", Additive),
        Opcode.Sub => ("-", Additive),
        Opcode.Mul => ("*", Multiplicative),
        Opcode.Div => ("/", Multiplicative),
        Opcode.Less => ("<", 0),
        Opcode.LessEqual => ("<=", 0),
        Opcode.Equal => ("==", 0),
        _ => null,
    };

    private static string FunctionOf(NodeKind kind) => kind switch
    {
        NodeKind.SumUnits or NodeKind.SumSites => "sum",
        NodeKind.SumRows => "batch_sum",
        NodeKind.MaxUnits => "max",
        NodeKind.ArgMaxUnits => "argmax",
        NodeKind.Softmax => "softmax",
        NodeKind.LogSumExp => "logsumexp",
        NodeKind.Stop => "stop",
        NodeKind.As => "as",
        NodeKind.Gather => "gather",
        NodeKind.Rank => "rank",
        NodeKind.RankIndex => "rank_index",
        _ => kind.ToString(),
    };
}
