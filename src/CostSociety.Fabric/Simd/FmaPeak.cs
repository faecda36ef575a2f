using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>
/// How fast this machine multiplies and adds right now, with the vectors that the kernels use and nothing but registers.
/// Only benchmarks call it; no training ever compiles it.
/// </summary>
internal static class FmaPeak
{
    private const int Accumulators = 12;
    private const int Lanes = 8;
    private const int ChunksOfThread = 8;
    private const int Rounds = 100_000;

    private static float _sink;

    /// <summary>Billions of floating point operations a second of so many threads together, two for each multiply-add; takes a few milliseconds.</summary>
    public static double Measure(int threads)
    {
        using var pool = new WorkerPool(threads);
        int chunks = ChunksOfThread * pool.Threads;
        // Wakes the workers, and lets those of other pools fall asleep, before the clock runs.
        pool.Run(static (_, _) => Spin(), chunks / 2);
        long start = Stopwatch.GetTimestamp();
        pool.Run(static (_, _) => Spin(), chunks);
        return 2.0 * Lanes * Accumulators * Rounds * chunks / Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    /// <summary>Twelve independent chains hide the latency of two units; different starts keep a compiler from merging them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Spin()
    {
        var (x, y) = (Vector256.Create(0.5f), Vector256.Create(0.25f));
        Vector256<float> c0 = Vector256.Create(0f), c1 = Vector256.Create(1f), c2 = Vector256.Create(2f), c3 = Vector256.Create(3f);
        Vector256<float> c4 = Vector256.Create(4f), c5 = Vector256.Create(5f), c6 = Vector256.Create(6f), c7 = Vector256.Create(7f);
        Vector256<float> c8 = Vector256.Create(8f), c9 = Vector256.Create(9f), c10 = Vector256.Create(10f), c11 = Vector256.Create(11f);
        for (int i = 0; i < Rounds; i++)
        {
            c0 = Vector256.FusedMultiplyAdd(x, y, c0);
            c1 = Vector256.FusedMultiplyAdd(x, y, c1);
            c2 = Vector256.FusedMultiplyAdd(x, y, c2);
            c3 = Vector256.FusedMultiplyAdd(x, y, c3);
            c4 = Vector256.FusedMultiplyAdd(x, y, c4);
            c5 = Vector256.FusedMultiplyAdd(x, y, c5);
            c6 = Vector256.FusedMultiplyAdd(x, y, c6);
            c7 = Vector256.FusedMultiplyAdd(x, y, c7);
            c8 = Vector256.FusedMultiplyAdd(x, y, c8);
            c9 = Vector256.FusedMultiplyAdd(x, y, c9);
            c10 = Vector256.FusedMultiplyAdd(x, y, c10);
            c11 = Vector256.FusedMultiplyAdd(x, y, c11);
        }
        // Someone has to read the sums, or the loop could be left out.
        Volatile.Write(ref _sink, Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + (c6 + c7 + c8 + c9 + c10 + c11)));
    }
}
