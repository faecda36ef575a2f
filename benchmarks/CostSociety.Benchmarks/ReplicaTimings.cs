using System.Diagnostics;
using CostSociety.Fabric.Simd;

namespace CostSociety.Benchmarks;

/// <summary>Samples a second of many small societies that learn one sample at a time, on one thread and on two.</summary>
internal static class ReplicaTimings
{
    private const int Count = 1000;
    private const int Blocks = 60;

    public static void Print()
    {
        var chain = new ChainCircuit([64, 16, 10], Batch: 1);
        using var one = new Runner(chain, 1);
        using var two = new Runner(chain, 2);
        double[] first = new double[Blocks], second = new double[Blocks];
        for (int i = 0; i < Blocks; i++)
            (first[i], second[i]) = (one.Time(), two.Time());
        Array.Sort(first);
        Array.Sort(second);
        Console.WriteLine($"{Count} replicas of 64-16-10, batch 1, momentum: millions of samples a second, 10th percentile of times (median)");
        foreach (var (threads, times) in new[] { (1, first), (2, second) })
            Console.WriteLine($"{threads} threads  {Count / times[Blocks / 10],6:0.000} ({Count / times[Blocks / 2]:0.000})");
        Console.WriteLine($"ratio      {first[Blocks / 10] / second[Blocks / 10],6:0.00} ({first[Blocks / 2] / second[Blocks / 2]:0.00})");
    }

    private sealed class Runner : IDisposable
    {
        private const int Steps = 20;

        private readonly Replicas _replicas;
        private readonly float[] _inputs;
        private readonly float[] _labels;

        public Runner(ChainCircuit chain, int threads)
        {
            _replicas = Society.BuildMany(chain.Read(), Count, threads);
            var random = new Random(1);
            _inputs = [.. Enumerable.Range(0, Count * chain.Sizes[0]).Select(_ => 2 * random.NextSingle() - 1)];
            _labels = [.. Enumerable.Range(0, Count * chain.Sizes[^1]).Select(i => i % chain.Sizes[^1] == i / chain.Sizes[^1] % chain.Sizes[^1] ? 1f : 0)];
            Time();
        }

        /// <summary>Microseconds of one step of all replicas.</summary>
        public double Time()
        {
            _replicas.Step(_inputs, _labels);
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Steps; i++)
                _replicas.Step(_inputs, _labels);
            return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Steps;
        }

        public void Dispose() => _replicas.Dispose();
    }
}
