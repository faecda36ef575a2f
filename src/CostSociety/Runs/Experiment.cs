using System.Diagnostics;
using System.Runtime.ExceptionServices;
using CostSociety.Circuits;

namespace CostSociety.Runs;

/// <summary>Trains several variants with the same seeds, in memory: each run on one thread, several runs side by side.</summary>
/// <param name="variants">What is compared.</param>
/// <param name="seeds">Every variant is trained with the seeds 1 to this.</param>
public sealed class Experiment(IReadOnlyList<Variant> variants, int seeds)
{
    /// <summary>Values to be reached; a run notes how many samples each took.</summary>
    public IReadOnlyList<Criterion> Criteria { get; init; } = [];

    /// <summary>Points of a training curve; 0 keeps no curves.</summary>
    public int CurvePoints { get; init; }

    /// <summary>Whether every area is silenced at the end of every run, see <see cref="Influence"/>.</summary>
    public bool WithLesions { get; init; }

    /// <summary>Called after every run, on the thread of the run.</summary>
    public Action<VariantRun>? OnRun { get; init; }

    /// <summary>Trains all; null when it was stopped, since half an experiment compares nothing.</summary>
    /// <param name="threads">Runs at a time; 0 means one for each processor.</param>
    /// <param name="stop">Stops it.</param>
    public ExperimentResult? Run(int threads = 0, CancellationToken stop = default)
    {
        var clock = Stopwatch.StartNew();
        var runs = new VariantRun[variants.Count * seeds];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };
        try
        {
            Parallel.For(0, runs.Length, options, i => runs[i] = Train(variants[i / seeds], (ulong)(i % seeds) + 1, stop));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        return stop.IsCancellationRequested ? null : new ExperimentResult(variants, runs.Chunk(seeds).ToArray())
        {
            Criteria = Criteria,
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    private VariantRun Train(Variant variant, ulong seed, CancellationToken stop)
    {
        var run = new VariantRun(variant.Name, seed);
        if (stop.IsCancellationRequested)
            return run;
        var circuit = variant.Circuit with { Learning = variant.Circuit.Learning with { Seed = seed } };
        using var society = Society.Build(circuit, threads: 1);
        run = Train(run, circuit, society, stop);
        if (!stop.IsCancellationRequested)
            OnRun?.Invoke(run);
        return run;
    }

    private VariantRun Train(VariantRun run, Circuit circuit, Society society, CancellationToken stop)
    {
        var (recorder, stages) = (new RunRecorder(society, Criteria, CurvePoints), new StageLog([]));
        var training = new TrainingRun(circuit, society)
        {
            OnStep = p => { recorder.Note(p); stages.Note(p); },
            OnMeasured = recorder.NoteMeasured,
        };
        try
        {
            var result = training.Run(stop);
            if (result.StoppedBy is { } monitor)
                return Failed(run, $"stopped after step {result.Steps} by the alarm of '{monitor}'");
            return run with
            {
                Result = result,
                Stages = stages.Stages(result.Steps),
                Reached = recorder.Reached,
                Curves = recorder.Curves,
                Influence = WithLesions && !stop.IsCancellationRequested ? Influence.Of(society) : null,
            };
        }
        catch (NonFiniteException e)
        {
            return Failed(run, e.Message);
        }
    }

    private VariantRun Failed(VariantRun run, string why) => run with { Failure = why, Reached = new long?[Criteria.Count] };
}
