using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CostSociety.Costs;
using CostSociety.Fabric.Simd;
using CostSociety.Language;

namespace CostSociety.Tests.Laws;

/// <summary>
/// Law 1: the fabric is fixed. .NET compiles a method when it is first called, so the fabric is warmed first, by costs
/// that call every function of the language once; after that no cost, however new, makes the runtime compile anything
/// of it: what runs is data.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class FixedFabricTests
{
    [Fact]
    public void NewCosts_AfterAWarmStep_CompileNothingOfTheFabric()
    {
        using var counter = new JitCounter();
        var training = Training.Of(Training.Digits);
        using var society = training.Build();
        Warm(society, training);
        var before = counter.Methods();

        foreach (string text in _newCosts)
        {
            society.Swap(Training.Costs(text));
            training.Steps(society, 3);
            society.Predict(training.Fill(society));
        }
        society.Swap(training.Circuit.Costs);
        training.Steps(society, 3);

        Assert.NotEmpty(before);
        Assert.Equal([], counter.Methods().Except(before));
        Assert.Equal(0, society.Executor.KernelBuilds);
    }

    [Fact]
    public void NewCircuitAndRule_AfterAWarmStep_CompileNothingOfTheFabric()
    {
        using var counter = new JitCounter();
        var training = Training.Of(Training.Digits);
        using var society = training.Build();
        Warm(society, training);
        WarmUpdates();
        var before = counter.Methods();

        foreach (string rule in new[] { "backprop", "feedback-alignment", "sign-symmetric", "frozen" })
            RunNarrow($"learning.rule={rule}", "areas.hidden1.units=20");

        Assert.Equal([], counter.Methods().Except(before));
    }

    [Fact]
    public void PlantedBuild_MovesTheCounter()
    {
        using var counter = new JitCounter();
        var training = Training.Of(Training.Digits);
        using var society = training.Steps(training.Build(), 2);
        int before = counter.Methods().Length;

        var kernel = typeof(LaneLoops).GetMethod(nameof(LaneLoops.Unary))!;
        RuntimeHelpers.PrepareMethod(kernel.MethodHandle, [typeof(Planted).TypeHandle]);

        Assert.InRange(counter.Methods().Length, before + 1, before + 3);
    }

    [Fact]
    public void WarmCosts_CallEveryFunction()
    {
        string text = WarmCosts().ResolvedJson;

        Assert.Equal([], Functions.Names.Where(name => !text.Contains(name + "(", StringComparison.Ordinal)));
    }

    private static void Warm(Society society, Training training)
    {
        training.Steps(society, 2);
        society.Predict(training.Fill(society));
        society.Swap(WarmCosts());
        training.Steps(society, 3);
        society.Predict(training.Fill(society));
        Training.Load(society, Training.Save(society));
    }

    /// <summary>The updates of the library, with and without a stage that holds parameters fast.</summary>
    private static void WarmUpdates()
    {
        foreach (string update in new[] { "sgd", "momentum", "adam" })
            RunNarrow("learning.rule=sign-symmetric", $"learning.update={{ \"kind\": \"{update}\", \"rate\": 0.001 }}");
    }

    private static void RunNarrow(params string[] overrides)
    {
        var training = Training.Of(Training.Narrow, overrides);
        using var society = training.Steps(training.Build(), 3);
        society.Predict(training.Fill(society));
    }

    private static CostFile WarmCosts() => Training.Costs("""
        {
          "format": 1,
          "parameters": { "tempo": "ramp(step, 0, 100) + clamp(epoch, 0, 1) + 0.1 * sin(since_swap) + min(samples, 3) * 0" },
          "costs": {
            "v1": {
              "minimize": {
                "elementwise": "mean(abs(v1)) + mean(sqrt(v1 + 1)) + mean(exp(-v1)) + mean(log(v1 + 2)) + mean(tanh(v1)) + mean(sigmoid(v1))",
                "more": "mean(softplus(v1)) + mean(sin(v1)) + mean(cos(v1)) + mean(floor(v1)) + mean(sign(v1)) + mean(step(v1)) + mean(square(v1))",
                "pairs": "mean(min(v1, 0.5)) + mean(max(v1, 0.1)) + mean(clamp(v1, 0, 2)) + mean(ramp(v1, 0, 1)) + mean((v1 + 1)^1.5) + mean(v1 / (v1 + 1))",
                "choices": "mean(where(v1 > 0.2 and v1 <= 0.9, v1, -v1)) + mean(where(v1 == 0 or not (v1 != 0.5), 1, v1)) + mean(as(step(v1 - 0.1), sigmoid(v1)))",
                "past": "mean(square(v1 - previous(v1))) + mean(square(stop(v1) - previous(v1, 2)))",
                "reduced": "sum(v1) * 0.001 + var(v1) + norm(v1 + 1) * 0.01 + dot(v1, v1) * 0.001",
                "reconstruct": "mean(square(retina.apical - retina))"
              },
              "weight": "tempo"
            },
            "it": {
              "minimize": {
                "reduced": "max(it) + min(it) + logsumexp(it) + dot(softmax(it), it) + argmax(it) * 0",
                "batch": "mean(square(batch_mean(it))) + mean(batch_var(it)) + batch_sum(mean(it)) * 0.001",
                "noise": "mean(it * noise.normal(0, 1)) + mean(it * noise.uniform(0, 1)) + mean(it * noise.bernoulli(0.5))"
              },
              "weight": "where(valid > 0, 0.5, 0)"
            },
            "report": { "minimize": "cross_entropy(report, label)", "weight": "where(measure.accuracy < 0.9, 1, 0.5)", "teaches": "upstream" }
          },
          "development": [
            { "stage": "first", "until": "step >= 4 or cost.v1.past < 0", "plastic": ["v1", "report"] },
            { "stage": "second" }
          ]
        }
        """);

    private static readonly string[] _newCosts =
    [
        """{ "format": 1, "costs": { "report": { "minimize": "cross_entropy(report, label)", "teaches": "upstream" } } }""",
        """{ "format": 1, "costs": { "report": { "minimize": "mse(report, label)" }, "v1": { "minimize": "mean(abs(retina.apical - retina)) + 0.1 * sparse(v1)" } } }""",
        """
        { "format": 1, "parameters": { "k": "0.5 + 0.5 * cos(step)" }, "costs": { "it": { "minimize": { "spread": "exp(-var(it)) * k", "small": "l2(it)" } } },
          "development": [ { "stage": "on", "until": "step > 9 for 2 steps", "plastic": ["it"] }, { "stage": "off" } ] }
        """,
        """{ "format": 1, "costs": { "it": { "minimize": "mean(square(it - batch_mean(it))) * -0.01 + tanh(dot(it, previous(it, 3))) + mean(noise.normal(1, 2) * it)", "weight": "max(label)" } } }""",
    ];

    /// <summary>A kernel that no cost asks for.</summary>
    private readonly struct Planted : IUnaryLanes
    {
        public static Vector256<float> Apply(Vector256<float> a) => a + a;
    }
}
