using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>
/// Host registers and the expressions that fill them: each is evaluated in double precision at the step boundary from
/// the names the host knows (step, epoch, parameters, measures of the previous step).
/// </summary>
internal sealed class HostRegisters
{
    private readonly NodeMap<int> _registers = new();
    private readonly List<Node> _roots = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private Node[] _order = [];
    private int[][] _inputs = [];
    private int[] _names = [];
    private int[] _outputs = [];

    /// <summary>Names of the host that the expressions read, in the order <see cref="Fill"/> takes their values.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Number of registers.</summary>
    public int Count => _roots.Count;

    /// <summary>How many numbers <see cref="Fill"/> needs to work with; those who share the expressions have one each.</summary>
    public int Work => _order.Length;

    /// <summary>The register of a host value; equal values share one.</summary>
    public int Of(Node node)
    {
        if (_registers.TryGetValue(node, out int register))
            return register;
        _registers[node] = register = _roots.Count;
        _roots.Add(node);
        return register;
    }

    /// <summary>Compiles the expressions; call once, after the last <see cref="Of"/>.</summary>
    public void Freeze()
    {
        _order = [.. GraphOrder.Of(_roots)];
        var position = new NodeMap<int>();
        for (int i = 0; i < _order.Length; i++)
            position[_order[i]] = i;
        _inputs = Array.ConvertAll(_order, n => Array.ConvertAll(n.Inputs, i => position[i]));
        _names = Array.ConvertAll(_order, n => n.Kind == NodeKind.Host ? NameIndex(n.DataAs<string>()) : -1);
        _outputs = [.. _roots.Select(r => position[r])];
    }

    /// <summary>Evaluates all expressions. Allocates nothing.</summary>
    /// <param name="names">Values of <see cref="Names"/>.</param>
    /// <param name="work"><see cref="Work"/> numbers to work with.</param>
    /// <param name="registers">Receives the registers.</param>
    public void Fill(ReadOnlySpan<double> names, Span<double> work, Span<float> registers)
    {
        for (int i = 0; i < _order.Length; i++)
            work[i] = _order[i].Kind switch
            {
                NodeKind.Const => _order[i].Value,
                NodeKind.Host => names[_names[i]],
                _ => HostMath.Apply(_order[i].Code, Input(work, i, 0), Input(work, i, 1), Input(work, i, 2)),
            };
        for (int i = 0; i < _outputs.Length; i++)
            registers[i] = (float)work[_outputs[i]];
    }

    private double Input(ReadOnlySpan<double> work, int node, int index) => index < _inputs[node].Length ? work[_inputs[node][index]] : 0;

    private int NameIndex(string name)
    {
        if (_numbers.TryAdd(name, Names.Count))
            Names.Add(name);
        return _numbers[name];
    }
}
