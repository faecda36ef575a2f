using CostSociety.Fabric;
using CostSociety.Fabric.Simd;

namespace CostSociety.Benchmarks;

/// <summary>What a step takes under the rules that carry credit otherwise than by the weights, beside backprop; and what its cost takes.</summary>
internal static class RuleTimings
{
    private const double Seconds = 0.7;

    private static readonly string[] _rules = ["backprop", "feedback-alignment", "sign-symmetric"];

    private static readonly int[][] _chains = [[784, 128, 10], [784, 512, 512, 10]];

    public static void Print()
    {
        Console.WriteLine("microseconds a step, 10th percentile (median); ratio to backprop of the 10th percentiles (median of the ratios of all rounds); momentum");
        foreach (int threads in new[] { 1, 2 })
            foreach (int[] sizes in _chains)
                foreach (int batch in new[] { 1, 16, 64, 256 })
                    PrintRules(sizes, batch, threads);
        PrintCost(new ChainCircuit([784, 512, 512, 10], 64));
    }

    private static void PrintRules(int[] sizes, int batch, int threads)
    {
        using var executor = new SimdExecutor(threads);
        var steppers = _rules.Select(rule => Make(new ChainCircuit(sizes, batch, Rule: rule), executor)).ToArray();
        var times = Turns.Measure(steppers, Seconds);
        Console.Write($"{string.Join('-', sizes),-15} batch {batch,-3} {threads} threads");
        for (int i = 0; i < _rules.Length; i++)
            Console.Write($"  {_rules[i]} {times[i].Quiet:0.0} ({times[i].Median:0.0}){Ratio(times[i], times[0])}");
        Console.WriteLine();
        foreach (var stepper in steppers)
            stepper.Dispose();
    }

    private static string Ratio(Times times, Times backprop)
    {
        if (times == backprop)
            return "";
        var (quiet, median) = times.Over(backprop);
        return $" x{quiet:0.00} ({median:0.00})";
    }

    // A step without a cost would learn nothing, and the difference would drown in the noise: the instructions are timed alone.
    private static void PrintCost(ChainCircuit chain)
    {
        using var executor = new SimdExecutor(1);
        using var stepper = Make(chain, executor);
        using var timer = new InstructionTimer(chain, 1);
        var step = Turns.Measure([stepper], Seconds)[0];
        var (quiet, median) = (0.0, 0.0);
        foreach (var instruction in timer.Instructions.Where(i => IsOfReadout(timer, i, chain.Sizes[^1])))
        {
            var time = timer.Time(instruction);
            (quiet, median) = (quiet + time.Quiet, median + time.Median);
        }
        Console.WriteLine(
            $"cost of {string.Join('-', chain.Sizes)} batch {chain.Batch} as text: {quiet:0.00} us ({median:0.00}) of a step of {step.Quiet:0} ({step.Median:0}), " +
            $"{100 * quiet / step.Quiet:0.00} % ({100 * median / step.Median:0.00} %): every Evaluate over the readout or over numbers of samples, " +
            "each timed alone; the softmax of the readout is in them, so this is the most it can be");
    }

    private static bool IsOfReadout(InstructionTimer timer, in Instruction instruction, int classes) =>
        instruction.Kind == InstructionKind.Evaluate && timer.Operands(instruction)[0].Cols <= classes;

    private static Stepper Make(ChainCircuit chain, IExecutor executor) => new(chain.Read(), chain.Samples(), executor);
}
