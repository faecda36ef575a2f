using System.Collections;
using System.Runtime.ExceptionServices;
using CostSociety.Data;
using CostSociety.Fabric;

namespace CostSociety;

/// <summary>
/// Societies of one circuit and different seeds that are stepped together, each on one thread at a time. What comes out
/// does not depend on the number of threads, and nothing is allocated in a step. One thread at a time may use them and
/// their members. Made by <see cref="Society.BuildMany(Circuits.Circuit, int, int)"/>.
/// </summary>
public sealed class Replicas : IReadOnlyList<Society>, IDisposable
{
    private readonly Society[] _societies;
    private readonly ReplicaGroup[] _groups;
    private readonly ReplicaKind[] _kinds;
    private readonly IExecutor _executor;
    private readonly WorkerPool _pool;
    private readonly Exception?[] _failures;
    private readonly SharedSpans _spans = new();
    private readonly Action<int, int> _step;
    private readonly Action<int, int> _setAndStep;
    private readonly Action<int, int> _predict;
    private readonly Action<int, int> _act;
    private int _samples;

    internal Replicas(Society[] societies, ReplicaGroup[] groups, ReplicaKind[] kinds, IExecutor executor, WorkerPool pool)
    {
        (_societies, _groups, _kinds, _executor, _pool) = (societies, groups, kinds, executor, pool);
        _failures = new Exception?[societies.Length];
        _step = StepGroup;
        _setAndStep = SetAndStepGroup;
        _predict = (group, thread) => EachAlone(group, thread, static (society, samples) => society.Predict(samples));
        _act = (group, thread) => EachAlone(group, thread, static (society, samples) => society.Act(samples));
    }

    /// <summary>How many there are.</summary>
    public int Count => _societies.Length;

    /// <summary>Threads that step them.</summary>
    public int Threads => _pool.Threads;

    /// <summary>How many of them step in runs they share with others.</summary>
    internal int SharingRuns => _groups.Where(g => g.IsShared).Sum(g => g.Count);

    /// <summary>Replica of a number.</summary>
    public Society this[int index] => _societies[index];

    /// <summary>All learn from the samples that were set for each of them.</summary>
    /// <param name="samples">How many are valid, the same for all.</param>
    /// <exception cref="NonFiniteException">A cost of some replica is no longer a number; the others made their step.</exception>
    public void Step(int samples) => RunAll(_step, samples);

    /// <summary>All compute activities, costs and measures of the samples that were set for each of them.</summary>
    /// <param name="samples">How many are valid, the same for all.</param>
    public void Predict(int samples) => RunAll(_predict, samples);

    /// <summary>All learn from the same batch.</summary>
    /// <exception cref="NonFiniteException">A cost of some replica is no longer a number; the others made their step.</exception>
    public void Step(SampleBatch batch)
    {
        foreach (var society in _societies)
        {
            society.Epoch = batch.Epoch;
            society.Set(batch);
        }
        Step(batch.Count);
    }

    /// <summary>Sets the two streams of every replica and learns.</summary>
    /// <param name="first">[replicas, samples, width of the first stream].</param>
    /// <param name="second">[replicas, samples, width of the second stream].</param>
    /// <exception cref="ArgumentException">A length is not a whole number of samples for every replica.</exception>
    /// <exception cref="NonFiniteException">A cost of some replica is no longer a number; the others made their step.</exception>
    public void Step(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        // What is wrong with one part is wrong with all, and is told before any replica learns.
        _samples = _societies[0].Set(Part(first, 0, nameof(first)), Part(second, 0, nameof(second)));
        _spans.Run(_pool, _setAndStep, _groups.Length, first, second);
        ThrowFirstFailure();
    }

    /// <summary>Sets the first stream of every replica and reads the last area of each.</summary>
    /// <param name="input">[replicas, samples, width of the first stream].</param>
    /// <param name="output">Receives [replicas, samples, units of the last area].</param>
    public void Predict(ReadOnlySpan<float> input, Span<float> output) => RunAll(_predict, input, output);

    /// <summary>Every replica acts on an observation of its own; see <see cref="Society.Act(ReadOnlySpan{float}, Span{float})"/>.</summary>
    /// <param name="observations">[replicas, samples, width of the first stream].</param>
    /// <param name="actions">Receives [replicas, samples, units of the last area].</param>
    public void Act(ReadOnlySpan<float> observations, Span<float> actions) => RunAll(_act, observations, actions);

    /// <inheritdoc/>
    public IEnumerator<Society> GetEnumerator() => ((IEnumerable<Society>)_societies).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var society in _societies)
            society.Dispose();
        foreach (var kind in _kinds)
            kind.Dispose();
        _pool.Dispose();
        _executor.Dispose();
    }

    private void RunAll(Action<int, int> work, ReadOnlySpan<float> input, Span<float> output)
    {
        int width = _societies[0].Circuit.Streams[0].Width, units = _societies[0].Circuit.Areas[^1].Units;
        int samples = Part(input, 0, nameof(input)).Length / width;
        if (samples > _societies[0].BatchSize || output.Length != Count * samples * units)
            throw new ArgumentException(
                $"{Count} replicas take 1 to {_societies[0].BatchSize} samples each and give {units} values a sample; got {input.Length} values in and room for {output.Length}", nameof(output));
        for (int i = 0; i < Count; i++)
            _societies[i].WriteFirst(Part(input, i, nameof(input)));
        RunAll(work, samples);
        for (int i = 0; i < Count; i++)
            _societies[i].CopyLast(samples, output.Slice(i * samples * units, samples * units));
    }

    private void RunAll(Action<int, int> work, int samples)
    {
        _samples = samples;
        _pool.Run(work, _groups.Length);
        ThrowFirstFailure();
    }

    private void ThrowFirstFailure()
    {
        for (int i = 0; i < Count; i++)
            if (_failures[i] is { } failure)
            {
                Array.Clear(_failures);
                ExceptionDispatchInfo.Throw(failure);
            }
    }

    private void SetAndStepGroup(int index, int thread)
    {
        var group = _groups[index];
        for (int i = group.First; i < group.First + group.Count; i++)
            _societies[i].Set(Part(_spans.First, i, "first"), Part(_spans.Second, i, "second"));
        StepGroup(index, thread);
    }

    private void StepGroup(int index, int thread)
    {
        var group = _groups[index];
        if (!group.StepsTogether(_societies, _samples))
        {
            EachAlone(index, thread, static (society, samples) => society.Step(samples));
            return;
        }
        group.Step(_societies, _samples, thread);
        for (int i = group.First; i < group.First + group.Count; i++)
            Guarded(i, static (society, samples) => society.EndShared(samples));
    }

    private void EachAlone(int index, int thread, Action<Society, int> work)
    {
        var group = _groups[index];
        for (int i = group.First; i < group.First + group.Count; i++)
        {
            _societies[i].Borrow(group.Kind.Alone[thread]);
            Guarded(i, work);
        }
    }

    /// <summary>What fails waits until the others are done, so that the first one is told.</summary>
    private void Guarded(int replica, Action<Society, int> work)
    {
        try
        {
            work(_societies[replica], _samples);
        }
#pragma warning disable CA1031 // Whatever fails is thrown again by the caller.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failures[replica] = failure;
        }
    }

    private ReadOnlySpan<float> Part(ReadOnlySpan<float> values, int replica, string name)
    {
        int length = values.Length / Count;
        return length * Count == values.Length
            ? values.Slice(replica * length, length)
            : throw new ArgumentException($"{values.Length} values cannot be shared out to {Count} replicas", name);
    }
}
