using CostSociety.Data;
using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety;

/// <content>Steps, predictions and acts: a host loop over the presentations of each.</content>
public sealed partial class Society
{
    /// <summary>Learns from the samples that were set: one presentation after the other, each learning on its own.</summary>
    /// <param name="samples">How many of them are valid, from 1 to <see cref="StepSize"/>.</param>
    /// <exception cref="NonFiniteException">A cost became NaN or infinite; the message names area, term and step.</exception>
    public void Step(int samples)
    {
        Begin(samples);
        for (int first = 0; first < samples; first += BatchSize)
        {
            int count = Present(first, samples);
            if (first == 0 && _regime.Development.Advance(_regime.Run.Registers, Age))
                FillRegisters(count);
            Run(_regime.Learn);
            EndPresentation(count);
        }
        EndStep(samples);
    }

    private void EndPresentation(int samples)
    {
        _regime.Host.Add(_memory, samples);
        CountUpdates();
        Clock++;
    }

    private void EndStep(int samples)
    {
        Finish(samples, _regime.Synthesized.LearnSignals);
        CheckFinite();
        _regime.Host.Lag();
        Age++;
        Samples += samples;
    }

    /// <summary>Computes activities, costs and measures of the samples that were set; changes no state.</summary>
    /// <param name="samples">How many of them are valid, from 1 to <see cref="StepSize"/>.</param>
    public void Predict(int samples) => Predict(samples, "", []);

    /// <summary>
    /// Computes activities of the samples that were set and moves the state of lanes on, as a step would, without learning
    /// anything: what the society does while it lives, sample after sample. Costs and measures stay those of before.
    /// </summary>
    /// <param name="samples">How many of them are valid, from 1 to <see cref="StepSize"/>.</param>
    public void Act(int samples) => Act(samples, "", []);

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
    public void Step(ReadOnlySpan<float> first, ReadOnlySpan<float> second) => Step(Set(first, second));

    /// <summary>Sets the first stream and reads the activity of the last area of the file.</summary>
    /// <param name="input">[samples, width of the first stream].</param>
    /// <param name="output">Receives [samples, units of the last area].</param>
    public void Predict(ReadOnlySpan<float> input, Span<float> output) =>
        Predict(_regime.Inputs.Write(_memory, 0, input), Circuit.Areas[^1].Name, output);

    /// <summary>
    /// Sets the first stream, moves the state of lanes on and reads the activity of the last area of the file; learns nothing.
    /// </summary>
    /// <param name="observation">[samples, width of the first stream].</param>
    /// <param name="action">Receives [samples, units of the last area].</param>
    public void Act(ReadOnlySpan<float> observation, Span<float> action) =>
        Act(_regime.Inputs.Write(_memory, 0, observation), Circuit.Areas[^1].Name, action);

    /// <summary>Sets the two streams of the circuit; gives the number of samples.</summary>
    internal int Set(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (Circuit.Streams.Count != 2)
            throw new InvalidOperationException($"the circuit has {Circuit.Streams.Count} streams, not two; set each with Set(name, values), then call Step(samples)");
        int samples = _regime.Inputs.Write(_memory, 0, first);
        int others = _regime.Inputs.Write(_memory, 1, second);
        return others == samples ? samples : throw new ArgumentException(
            $"'{Circuit.Streams[0].Name}' got {samples} samples, '{Circuit.Streams[1].Name}' got {others}; give both the same number", nameof(second));
    }

    internal void Set(SampleBatch batch)
    {
        for (int i = 0; i < Circuit.Streams.Count; i++)
            if (batch.Has(i))
                _regime.Inputs.Write(_memory, i, batch.Values(i));
    }

    /// <summary>Runs on the buffers of another thread from now on, unless costs of its own were taken over.</summary>
    internal void Borrow(ILoadedBitstream loaded)
    {
        if (!_ownsLoaded)
            _loaded = loaded;
    }

    internal void WriteFirst(ReadOnlySpan<float> values) => _regime.Inputs.Write(_memory, 0, values);

    internal void CopyLast(int samples, Span<float> output) => CopySignal(Circuit.Areas[^1].Name, samples, output);

    private void Predict(int samples, string area, Span<float> output)
    {
        Begin(samples);
        CheckOutput(area, samples, output.Length);
        for (int first = 0; first < samples; first += BatchSize)
        {
            int count = Present(first, samples);
            Run(_regime.Predict);
            _regime.Host.Add(_memory, count);
            Show(_regime.Synthesized.PredictSignals, area, first, count, output);
        }
        Finish(samples, _regime.Synthesized.PredictSignals);
    }

    /// <summary>Where nothing outlives a presentation, there is no state to move: acting is predicting.</summary>
    private void Act(int samples, string area, Span<float> output)
    {
        CheckSamples(samples);
        CheckOutput(area, samples, output.Length);
        for (int first = 0; first < samples; first += BatchSize)
        {
            int count = Present(first, samples);
            Run(_regime.Act < 0 ? _regime.Predict : _regime.Act);
            Clock++;
            Show(_regime.Synthesized.ActSignals, area, first, count, output);
        }
        _shown = _regime.Synthesized.ActSignals;
    }

    private void Begin(int samples)
    {
        CheckSamples(samples);
        _regime.Host.Begin();
    }

    private void CheckSamples(int samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, StepSize);
    }

    /// <summary>Brings the samples of a presentation in; gives their number.</summary>
    private int Present(int first, int samples)
    {
        int count = Math.Min(BatchSize, samples - first);
        _regime.Inputs.Present(_memory, first, count);
        FillRegisters(count);
        return count;
    }

    private void FillRegisters(int samples) => _regime.Host.Fill(_regime.Synthesized.Registers, _regime.Run.Registers, this, _regime.Development, samples);

    private void Run(int entryPoint)
    {
        _regime.Run.Step = Clock;
        _executor.Run(_loaded, entryPoint, _memory, _regime.Run);
    }

    private void Show(IReadOnlyList<VisibleSignal> signals, string area, int first, int count, Span<float> output)
    {
        _shown = signals;
        if (area.Length == 0)
            return;
        int units = Circuit.Areas[^1].Units;
        CopySignal(area, count, output.Slice(first * units, count * units));
    }

    private void Finish(int samples, IReadOnlyList<VisibleSignal> signals)
    {
        _shown = signals;
        _regime.Host.End(samples);
    }

    private void CheckFinite()
    {
        var values = _regime.Host.CostValues;
        for (int i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i]))
                throw new NonFiniteException(_regime.Host.CostTerms[i], values[i], Age);
    }
}
