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
    private readonly IExecutor _executor;
    private readonly bool _ownsExecutor;
    private readonly bool _hasCallersExecutor;
    private Regime _regime;
    private ILoadedBitstream _loaded;
    private bool _ownsLoaded;
    private IFabricMemory _memory;
    private bool _isInNewMemory;
    private IReadOnlyList<VisibleSignal>? _shown;

    private Society(Circuit circuit, Synthesized synthesized, IExecutor executor, bool ownsExecutor)
        : this(circuit, synthesized, executor, executor.Load(synthesized.Bitstream), circuit.Learning.Seed) =>
        (_ownsExecutor, _hasCallersExecutor, _ownsLoaded) = (ownsExecutor, !ownsExecutor, true);

    private Society(
        Circuit circuit, Synthesized synthesized, IExecutor executor, ILoadedBitstream loaded, ulong seed, IFabricMemory? memory = null)
    {
        (Circuit, _executor, _loaded, Seed) = (circuit, executor, loaded, seed);
        _memory = memory ?? executor.Allocate(WithRoom(synthesized.Bitstream.Sizes));
        _updates = new long[synthesized.Parameters.All.Count];
        Adopt(_regime = new Regime(synthesized, seed));
        Initialization.Fill(this, synthesized.Parameters, Seed);
    }

    /// <summary>The circuit.</summary>
    public Circuit Circuit { get; }

    /// <summary>The costs that hold now.</summary>
    public CostFile Costs => _regime.Costs;

    /// <summary>Seed of initial weights, noise and shuffling.</summary>
    public ulong Seed { get; }

    /// <summary>Age: how many steps came before.</summary>
    public long Age { get; private set; }

    /// <summary>Presentations and acts so far: what noise and the state of lanes go by.</summary>
    public long Clock { get; private set; }

    /// <summary>Completed passes over the training part; set by each batch of a circuit's data, or by the host.</summary>
    public long Epoch { get; set; }

    /// <summary>Valid samples seen in all.</summary>
    public long Samples { get; private set; }

    /// <summary>Step at which the present costs were taken over.</summary>
    public long SwapStep { get; private set; }

    /// <summary>Name of the present stage, or an empty string when the costs have none.</summary>
    public string Stage => _regime.Development.Name;

    /// <summary>Whether the number that a monitor of the costs watches has been outside of its limits for as long as it takes.</summary>
    /// <exception cref="ArgumentException">The costs have no such monitor.</exception>
    public bool IsAlarmed(string monitor)
    {
        for (int i = 0; i < Costs.Monitors.Count; i++)
            if (Costs.Monitors[i].Name == monitor)
                return _regime.Host.Alarms.IsOn(i);
        throw new ArgumentException($"the costs have no monitor '{monitor}'; they have {string.Join(", ", Costs.Monitors.Select(m => m.Name).DefaultIfEmpty("none"))}", nameof(monitor));
    }

    /// <summary>Executor that runs it.</summary>
    public IExecutor Executor => _executor;

    /// <summary>Lanes: the largest number of samples of one presentation.</summary>
    public int BatchSize => Circuit.Learning.Batch;

    /// <summary>Largest number of samples one step takes: <see cref="BatchSize"/> times the presentations of a step.</summary>
    public int StepSize => Circuit.Learning.StepSize;

    /// <summary>Names of the cost terms, <c>area.term</c>, in order.</summary>
    public IReadOnlyList<string> CostTerms => _regime.Host.CostTerms;

    /// <summary>Mean of each cost term over the valid samples of the last step or prediction, unweighted.</summary>
    public ReadOnlySpan<double> CostValues => _regime.Host.CostValues;

    /// <summary>Names of the measures, in order.</summary>
    public IReadOnlyList<string> Measures => _regime.Host.Measures;

    /// <summary>Value of each measure on the last step or prediction.</summary>
    public ReadOnlySpan<double> MeasureValues => _regime.Host.MeasureValues;

    internal Synthesized Synthesized => _regime.Synthesized;

    internal IFabricMemory Memory => _memory;

    /// <summary>Builds a society.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="threads">Threads of its own, the caller's included; 0 means one for each processor.</param>
    /// <exception cref="CostSocietyException">Texts of the circuit or its costs are refused; all messages are in it.</exception>
    public static Society Build(Circuit circuit, int threads = 1) => Build(circuit, circuit.Costs, threads);

    /// <summary>Builds a society on an executor, which the caller disposes.</summary>
    /// <exception cref="CostSocietyException">Texts of the circuit or its costs are refused; all messages are in it.</exception>
    public static Society Build(Circuit circuit, IExecutor executor) => Build(circuit, circuit.Costs, executor);

    /// <summary>Builds a society with costs other than those the circuit names.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="costs">The costs.</param>
    /// <param name="threads">Threads of its own, the caller's included; 0 means one for each processor.</param>
    /// <exception cref="CostSocietyException">Texts of the circuit or the costs are refused; all messages are in it.</exception>
    public static Society Build(Circuit circuit, CostFile costs, int threads = 1) =>
        new(circuit, Synthesize(circuit, costs), new SimdExecutor(threads), ownsExecutor: true);

    /// <summary>Builds a society on an executor, which the caller disposes, with costs other than those the circuit names.</summary>
    /// <exception cref="CostSocietyException">Texts of the circuit or the costs are refused; all messages are in it.</exception>
    public static Society Build(Circuit circuit, CostFile costs, IExecutor executor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        return new Society(circuit, Synthesize(circuit, costs), executor, ownsExecutor: false);
    }

    /// <summary>
    /// Builds replicas: replica r has the seed of the circuit plus r and equals the lone society of that seed bit for bit.
    /// Texts are checked and compiled once.
    /// </summary>
    /// <param name="circuit">The circuit of all.</param>
    /// <param name="count">How many.</param>
    /// <param name="threads">Threads that step them, the caller's included, each replica on one; 0 means one for each processor.</param>
    /// <exception cref="CostSocietyException">Texts of the circuit or its costs are refused; all messages are in it.</exception>
    public static Replicas BuildMany(Circuit circuit, int count, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return BuildMany(circuit, Enumerable.Repeat(circuit.Costs, count).ToArray(), threads);
    }

    /// <summary>Builds replicas with costs of their own: replica r has <paramref name="costs"/>[r] and the seed of the circuit plus r. The same costs are compiled once.</summary>
    /// <exception cref="CostSocietyException">Texts of the circuit or the costs are refused; all messages are in it.</exception>
    public static Replicas BuildMany(Circuit circuit, IReadOnlyList<CostFile> costs, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(costs.Count, 1);
        var kinds = new Dictionary<CostFile, int>(ReferenceEqualityComparer.Instance);
        int[] kindOf = [.. costs.Select(c => kinds.TryGetValue(c, out int kind) ? kind : kinds[c] = kinds.Count)];
        var synthesized = kinds.Keys.Select(c => Synthesize(circuit, c)).ToArray();
        var executor = new SimdExecutor(threads: 1);
        var pool = new WorkerPool(threads);
        var kindsLoaded = synthesized.Select((s, kind) => new ReplicaKind(s, kindOf.Count(k => k == kind), executor, pool.Threads)).ToArray();
        var groups = ReplicaGroup.Of(kindOf, kindsLoaded, executor);
        var societies = new Society[costs.Count];
        foreach (var group in groups)
            for (int i = 0; i < group.Count; i++)
                societies[group.First + i] = new Society(
                    circuit, group.Kind.Synthesized, executor, group.Kind.Alone[0], circuit.Learning.Seed + (ulong)(group.First + i), group.Part(i));
        return new Replicas(societies, groups, kindsLoaded, executor, pool);
    }

    private static Synthesized Synthesize(Circuit circuit, CostFile costs)
    {
        var diagnostics = new Diagnostics();
        var synthesized = Synthesizer.Run(circuit, costs, diagnostics);
        diagnostics.ThrowIfErrors();
        return synthesized!;
    }

    /// <summary>Sets one stream for the next step or prediction: one row a sample.</summary>
    /// <param name="stream">Name of the stream.</param>
    /// <param name="values">[samples, width], at most <see cref="StepSize"/> samples.</param>
    /// <exception cref="ArgumentException">There is no such stream, or the length is not a whole number of samples.</exception>
    public void Set(string stream, ReadOnlySpan<float> values) => _regime.Inputs.Write(_memory, stream, values);

    /// <summary>Frees its memory, and the executor if it made it.</summary>
    public void Dispose()
    {
        if (_ownsLoaded)
            _loaded.Dispose();
        _replaced?.Owned?.Dispose();
        _memory.Dispose();
        if (_ownsExecutor)
            _executor.Dispose();
    }

    /// <summary>One like that which was made for this society or its replicas.</summary>
    private SimdExecutor AnotherExecutor() => new(((SimdExecutor)_executor).Threads);

    /// <summary>From now on the society runs by that regime.</summary>
    private void Adopt(Regime regime)
    {
        (_regime, _shown) = (regime, null);
        _memory.Write(Region.Io, regime.Synthesized.One.Offset, [1f]);
    }

    /// <summary>Room beyond what is needed now, so that most new costs fit the memory that is there.</summary>
    private static MemorySizes WithRoom(MemorySizes sizes)
    {
        int more = sizes.Scratch / 2 + 4096; // What costs remember is as large as what areas show.
        return new(Sum(sizes.State, more), Sum(sizes.Scratch, more), Sum(sizes.Io, 1024));

        static int Sum(int a, int b) => (int)Math.Min((long)a + b, int.MaxValue);
    }
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
