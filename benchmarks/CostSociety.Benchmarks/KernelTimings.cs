using System.Globalization;
using CostSociety.Fabric;
using CostSociety.Fabric.Simd;

namespace CostSociety.Benchmarks;

/// <summary>
/// How near the products come to the peak of the machine: forward, backward to the data, and the gradient of the weights
/// with its momentum update, each instruction on its own. Weights and signals stay where the one before left them.
/// </summary>
internal static class KernelTimings
{
    private static readonly (int Inputs, int Units, int Batch)[] _shapes =
    [
        (784, 128, 64), (784, 128, 256), (512, 512, 64), (512, 512, 256), (2048, 2048, 64), (2048, 2048, 256),
    ];

    private static readonly InstructionKind[] _kinds = [InstructionKind.Project, InstructionKind.ProjectBack, InstructionKind.Correlate];

    /// <summary>Prints the share of the peak that each product reaches, and the geometric mean of all shapes.</summary>
    public static void Print(int threads)
    {
        double[] product = [1, 1, 1];
        Console.WriteLine($"percent of the peak, {threads} threads, 10th percentile of times (median): forward, backward-data, weight gradient with momentum");
        foreach (var (inputs, units, batch) in _shapes)
        {
            var line = new List<string>();
            using var timer = new InstructionTimer(new ChainCircuit([16, inputs, units, 10], batch), threads);
            for (int i = 0; i < _kinds.Length; i++)
            {
                var (quiet, median) = Share(timer, _kinds[i], inputs, units, batch, threads);
                product[i] *= quiet;
                line.Add($"{quiet,5:0.0} ({median:0.0})");
            }
            Console.WriteLine($"{inputs,5} x {units,-5} batch {batch,-4} {string.Join("   ", line)}");
        }
        Console.WriteLine($"geometric mean          {string.Join("          ", product.Select(p => $"{Math.Pow(p, 1.0 / _shapes.Length),5:0.0}"))}");
    }

    /// <summary>Prints what each instruction of a learning step takes: <c>SIZES BATCH [UPDATE [THREADS [RULE]]]</c>.</summary>
    public static void PrintInstructions(string[] args)
    {
        int[] sizes = [.. args[0].Split('-').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        int batch = int.Parse(args[1], CultureInfo.InvariantCulture);
        int threads = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 1;
        var chain = new ChainCircuit(sizes, batch, args.Length > 2 ? args[2] : "momentum", args.Length > 4 ? args[4] : "backprop");
        using var timer = new InstructionTimer(chain, threads);
        double all = 0;
        foreach (var instruction in timer.Instructions)
        {
            var (quiet, median) = timer.Time(instruction);
            all += quiet;
            var shape = timer.Operands(instruction)[instruction.Kind is InstructionKind.Project or InstructionKind.ProjectBack ? 1 : 0];
            string speed = instruction.Kind is InstructionKind.Project or InstructionKind.ProjectBack or InstructionKind.Correlate
                ? $"{2.0 * shape.Rows * shape.Cols * timer.RowsOf(instruction) / quiet / 1000,6:0.0} GFLOP/s" : "";
            Console.WriteLine($"{instruction.Kind,-12} {shape.Rows,5} x {shape.Cols,-5} {quiet,9:0.00} us (median {median,9:0.00})  {speed}");
        }
        Console.WriteLine($"all {all:0.00} us");
    }

    private static (double Quiet, double Median) Share(InstructionTimer timer, InstructionKind kind, int inputs, int units, int batch, int threads)
    {
        foreach (var instruction in timer.Instructions)
            if (instruction.Kind == kind && IsOfBank(timer, instruction, inputs, units))
            {
                double peak = FmaPeak.Measure(threads);
                var (quiet, median) = timer.Time(instruction);
                double whole = 2.0 * inputs * units * batch / 1000 / peak;
                return (100 * whole / quiet, 100 * whole / median);
            }
        throw new InvalidOperationException($"no {kind} of a bank of {inputs} by {units}");
    }

    private static bool IsOfBank(InstructionTimer timer, in Instruction instruction, int inputs, int units)
    {
        var bank = timer.Operands(instruction)[instruction.Kind == InstructionKind.Correlate ? 0 : 1];
        return bank.Rows == inputs && bank.Cols == units;
    }
}
