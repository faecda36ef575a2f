using System.Numerics.Tensors;
using CostSociety.Data;
using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>
/// Looks at the gradients of a society without changing it: a second bitstream over the same state, which writes only its
/// own scratch. It computes what the next step would do with the samples, <c>learning</c> being 1, and leaves it at that.
/// Made by <see cref="Society.OpenProbe"/>; one thread at a time may use the society and its probes.
/// </summary>
public sealed class Probe : IDisposable
{
    private readonly Society _society;
    private readonly Synthesized _host;
    private readonly IFabricMemory _hostMemory;
    private readonly Synthesized _synthesized;
    private readonly ILoadedBitstream _loaded;
    private readonly IFabricMemory _memory;
    private readonly RunState _run;
    private readonly HostValues _values;
    private readonly Inputs _inputs;
    private readonly (Parameter Parameter, Symbol Gradient, double[] Sums)[] _gradients;
    private readonly float[] _packed;
    private int _samples;

    internal Probe(Society society, Synthesized synthesized, ILoadedBitstream loaded, IFabricMemory memory)
    {
        (_society, _host, _hostMemory) = (society, society.Synthesized, society.Memory);
        (_synthesized, _loaded, _memory) = (synthesized, loaded, memory);
        _run = new RunState(synthesized.Bitstream.Registers) { Seed = society.Seed };
        _values = new HostValues(synthesized);
        _inputs = new Inputs(synthesized);
        _gradients = [.. synthesized.Gradients.Select(g => (g.Key, g.Value, new double[g.Value.Size]))];
        _packed = new float[synthesized.Gradients.Values.Select(g => g.Size).DefaultIfEmpty(0).Max()];
        _memory.Write(Region.Io, synthesized.One.Offset, [1f]);
    }

    /// <summary>Mean of each cost term over the samples of the last run, in the order of <see cref="Society.CostTerms"/>.</summary>
    public ReadOnlySpan<double> CostValues => _values.CostValues;

    /// <summary>The second fabric.</summary>
    internal IFabricMemory Memory => _memory;

    internal Synthesized Synthesized => _synthesized;

    /// <summary>Sets one stream for the next run: one row a sample.</summary>
    /// <param name="stream">Name of the stream.</param>
    /// <param name="values">[samples, width], at most <see cref="Society.StepSize"/> samples.</param>
    /// <exception cref="ArgumentException">There is no such stream, or the length is not a whole number of samples.</exception>
    public void Set(string stream, ReadOnlySpan<float> values) => _inputs.Write(_memory, stream, values);

    /// <summary>Sets all streams that have data, and runs.</summary>
    public void Run(SampleBatch batch)
    {
        for (int i = 0; i < _synthesized.Circuit.Streams.Count; i++)
            if (batch.Has(i))
                _inputs.Write(_memory, i, batch.Values(i));
        Run(batch.Count);
    }

    /// <summary>
    /// Computes costs and gradients of the samples that were set. Several presentations are averaged, all at the present
    /// weights and the present state of lanes.
    /// </summary>
    /// <param name="samples">How many of them are valid, from 1 to <see cref="Society.StepSize"/>.</param>
    /// <exception cref="InvalidOperationException">The society took other costs over since the probe was opened.</exception>
    public void Run(int samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, _society.StepSize);
        if (_society.Synthesized != _host || _society.Memory != _hostMemory)
            throw new InvalidOperationException("the society has other costs than when this probe was opened; open another");
        Begin();
        for (int first = 0, presentation = 0; first < samples; first += _society.BatchSize, presentation++)
            Present(first, Math.Min(_society.BatchSize, samples - first), presentation);
        _values.End(samples);
        _samples = samples;
    }

    /// <summary>A copy of the gradient of a projection, [units, inputs], or of a variable <c>area.name</c>, [units, 1]: of the mean cost, before masks, limits and updates; 0 where nothing teaches it.</summary>
    /// <exception cref="ArgumentException">There is no such projection or variable.</exception>
    public Tensor<float> Gradient(string name)
    {
        var parameter = Find(name);
        var values = new float[parameter.LogicalUnits * parameter.Inputs];
        Gradient(name, values);
        return Tensor.Create(values, [parameter.LogicalUnits, parameter.Inputs]);
    }

    /// <summary>Copies the gradient of a projection or variable.</summary>
    /// <param name="name">Name of the projection, or <c>area.name</c>.</param>
    /// <param name="destination">Receives [units, inputs].</param>
    /// <exception cref="ArgumentException">There is no such projection or variable, or the size does not fit.</exception>
    public void Gradient(string name, Span<float> destination)
    {
        var parameter = Find(name);
        var bank = parameter.Bank;
        if (destination.Length != parameter.LogicalUnits * parameter.Inputs)
            throw new ArgumentException($"'{name}' has [{parameter.LogicalUnits}, {parameter.Inputs}] weights, got room for {destination.Length}", nameof(destination));
        if (_samples == 0)
            throw new InvalidOperationException("there is no gradient yet; call Run first");
        destination.Clear();
        foreach (var gradient in _gradients)
            if (gradient.Parameter.Bank == bank)
                Unpack(gradient.Sums, gradient.Gradient, destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loaded.Dispose();
        _memory.Dispose();
    }

    private void Begin()
    {
        _values.Begin();
        _values.InheritLagged(_society.Host);
        foreach (var gradient in _gradients)
            Array.Clear(gradient.Sums);
    }

    private void Present(int first, int samples, int presentation)
    {
        _inputs.Present(_memory, first, samples);
        _values.Fill(_synthesized.Registers, _run.Registers, _society, _society.Development, samples);
        _run.Step = _society.Clock + presentation;
        _society.Executor.Run(_loaded, 0, _memory, _run);
        _values.Add(_memory, samples);
        foreach (var (_, gradient, sums) in _gradients)
            AddGradient(gradient, sums, samples);
    }

    private void AddGradient(Symbol gradient, double[] sums, int samples)
    {
        var packed = _packed.AsSpan(0, gradient.Size);
        _memory.Read(gradient.Region, gradient.Offset, packed);
        for (int i = 0; i < packed.Length; i++)
            sums[i] += (double)packed[i] * samples;
    }

    private void Unpack(double[] sums, Symbol gradient, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = (float)(sums[gradient.Weight(i / gradient.Rows, i % gradient.Rows)] / _samples);
    }

    private Parameter Find(string name) => _synthesized.Parameters.Find(name)
        ?? throw new ArgumentException(
            $"nothing that learns is called '{name}'; there are {string.Join(", ", _synthesized.Parameters.All.Select(p => p.Name))}", nameof(name));
}

/// <content>Opening probes.</content>
public sealed partial class Society
{
    internal HostValues Host => _regime.Host;

    internal Development Development => _regime.Development;

    /// <summary>Makes a probe of the present costs: gradients without learning. Swapping costs ends its use.</summary>
    public Probe OpenProbe()
    {
        var diagnostics = new Language.Diagnostics();
        var synthesized = Synthesizer.RunProbe(Circuit, Costs, diagnostics);
        diagnostics.ThrowIfErrors();
        var (own, probed) = (_regime.Synthesized.State, synthesized!.State);
        if (StateMove.SameStart(own, probed) < Math.Max(own.Count, probed.Count))
            throw new InvalidOperationException("the probe has another state layout than the society");
        var loaded = _executor.Load(synthesized.Bitstream);
        return new Probe(this, synthesized, loaded, _memory.ShareState(synthesized.Bitstream.Sizes.Scratch, synthesized.Bitstream.Sizes.Io));
    }
}
