using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Data;
using CostSociety.Fabric;
using CostSociety.Fabric.Simd;
using CostSociety.Language;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>
/// A living society: a circuit, the costs it has now, and its state on an executor. One thread at a time may use it;
/// <see cref="Prepare"/> alone may run beside a step.
/// </summary>
public sealed partial class Society : IDisposable
{
    private const string LearnEntry = "learn";
    private const string PredictEntry = "predict";

    private readonly IExecutor _executor;
    private readonly bool _ownsExecutor;
    private Synthesized _synthesized;
    private ILoadedBitstream _loaded;
    private IFabricMemory _memory;
    private RunState _run = null!;
    private HostValues _host = null!;
    private Development _development;
    private Inputs _inputs = null!;
    private int _learn;
    private int _predict;
    private bool _predictedLast;

    private Society(Circuit circuit, Synthesized synthesized, IExecutor executor, bool ownsExecutor)
    {
        (Circuit, _synthesized, _executor, _ownsExecutor) = (circuit, synthesized, executor, ownsExecutor);
        _loaded = executor.Load(synthesized.Bitstream);
        _memory = executor.Allocate(WithRoom(synthesized.Bitstream.Sizes));
        Seed = circuit.Learning.Seed;
        _development = new Development(synthesized.Stages, synthesized.Parameters);
        Adopt();
        Initialization.Fill(this, synthesized.Parameters, Seed);
    }

    /// <summary>The circuit.</summary>
    public Circuit Circuit { get; }

    /// <summary>The costs that hold now.</summary>
    public CostFile Costs => _synthesized.Costs;

    /// <summary>Seed of initial weights, noise and shuffling.</summary>
    public ulong Seed { get; }

    /// <summary>Age: how many steps came before.</summary>
    public long Age { get; private set; }

    /// <summary>Completed passes over the training part; set by each batch of a circuit's data, or by the host.</summary>
    public long Epoch { get; set; }

    /// <summary>Valid samples seen in all.</summary>
    public long Samples { get; private set; }

    /// <summary>Step at which the present costs were taken over.</summary>
    public long SwapStep { get; private set; }

    /// <summary>Name of the present stage, or an empty string when the costs have none.</summary>
    public string Stage => _development.Name;

    /// <summary>Executor that runs it.</summary>
    public IExecutor Executor => _executor;

    /// <summary>Largest number of samples one step takes.</summary>
    public int BatchSize => Circuit.Learning.Batch;

    /// <summary>Names of the cost terms, <c>area.term</c>, in order.</summary>
    public IReadOnlyList<string> CostTerms => _host.CostTerms;

    /// <summary>Mean of each cost term over the valid samples of the last step or prediction, unweighted.</summary>
    public ReadOnlySpan<double> CostValues => _host.CostValues;

    /// <summary>Names of the measures, in order.</summary>
    public IReadOnlyList<string> Measures => _host.Measures;

    /// <summary>Value of each measure on the last step or prediction.</summary>
    public ReadOnlySpan<double> MeasureValues => _host.MeasureValues;

    internal Synthesized Synthesized => _synthesized;

    internal IFabricMemory Memory => _memory;

    /// <summary>Builds a society.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="executor">Executor to run on, or null for SIMD with one thread for each core.</param>
    /// <exception cref="CostSocietyException">Texts of the circuit or its costs are refused; all messages are in it.</exception>
    public static Society Build(Circuit circuit, IExecutor? executor = null) => Build(circuit, circuit.Costs, executor);

    /// <summary>Builds a society with costs other than those the circuit names.</summary>
    /// <exception cref="CostSocietyException">Texts of the circuit or the costs are refused; all messages are in it.</exception>
    public static Society Build(Circuit circuit, CostFile costs, IExecutor? executor = null)
    {
        var diagnostics = new Diagnostics();
        var synthesized = Synthesizer.Run(circuit, costs, diagnostics);
        diagnostics.ThrowIfErrors();
        return new Society(circuit, synthesized!, executor ?? new SimdExecutor(), ownsExecutor: executor is null);
    }

    /// <summary>Sets one stream for the next step or prediction: one row a sample.</summary>
    /// <param name="stream">Name of the stream.</param>
    /// <param name="values">[samples, width], at most <see cref="BatchSize"/> samples.</param>
    /// <exception cref="ArgumentException">There is no such stream, or the length is not a whole number of samples.</exception>
    public void Set(string stream, ReadOnlySpan<float> values) => _inputs.Write(_memory, stream, values);

    /// <summary>Learns from the samples that were set.</summary>
    /// <param name="samples">How many of them are valid, from 1 to <see cref="BatchSize"/>.</param>
    /// <exception cref="NonFiniteException">A cost became NaN or infinite; the message names area, term and step.</exception>
    public void Step(int samples)
    {
        Begin(samples);
        AdvanceStage();
        _executor.Run(_loaded, _learn, _memory, _run);
        Finish(samples, predicted: false);
        CheckFinite();
        Age++;
        Samples += samples;
    }

    /// <summary>Computes activities, costs and measures of the samples that were set; changes no state.</summary>
    /// <param name="samples">How many of them are valid, from 1 to <see cref="BatchSize"/>.</param>
    public void Predict(int samples)
    {
        Begin(samples);
        _host.Fill(_synthesized.Registers, _run.Registers, this, _development, samples);
        _executor.Run(_loaded, _predict, _memory, _run);
        Finish(samples, predicted: true);
    }

    /// <summary>Learns from a batch of all streams; those of the host keep what <see cref="Set(string, ReadOnlySpan{float})"/> gave them.</summary>
    public void Step(SampleBatch batch)
    {
        Epoch = batch.Epoch;
        Set(batch);
        Step(batch.Count);
    }

    /// <summary>Computes activities, costs and measures of a batch of all streams; changes no state.</summary>
    public void Predict(SampleBatch batch)
    {
        Set(batch);
        Predict(batch.Count);
    }

    /// <summary>Sets the two streams of the circuit in the order of the file (most often input and target) and learns from them.</summary>
    /// <exception cref="ArgumentException">A length is not a whole number of samples, or the two have different numbers of them.</exception>
    /// <exception cref="InvalidOperationException">The circuit does not have two streams.</exception>
    public void Step(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (Circuit.Streams.Count != 2)
            throw new InvalidOperationException($"the circuit has {Circuit.Streams.Count} streams, not two; set each with Set(name, values), then call Step(samples)");
        int samples = _inputs.Write(_memory, 0, first);
        int others = _inputs.Write(_memory, 1, second);
        if (others != samples)
            throw new ArgumentException(
                $"'{Circuit.Streams[0].Name}' got {samples} samples, '{Circuit.Streams[1].Name}' got {others}; give both the same number", nameof(second));
        Step(samples);
    }

    /// <summary>Sets the first stream and reads the activity of the last area of the file.</summary>
    /// <param name="input">[samples, width of the first stream].</param>
    /// <param name="output">Receives [samples, units of the last area].</param>
    public void Predict(ReadOnlySpan<float> input, Span<float> output)
    {
        int samples = _inputs.Write(_memory, 0, input);
        Predict(samples);
        CopySignal(Circuit.Areas[^1].Name, samples, output);
    }

    private void Set(SampleBatch batch)
    {
        for (int i = 0; i < Circuit.Streams.Count; i++)
            if (batch.Has(i))
                _inputs.Write(_memory, i, batch.Values(i));
    }

    /// <summary>Frees its memory, and the executor if it made it.</summary>
    public void Dispose()
    {
        _loaded.Dispose();
        _memory.Dispose();
        if (_ownsExecutor)
            _executor.Dispose();
    }

    /// <summary>Takes over everything that depends on the present bitstream.</summary>
    private void Adopt()
    {
        _run = new RunState(_synthesized.Bitstream.Registers) { Seed = Seed };
        _host = new HostValues(_synthesized);
        _inputs = new Inputs(_synthesized);
        _learn = _synthesized.Bitstream.EntryPointIndex(LearnEntry);
        _predict = _synthesized.Bitstream.EntryPointIndex(PredictEntry);
        _memory.Write(Region.Io, _synthesized.One.Offset, [1f]);
    }

    private void Begin(int samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, BatchSize);
        _inputs.WriteValid(_memory, samples);
        _run.Step = Age;
        _host.Samples = samples;
    }

    private void AdvanceStage()
    {
        _host.Fill(_synthesized.Registers, _run.Registers, this, _development, _host.Samples);
        if (_development.Advance(_run.Registers, Age))
            _host.Fill(_synthesized.Registers, _run.Registers, this, _development, _host.Samples);
    }

    private void Finish(int samples, bool predicted)
    {
        _predictedLast = predicted;
        _host.Read(_memory, samples, lag: !predicted);
    }

    private void CheckFinite()
    {
        var values = _host.CostValues;
        for (int i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i]))
                throw new NonFiniteException(_host.CostTerms[i], values[i], Age);
    }

    /// <summary>Room beyond what is needed now, so that most new costs fit the memory that is there.</summary>
    private static MemorySizes WithRoom(MemorySizes sizes) =>
        sizes with { Scratch = sizes.Scratch + sizes.Scratch / 2 + 4096, Io = sizes.Io + 1024 };
}

/// <summary>A cost that is no longer a finite number.</summary>
public sealed class NonFiniteException(string term, double value, long step) : Exception(
    $"the cost term {term} became {value} at step {step}; lower the rate of what it teaches, or check the term for a division or logarithm of 0")
{
    /// <summary>The term, <c>area.term</c>.</summary>
    public string Term { get; } = term;

    /// <summary>The step.</summary>
    public long Step { get; } = step;
}
