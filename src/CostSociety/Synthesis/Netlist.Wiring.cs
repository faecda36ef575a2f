using CostSociety.Circuits;
using CostSociety.Fabric;
using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <content>What a projection makes of the activity that is sent: products with a bank, pools, one synapse a unit.</content>
internal sealed partial class Netlist
{
    /// <summary>
    /// Values of a variable of an area, as its dynamics see them: one a map, or one a unit, laid out like the area.
    /// </summary>
    public Node Variable(AreaSpec area, Parameter variable) => PerUnit(variable, Sites(area) > 1 && variable.Units == area.Units ? Sites(area) : 1);

    /// <summary>A signal of the sending area in the layout in which the bank of a projection receives it.</summary>
    public Node Laid(ProjectionSpec projection, Node signal) => projection switch
    {
        _ when signal.IsConst(0) => signal,
        { Pool: not null } or { OneToOne: true } => signal,
        { Patch: { } patch } => _graph.Gather(signal, PatchTable(patch, Area(projection.From)!, signal)),
        _ => Layouts.Flatten(_graph, signal),
    };

    private Node Project(ProjectionSpec projection, AreaSpec area, Node sent)
    {
        if (projection.Pool is { } pool)
            return Pool(pool, Area(projection.From)!, sent);
        var parameter = Parameters.OfProjection(projection.Name);
        if (projection.OneToOne)
            return OneToOne(parameter, sent, Sites(area));
        var use = new BankUse(parameter.Bank, parameter);
        if (projection.Patch is not null)
            return _graph.Project(sent, use);
        var input = projection.Transpose is null ? _graph.Project(sent, use) : _graph.ProjectBack(sent, use);
        return Layouts.Unflatten(_graph, input, Sites(area));
    }

    private GatherTable PatchTable(PatchSpec patch, AreaSpec source, Node sent)
    {
        var shape = _index.ImageOf(source);
        return _graph.Tables.Patches(shape[0], shape[1], shape[2], patch.Size, patch.Stride, patch.Padding, sent.Shape.Sites > 1);
    }

    /// <summary>The mean is one sum over each window; the maximum goes through the windows place by place.</summary>
    private Node Pool(PoolSpec pool, AreaSpec source, Node sent)
    {
        var image = _index.ImageOf(source);
        bool siteMajor = sent.Shape.Sites > 1;
        if (!pool.IsMax)
            return _graph.Div(_graph.Gather(sent, _graph.Tables.Windows(image, pool.Size, pool.Stride, siteMajor)), _graph.Const((double)pool.Size * pool.Size));
        Node? largest = null;
        for (int place = 0; place < pool.Size * pool.Size; place++)
        {
            var shifted = _graph.Gather(sent, _graph.Tables.PlacesOfWindows(image, pool.Size, pool.Stride, place, siteMajor));
            largest = largest is null ? shifted : _graph.Apply(Opcode.Max, largest, shifted);
        }
        return largest!;
    }

    /// <summary>A product unit by unit; on the way back a rule may put other numbers in the place of the weights.</summary>
    private Node OneToOne(Parameter parameter, Node sent, int sites)
    {
        sent = sites == 1 ? Layouts.Flatten(_graph, sent) : Layouts.Unflatten(_graph, sent, sites);
        var weights = PerUnit(parameter, sites);
        var product = _graph.Mul(sent, weights);
        if (parameter.Feedback is not { } feedback)
            return product;
        var back = Laid(_graph.Memory(feedback, Shape.Unit(parameter.Units)), sites);
        return _graph.As(product, _graph.Add(_graph.Mul(_graph.Stop(sent), weights), _graph.Mul(sent, _graph.Stop(back))));
    }

    private Node PerUnit(Parameter parameter, int sites) => Laid(_graph.Memory(parameter.Values, Shape.Unit(parameter.Units)), sites);

    private Node Laid(Node vector, int sites) =>
        sites == 1 ? vector : Layouts.Unflatten(_graph, _graph.Spread(vector, Shape.Signal(vector.Shape.Cols)), sites);
}
