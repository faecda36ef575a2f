using System.Numerics.Tensors;
using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety;

/// <content>Looking at signals and weights.</content>
public sealed partial class Society
{
    /// <summary>Names of the signals that <see cref="Signal"/> shows: areas and <c>area.compartment</c>.</summary>
    public IEnumerable<string> Signals => (_shown ?? _regime.Synthesized.LearnSignals).Select(s => s.Name);

    /// <summary>
    /// A view of a signal after a step, prediction or act: [batch, units], or [batch, maps, height, width] for a shaped area.
    /// No copy; valid until the next step.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such signal.</exception>
    /// <exception cref="InvalidOperationException">Nothing ran yet, or nothing since the costs were exchanged.</exception>
    public ReadOnlyTensorSpan<float> Signal(string name)
    {
        var signal = Find(name);
        var view = _memory.View(signal.Symbol.Region, signal.Symbol.Offset, signal.Symbol.SlotSize);
        var (lengths, strides) = LogicalView(signal);
        for (int i = 0; i < lengths.Length; i++)
            if (lengths[i] == 1)
                strides[i] = 0; // A tensor span takes no other stride for an axis of one.
        return new ReadOnlyTensorSpan<float>(view, lengths, strides);
    }

    /// <summary>
    /// A copy of the weights of a projection, [units, inputs], or of a variable <c>area.name</c>, [units, 1]. A patch that
    /// shares its weights has the maps as units; one that does not has all units of the area, (map * height + y) * width + x.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such projection or variable.</exception>
    public Tensor<float> ReadWeights(string name)
    {
        var parameter = FindParameter(name);
        return Tensor.Create(ReadBank(parameter.Bank), [parameter.LogicalUnits, parameter.Inputs]);
    }

    /// <summary>
    /// Sets the weights of a projection, [units, inputs], or of a variable. They are held to the sign and the bounds of
    /// the projection; what a mask leaves out stays 0.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such projection or variable, or the shape does not fit.</exception>
    public void WriteWeights(string name, ReadOnlySpan<float> values)
    {
        var parameter = FindParameter(name);
        if (values.Length != parameter.LogicalUnits * parameter.Inputs)
            throw new ArgumentException(
                $"'{name}' has [{parameter.LogicalUnits}, {parameter.Inputs}] weights, got {values.Length} values", nameof(values));
        if (parameter.Bank.Parameter!.Projection is not null)
            values = Held(parameter.Bank.Parameter!, values);
        WriteBank(parameter.Bank, values);
        if (FeedbackBanks.SignMagnitude(parameter) is not null)
            WriteBank(parameter.Feedback!, Initialization.SignsOf(parameter, values));
    }

    /// <summary>Refuses an output of another size before anything runs.</summary>
    private void CheckOutput(string area, int samples, int floats)
    {
        int units = Circuit.Areas[^1].Units;
        if (area.Length > 0 && floats != samples * units)
            throw new ArgumentException($"'{area}' has {units} units: {samples} samples need {samples * units} floats, got {floats}");
    }

    private float[] Held(Parameter parameter, ReadOnlySpan<float> values)
    {
        var held = values.ToArray();
        SynapseFit.Hold(parameter, held, parameter.Mask is { } mask ? ReadBank(mask) : null);
        return held;
    }

    /// <summary>Copies a signal of the first samples, units in logical order.</summary>
    private void CopySignal(string name, int samples, Span<float> destination)
    {
        var signal = Find(name);
        int maps = signal.Shape.Cols, sites = signal.Shape.Sites, units = maps * sites;
        int stride = signal.Symbol.Kind == SymbolKind.Column ? 1 : signal.Symbol.Stride;
        var view = _memory.View(signal.Symbol.Region, signal.Symbol.Offset, signal.Symbol.SlotSize);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = view[(i / units * sites + i % sites) * stride + i % units / sites];
    }

    /// <summary>Writes logical values [units, inputs] into a bank of tile panels.</summary>
    internal void WriteBank(Symbol bank, ReadOnlySpan<float> values)
    {
        var packed = new float[bank.Size];
        for (int unit = 0; unit < bank.Cols * bank.Slots; unit++)
            for (int input = 0; input < bank.Rows; input++)
                packed[bank.Weight(unit, input)] = values[unit * bank.Rows + input];
        _memory.Write(bank.Region, bank.Offset, packed);
    }

    /// <summary>Reads a bank as logical values [units, inputs].</summary>
    internal float[] ReadBank(Symbol bank)
    {
        var packed = new float[bank.Size];
        _memory.Read(bank.Region, bank.Offset, packed);
        var values = new float[bank.Rows * bank.Cols * bank.Slots];
        for (int unit = 0; unit < bank.Cols * bank.Slots; unit++)
            for (int input = 0; input < bank.Rows; input++)
                values[unit * bank.Rows + input] = packed[bank.Weight(unit, input)];
        return values;
    }

    private VisibleSignal Find(string name)
    {
        // Counted through, since an enumerator would be allocated.
        var signals = _shown ?? _regime.Synthesized.LearnSignals;
        for (int i = 0; i < signals.Count; i++)
            if (signals[i].Name == name)
                return _shown is not null ? signals[i] : throw new InvalidOperationException(
                    $"'{name}' has no values yet: nothing ran since the society was built or its costs were exchanged; call Step, Predict or Act first");
        throw new ArgumentException($"there is no signal '{name}'; there are {string.Join(", ", Signals)}", nameof(name));
    }

    private Parameter FindParameter(string name) => _regime.Synthesized.Parameters.Find(name)
        ?? throw new ArgumentException(
            $"nothing that learns is called '{name}'; there are {string.Join(", ", _regime.Synthesized.Parameters.All.Select(p => p.Name))}", nameof(name));

    private (nint[] Lengths, nint[] Strides) LogicalView(VisibleSignal signal)
    {
        var (shape, stride) = (signal.Shape, signal.Symbol.Kind == SymbolKind.Column ? 1 : signal.Symbol.Stride);
        int units = shape.Cols * shape.Sites;
        if (signal.LogicalShape.Count != 3)
            return ([BatchSize, units], [stride, 1]);
        var (maps, height, width) = (signal.LogicalShape[0], signal.LogicalShape[1], signal.LogicalShape[2]);
        return shape.Sites > 1
            ? ([BatchSize, maps, height, width], [shape.Sites * stride, 1, width * stride, stride])
            : ([BatchSize, maps, height, width], [stride, height * width, width, 1]);
    }
}
