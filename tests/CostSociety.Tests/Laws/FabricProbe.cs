using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CostSociety.Fabric.Simd;
using CostSociety.Language;
using CostSociety.Learning;

namespace CostSociety.Tests.Laws;

/// <summary>
/// The test assembly as a program: a process of its own, in which nothing of the fabric is compiled yet. It makes a
/// society and takes a few steps, does what its argument says, and prints how many methods of the fabric were compiled
/// until then, the kernel builds of the executor, and then every method that was compiled after it.
/// </summary>
internal static class FabricProbe
{
    public const string NewCosts = "new-costs";
    public const string NewCircuits = "new-circuits";
    public const string NewInstructions = "new-instructions";
    public const string SwapStorm = "swap-storm";
    public const string WholeSwapStorm = "whole-swap-storm";
    public const string PlantedBuild = "planted-build";

    private const string Moving = "average = average + 0.1 * (batch_mean(basal) - average); v = 0.5 * v + basal + bias; activity = dropout(tanh(v - average), 0.1)";

    /// <summary>What the program prints.</summary>
    /// <param name="Warm">Methods that the warm-up compiled.</param>
    /// <param name="KernelBuilds">Kernel builds of the executor.</param>
    /// <param name="Compiled">Methods compiled after it.</param>
    public sealed record Outcome(int Warm, int KernelBuilds, string[] Compiled);

    public static void Main(string[] args)
    {
        using var counter = new JitCounter();
        var training = Training.Of(Training.Digits);
        using var society = training.Build();
        Warm(society, training);
        int builds = society.Executor.KernelBuilds;
        string[] before = counter.Methods();
        Act(args[0], society, training);
        Console.WriteLine(before.Length);
        Console.WriteLine(builds + society.Executor.KernelBuilds);
        foreach (string method in counter.Methods().Skip(before.Length))
            Console.WriteLine(method);
    }

    /// <summary>Runs the program in a process of its own.</summary>
    public static Outcome Run(string what)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", typeof(FabricProbe).Assembly.Location, what])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return new Outcome(int.Parse(lines[0]), int.Parse(lines[1]), lines[2..]);
    }

    private static void Act(string what, Society society, Training training)
    {
        if (what == NewCosts)
            SwapToAll(society, training);
        else if (what == NewCircuits)
            foreach (string rule in LearningRules.OfCosts)
                foreach (string update in Library.Shipped.Updates.Keys)
                    RunNarrow("learning.presentations=2", "learning.batch=8", $"areas.hidden2={{ \"units\": 12, \"dynamics\": \"{Moving}\", \"variables\": {{ \"bias\": 0 }} }}", $"learning.rule={rule}", $"learning.update={{ \"kind\": \"{update}\", \"rate\": 0.001 }}", "areas.hidden1.units=20");
        else if (what == NewInstructions)
            ProbeInstructions.RunAll(society.Executor);
        else if (what is SwapStorm or WholeSwapStorm)
            new SwapStorm(training, society.Executor, compareEvery: what == SwapStorm ? 20 : 1).Run();
        else
            Plant();
    }

    private static void SwapToAll(Society society, Training training)
    {
        foreach (string text in ProbeCosts.All)
        {
            society.Swap(Training.Costs(text));
            training.Steps(society, 3);
            society.Predict(training.Fill(society));
        }
        society.Swap(training.Circuit.Costs);
        training.Steps(society, 3);
    }

    /// <summary>Has the runtime compile a kernel that no cost asks for.</summary>
    private static void Plant()
    {
        var kernel = typeof(LaneLoops).GetMethod(nameof(LaneLoops.Unary))!;
        RuntimeHelpers.PrepareMethod(kernel.MethodHandle, [typeof(Planted).TypeHandle]);
    }

    /// <summary>.NET compiles a method when it is first called: a step, a prediction, and a swap to the costs it has.</summary>
    private static void Warm(Society society, Training training)
    {
        training.Steps(society, 2);
        society.Predict(training.Fill(society));
        society.Swap(training.Circuit.Costs);
        training.Steps(society, 1);
    }

    private static void RunNarrow(params string[] overrides)
    {
        var training = Training.Of(Training.Narrow, overrides);
        using var society = training.Steps(training.Build(), 3);
        society.Predict(training.Fill(society));
        society.Act(society.BatchSize);
        using var probe = society.OpenProbe();
        probe.Run(training.Fill(society));
    }

    private readonly struct Planted : IUnaryLanes
    {
        public static Vector256<float> Apply(Vector256<float> a) => a + a;
    }
}
