using System.Diagnostics;
using CostSociety.Circuits;
using CostSociety.Fabric;

namespace CostSociety.Benchmarks;

/// <summary>A society that takes one step again and again, with the same samples.</summary>
internal sealed class Stepper : IDisposable
{
    private readonly Society _society;
    private readonly float[] _inputs;
    private readonly float[] _labels;

    /// <summary>Builds the society and warms it up.</summary>
    public Stepper(Circuit circuit, (float[] Inputs, float[] Labels) samples, IExecutor executor)
    {
        _society = Society.Build(circuit, executor);
        (_inputs, _labels) = samples;
        for (int i = 0; i < 20; i++)
            Step();
    }

    /// <summary>What the society runs.</summary>
    public Bitstream Bitstream => _society.Synthesized.Bitstream;

    public void Step() => _society.Step(_inputs, _labels);

    public void Dispose() => _society.Dispose();
}

/// <summary>Microseconds of one step, one number a round.</summary>
internal sealed class Times(IEnumerable<double> rounds)
{
    private readonly double[] _rounds = [.. rounds];
    private readonly double[] _sorted = [.. rounds.Order()];

    /// <summary>The 10th percentile: on a busy machine the undisturbed time.</summary>
    public double Quiet => _sorted[_sorted.Length / 10];

    public double Median => _sorted[_sorted.Length / 2];

    public double Mean => _sorted.Average();

    public double Longest => _sorted[^1];

    /// <summary>10th percentiles by each other, and the median of the ratios of each round.</summary>
    public (double Quiet, double Median) Over(Times other) =>
        (Quiet / other.Quiet, new Times(_rounds.Zip(other._rounds, (mine, others) => mine / others)).Median);
}

/// <summary>Steps of several societies in turn, in blocks of about a millisecond, so that a disturbance meets all of them.</summary>
internal static class Turns
{
    private const double BlockMicroseconds = 1000;
    private const int LeastRounds = 20;

    /// <summary>Times of each society; the rounds of all belong together.</summary>
    public static Times[] Measure(IReadOnlyList<Stepper> steppers, double seconds)
    {
        int[] steps = [.. steppers.Select(s => Math.Max(1, (int)(BlockMicroseconds / Block(s, 10))))];
        var rounds = steppers.Select(_ => new List<double>()).ToArray();
        long start = Stopwatch.GetTimestamp();
        while (rounds[0].Count < LeastRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
            for (int i = 0; i < steps.Length; i++)
                rounds[i].Add(Block(steppers[i], steps[i]));
        return [.. rounds.Select(r => new Times(r))];
    }

    // The first step of a block wakes the worker and brings the weights back into the cache.
    private static double Block(Stepper stepper, int steps)
    {
        stepper.Step();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++)
            stepper.Step();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / steps;
    }
}
