using System.Diagnostics;
using CostSociety.Circuits;
using CostSociety.Data;

namespace CostSociety.Runs;

/// <summary>
/// Trains a society through its data: epochs, measures, metrics, checkpoints, resume. Step s takes batch s mod n of epoch
/// s / n, so a run needs no cursor but the society's age.
/// </summary>
public sealed partial class TrainingRun
{
    private const int MostMetricRows = 5000;
    private const string MeansCursor = "means";

    private readonly Circuit _circuit;
    private readonly Society _society;
    private readonly Batches _batches;
    private readonly SampleBatch _batch;
    private readonly HeldOut _heldOut;
    private readonly EpochMeans _means;
    private readonly long _steps;
    private readonly long _firstStep;
    private readonly Stopwatch _clock = new();
    private double[] _row = [];
    private double[] _test = [];
    private long _measuredAt = -1;
    private long _stepSamples;
    private MetricsFile? _metrics;
    private string _stage = "";
    private AlarmNotes? _alarms;

    /// <summary>Prepares a run; a society that was loaded from a checkpoint goes on where it stands.</summary>
    public TrainingRun(Circuit circuit, Society society)
    {
        (_circuit, _society) = (circuit, society);
        var streams = CircuitStreams.Open(circuit);
        _batches = streams.TrainingBatches();
        _batch = new SampleBatch(circuit);
        _heldOut = new HeldOut(circuit, streams);
        (_costs, _replaced, _costsSince) = (society.Costs, society.ReplacedCosts, society.SwapStep);
        _means = new EpochMeans(Meant);
        if (society.RunCursors.TryGetValue(MeansCursor, out string? saved))
            _means.Load(saved);
        _steps = circuit.Run.Steps ?? (long)circuit.Run.Epochs!.Value * _batches.Count;
        _firstStep = society.Age;
        MakeRows();
    }

    /// <summary>Where metrics, journal and checkpoints go; null keeps the run in memory.</summary>
    public RunFolder? Folder { get; init; }

    /// <summary>Called after every step.</summary>
    public Action<RunProgress>? OnStep { get; init; }

    /// <summary>Called with each alarm of a monitor, when it begins.</summary>
    public Action<JournalEntry>? OnAlarm { get; init; }

    /// <summary>
    /// Called after <see cref="OnStep"/> whenever <c>run.measure</c> says so, and at the end where a part is held out: means of the
    /// cost terms, then of the measures, on that part. Without one the list is empty.
    /// </summary>
    public Action<IReadOnlyList<double>>? OnMeasured { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public long Steps => _steps;

    /// <summary>Runs to the end, until cancelled, or until a monitor stops it; then saves and gives what came of it.</summary>
    /// <exception cref="NonFiniteException">A cost is no longer a number; the last checkpoint is from before.</exception>
    public RunResult Run(CancellationToken cancellation = default)
    {
        var all = Stopwatch.StartNew();
        OpenMetrics();
        _alarms = new AlarmNotes(_society, Folder?.Journal) { OnAlarm = OnAlarm };
        try
        {
            if (_society.Age == 0)
                Save();
            while (_society.Age < _steps && !cancellation.IsCancellationRequested && _alarms.StoppedBy is null)
                RunStep();
            bool stopped = _society.Age < _steps;
            if (_firstStep < _society.Age)
                Save();
            return Finish(all.Elapsed.TotalSeconds, stopped);
        }
        finally
        {
            _metrics?.Dispose();
        }
    }

    private void RunStep()
    {
        TakeWatched();
        FollowCosts();
        int batch = (int)(_society.Age % _batches.Count);
        if (batch == 0 || _society.Age == _firstStep)
            _batches.Begin((int)(_society.Age / _batches.Count));
        _batch.Fill(_batches, batch);
        _clock.Start();
        _society.Step(_batch);
        _clock.Stop();
        AfterStep(batch);
    }

    private void AfterStep(int batch)
    {
        _stepSamples += _batch.Count;
        _means.Add(_society.CostValues, _society.MeasureValues, _batch.Count);
        FillRow();
        NoteStage();
        _alarms!.Note();
        bool endsEpoch = batch == _batches.Count - 1;
        if (endsEpoch)
            _means.EndEpoch();
        // Who looks at the step comes before the held-out part is measured, which leaves its own values; who exchanges costs then, gets no measure of this step.
        OnStep?.Invoke(new RunProgress(_society.Age, _steps, _society.Stage, Speed, _society));
        bool isDue = ReferenceEquals(_society.Costs, _costs) && IsDue(_circuit.Run.MeasureEverySteps, _circuit.Run.MeasureEveryEpochs, endsEpoch);
        if (isDue && _heldOut.Exists)
            MeasureHeldOut();
        if (_measuredAt == _society.Age || _society.Age % Math.Max(1, _steps / MostMetricRows) == 0)
            _metrics?.Append(_society.Age, (double)_society.Age / _batches.Count, _society.Stage, Speed, _row);
        if (isDue)
            OnMeasured?.Invoke(_heldOut.Exists ? _test : []);
        FollowCosts();
        if (IsDue(_circuit.Run.CheckpointEverySteps, _circuit.Run.CheckpointEveryEpochs, endsEpoch))
            Save();
    }

    private double Speed => _clock.Elapsed.TotalSeconds > 0 ? _stepSamples / _clock.Elapsed.TotalSeconds : 0;

    private bool IsDue(int everySteps, int everyEpochs, bool endsEpoch) => everySteps > 0
        ? _society.Age % everySteps == 0
        : everyEpochs > 0 && endsEpoch && _society.Age / _batches.Count % everyEpochs == 0;

    private void MakeRows()
    {
        _row = new double[_society.CostTerms.Count + 2 * _society.Measures.Count];
        _test = new double[_society.CostTerms.Count + _society.Measures.Count];
        _test.AsSpan().Fill(double.NaN);
        _measuredAt = -1;
    }

    private void FillRow()
    {
        int costs = _society.CostTerms.Count, measures = _society.Measures.Count;
        _society.CostValues.CopyTo(_row);
        _society.MeasureValues.CopyTo(_row.AsSpan(costs));
        _row.AsSpan(costs + measures).Fill(double.NaN);
    }

    private void MeasureHeldOut()
    {
        (_test, _measuredAt) = (_heldOut.Measure(_society), _society.Age);
        int costs = _society.CostTerms.Count, measures = _society.Measures.Count;
        _test.AsSpan(costs).CopyTo(_row.AsSpan(costs + measures));
    }

    private void NoteStage()
    {
        if (_society.Stage == _stage)
            return;
        _stage = _society.Stage;
        var entry = new JournalEntry(_society.Age - 1, "stage", _stage);
        bool isNew = !_society.RunCursors.TryGetValue("stage", out string? saved) || saved != _stage;
        if (isNew && Folder is { } folder && !folder.Journal.Read().Contains(entry))
            folder.Journal.Append(entry);
        _society.RunCursors["stage"] = _stage;
    }

    private void OpenMetrics()
    {
        if (Folder is { } folder)
            _metrics = _society.Age == 0 && !File.Exists(folder.MetricsPath)
                ? MetricsFile.Create(folder.MetricsPath, Columns)
                : MetricsFile.Resume(folder.MetricsPath, Columns, _society.Age);
    }

    private void Save()
    {
        if (Folder is null)
            return;
        _metrics?.Flush();
        _society.RunCursors[MeansCursor] = _means.Save();
        Folder.Checkpoints.Save(_society.Age, _society.Save);
    }

    private RunResult Finish(double seconds, bool stopped)
    {
        if (stopped || _society.Age % _batches.Count != 0)
            _means.EndPartialEpoch();
        if (_heldOut.Exists && _measuredAt != _society.Age)
        {
            MeasureHeldOut();
            OnMeasured?.Invoke(_test);
        }
        int costs = _society.CostTerms.Count;
        return new RunResult
        {
            Steps = _society.Age,
            Samples = _society.Samples,
            Seconds = seconds,
            SamplesPerSecond = Speed,
            Costs = [.. _society.CostTerms.Select((t, i) => new TermResult(AreaOf(t), TermOf(t), _means.First[i], _means.Last[i]))],
            HeldOutCosts = [.. _society.CostTerms.Select((t, i) => new HeldOutCost(AreaOf(t), TermOf(t), _test[i]))],
            Measures = [.. _society.Measures.Select((m, i) => new MeasureResult(m, _means.Last[costs + i], _test[costs + i]))],
            HasHeldOut = _heldOut.Exists,
            IsStopped = stopped,
            Alarms = _alarms!.All,
            StoppedBy = _alarms.StoppedBy,
        };
    }

    private static string AreaOf(string term) => term[..term.IndexOf('.')];

    private static string TermOf(string term) => term[(term.IndexOf('.') + 1)..];
}
