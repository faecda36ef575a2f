using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using CostSociety.Circuits;
using CostSociety.Costs;

namespace CostSociety.Benchmarks;

/// <summary>
/// What a swap of costs takes in memory, in microseconds: the first preparation of the process, warm ones, and the work
/// between two steps. Every cost file is one the society has not seen, so nothing is found that an earlier one left.
/// </summary>
internal static class SwapTimings
{
    private const string Costs = "circuits/digits/sparse-then-read.costs.json";
    private const int Swaps = 2000;

    public static void Print()
    {
        var circuit = Circuit.Load("circuits/digits/society.circuit.json");
        using var society = Society.Build(circuit);
        using var batches = circuit.OpenStreams(epochs: 1).GetEnumerator();
        batches.MoveNext();
        void Step() => society.Step(batches.Current);
        Step();
        Print("whole file", society, Step, i => ["name=costs" + i, Number("parameters.sparsity", i)]);
        Print("one text", society, Step, i => [$"costs.v1.minimize.sparse={Constant(i)} * sparsity * mean(abs(v1))"]);
        Print("new state, copied", society, Step, i => [$"costs.v1.minimize.slow={Constant(i)} * mean(square(v1 - previous(v1, {i % 2 + 1})))"]);
        var memory = Inspection.Of(circuit).Memory;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"storm: state of the circuit {memory.State * sizeof(float) / 1024} KiB, of a step that is remembered 72 KiB"));
        new SwapStormTimings(society, Step).Print();
    }

    private static void Print(string name, Society society, Action step, Func<int, string[]> change)
    {
        var (prepare, commit) = (new double[Swaps], new double[Swaps]);
        int copies = 0;
        for (int i = 0; i < Swaps; i++)
        {
            var costs = CostFile.Load(Costs, change(i));
            long start = Stopwatch.GetTimestamp();
            using var prepared = society.Prepare(costs);
            long middle = Stopwatch.GetTimestamp();
            society.Commit(prepared);
            (prepare[i], commit[i]) = (Micros(start, middle), Micros(middle, Stopwatch.GetTimestamp()));
            copies += prepared.CopiesState ? 1 : 0;
            step();
        }
        Report(name, prepare, commit, copies, NextStep(society, step, change));
    }

    /// <summary>The most that a step after a swap allocates. A collection beside it would give the rest of the thread's 8 KB back, which counts as allocated.</summary>
    private static long NextStep(Society society, Action step, Func<int, string[]> change)
    {
        var mode = GCSettings.LatencyMode;
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        long most = 0;
        for (int i = Swaps; i < Swaps + Swaps / 4; i++)
        {
            society.Swap(CostFile.Load(Costs, change(i)));
            most = Math.Max(most, Allocated(step));
        }
        GCSettings.LatencyMode = mode;
        return most;
    }

    private static void Report(string name, double[] prepare, double[] commit, int copies, long allocated)
    {
        double first = prepare[0];
        double[] warm = [.. prepare[(Swaps / 2)..].Order()], boundary = [.. commit[(Swaps / 2)..].Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-18} first prepare {first,8:F0}   prepare p10 {At(warm, 0.1),6:F0} median {At(warm, 0.5),6:F0} p99 {At(warm, 0.99),6:F0}   "
            + $"commit p50 {At(boundary, 0.5),6:F1} p99 {At(boundary, 0.99),6:F1}   {copies} copied state   next step {allocated} B"));
    }

    private static long Allocated(Action step)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        step();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static double At(double[] sorted, double share) => sorted[(int)(share * sorted.Length)];

    private static double Micros(long start, long end) => Stopwatch.GetElapsedTime(start, end).TotalMicroseconds;

    private static string Number(string key, int i) => $"{key}={Constant(i)}";

    private static string Constant(int i) => (0.01 + i * 1e-6).ToString(CultureInfo.InvariantCulture);
}
