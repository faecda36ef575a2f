using System.Diagnostics;
using CostSociety.Circuits;
using CostSociety.Fabric.Simd;

namespace CostSociety.Cli;

/// <summary>What a benchmark found. Quiet values are those of the tenth of blocks that other programs disturbed least.</summary>
/// <param name="Threads">Threads of steps and of the peak.</param>
/// <param name="Blocks">Blocks measured.</param>
/// <param name="StepsOfBlock">Steps of each.</param>
/// <param name="Quiet">Microseconds a step, 10th percentile of the blocks.</param>
/// <param name="Median">Microseconds a step, median of the blocks.</param>
/// <param name="Peak">Billions of operations a second that registers alone allow, 90th percentile of a measurement before each block.</param>
/// <param name="BytesOfStep">Bytes allocated a step.</param>
/// <param name="FirstLoss">Cost of the first step of all.</param>
/// <param name="LastLoss">Cost of the last.</param>
internal sealed record BenchResult(
    int Threads, int Blocks, int StepsOfBlock, double Quiet, double Median, double Peak, double BytesOfStep, double FirstLoss, double LastLoss);

/// <summary>Trains on a few random batches again and again, in blocks, with a measurement of the peak before each.</summary>
internal sealed class BenchRun
{
    private const int MostBlocks = 100;
    private const int Batches = 4;
    private const int WarmUpSteps = 50;
    private const int WarmUpMilliseconds = 600;
    private const double QuietShare = 0.1;

    private readonly Society _society;
    private readonly int _threads;
    private readonly (float[] Inputs, float[] Labels)[] _batches;
    private int _next;

    private BenchRun(Society society, int threads, Circuit circuit)
    {
        (_society, _threads) = (society, threads);
        var random = new Random((int)(circuit.Learning.Seed % int.MaxValue));
        _batches = [.. Enumerable.Range(0, Batches).Select(_ => RandomBatch(random, circuit))];
    }

    /// <summary>Measures so many steps, rounded down to whole blocks.</summary>
    public static BenchResult Measure(Circuit circuit, int threads, int steps)
    {
        using var executor = new SimdExecutor(threads);
        using var society = Society.Build(circuit, executor);
        return new BenchRun(society, executor.Threads, circuit).Measure(steps);
    }

    /// <summary>The smallest value that at least so large a share of all values does not exceed.</summary>
    public static double Percentile(double[] values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }

    private BenchResult Measure(int steps)
    {
        double first = WarmUp();
        int blocks = Math.Min(MostBlocks, steps), stepsOfBlock = steps / blocks;
        double[] times = new double[blocks], peaks = new double[blocks];
        long own = 0, all = long.MaxValue;
        for (int i = 0; i < blocks; i++)
        {
            peaks[i] = FmaPeak.Measure(_threads);
            Steps(1);
            long allBefore = GC.GetTotalAllocatedBytes(precise: true), ownBefore = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            Steps(stepsOfBlock);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / stepsOfBlock;
            own += GC.GetAllocatedBytesForCurrentThread() - ownBefore;
            all = Math.Min(all, GC.GetTotalAllocatedBytes(precise: true) - allBefore);
        }
        // The runtime's own threads allocate now and then, so of all threads together the least block counts.
        double bytes = Math.Max((double)own / (blocks * stepsOfBlock), (double)all / stepsOfBlock);
        return new BenchResult(_threads, blocks, stepsOfBlock, Percentile(times, QuietShare), Percentile(times, 0.5),
            Percentile(peaks, 1 - QuietShare), bytes, first, _society.CostValues[0]);
    }

    /// <summary>Until the runtime has compiled everything at its last tier; gives the cost of the very first step.</summary>
    private double WarmUp()
    {
        Steps(1);
        double first = _society.CostValues[0];
        long start = Stopwatch.GetTimestamp();
        for (int i = 1; i < WarmUpSteps || Stopwatch.GetElapsedTime(start).TotalMilliseconds < WarmUpMilliseconds; i++)
            Steps(1);
        return first;
    }

    private void Steps(int count)
    {
        for (int i = 0; i < count; i++)
        {
            var (inputs, labels) = _batches[_next];
            _next = (_next + 1) % _batches.Length;
            _society.Step(inputs, labels);
        }
    }

    private static (float[] Inputs, float[] Labels) RandomBatch(Random random, Circuit circuit)
    {
        int samples = circuit.Learning.Batch, classes = circuit.Streams[1].Width;
        float[] inputs = new float[samples * circuit.Streams[0].Width], labels = new float[samples * classes];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = 2 * random.NextSingle() - 1;
        for (int i = 0; i < samples; i++)
            labels[i * classes + random.Next(classes)] = 1;
        return (inputs, labels);
    }
}
