namespace CostSociety.Tests.Laws;

/// <summary>Law 6: nothing is allocated per step, neither by the calling thread nor by the workers.</summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationTests
{
    private const int Parts = 20;
    private const int StepsOfPart = 10;
    private const string Memory = "areas.hidden1.dynamics=v = 0.5 * v + basal; activity = tanh(v)";

    [Theory]
    [InlineData(1, Training.Digits)]
    [InlineData(2, Training.Digits)]
    [InlineData(2, Training.Digits, "learning.rule=feedback-alignment")]
    [InlineData(1, Training.Narrow, "learning.update={ \"kind\": \"adam\", \"rate\": 0.001 }")]
    [InlineData(1, Training.Narrow, "learning.update={ \"kind\": \"adam\", \"rate\": 0.001 }", "learning.rule=sign-symmetric")]
    [InlineData(1, Training.Narrow, "learning.update={ \"kind\": \"sgd\", \"rate\": 0.01 }", "learning.rule=feedback-alignment")]
    [InlineData(1, Training.Narrow, "learning.rule=frozen")]
    [InlineData(1, Training.Narrow, "learning.batch=4", "learning.presentations=8", Memory)]
    [InlineData(2, Training.Digits, "areas.it={ \"units\": 32, \"activation\": \"batch_norm_relu\" }")]
    public void StepAndPredict_InSteadyState_AllocateNothing(int threads, string circuit, params string[] overrides)
    {
        var training = Training.Of(circuit, overrides);
        using var society = training.Build(threads);
        training.Steps(society, 400);

        AssertNone(steps => training.Steps(society, steps));
        AssertNone(steps => Predict(society, training, steps));
    }

    [Theory]
    [InlineData("learning.batch=1")]
    [InlineData("learning.batch=1", Memory)]
    [InlineData("learning.batch=2", "learning.presentations=2", Memory)]
    public void Spans_InSteadyState_AllocateNothing(params string[] overrides)
    {
        using var society = Society.Build(CostSociety.Circuits.Circuit.Load(Training.Narrow, overrides));
        using var probe = society.OpenProbe();
        float[] x = new float[64 * society.StepSize], y = new float[10 * society.StepSize], gradient = new float[64 * 12];
        Work(200);

        AssertNone(Work);

        void Work(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                society.Step(x, y);
                society.Predict(x, y);
                society.Act(x, y);
                probe.Set("image", x);
                probe.Set("label", y);
                probe.Run(society.StepSize);
                probe.Gradient("retina -> hidden1", gradient);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Replicas_InSteadyState_AllocateNothing(int threads)
    {
        var training = Training.Of(Training.Narrow, "learning.batch=8", Memory);
        using var many = Society.BuildMany(training.Circuit, 10, threads);
        float[] x = new float[10 * 8 * 64], y = new float[10 * 8 * 10];
        Work(100);

        AssertNone(Work);

        void Work(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                many.Step(training.Fill(many[0]));
                many.Step(x, y);
                many.Act(x, y);
            }
        }
    }

    private static void Predict(Society society, Training training, int steps)
    {
        for (int i = 0; i < steps; i++)
            society.Predict(training.Fill(society));
    }

    /// <summary>
    /// The calling thread must allocate nothing in all steps. Threads of the test host allocate now and then, so of all
    /// threads together the least of several parts counts: what a worker allocates in every step is in each.
    /// </summary>
    private static void AssertNone(Action<int> work)
    {
        long own = 0, all = long.MaxValue;
        for (int i = 0; i < Parts; i++)
        {
            long allBefore = GC.GetTotalAllocatedBytes(precise: true), ownBefore = GC.GetAllocatedBytesForCurrentThread();
            work(StepsOfPart);
            own += GC.GetAllocatedBytesForCurrentThread() - ownBefore;
            all = Math.Min(all, GC.GetTotalAllocatedBytes(precise: true) - allBefore);
        }
        Assert.Equal((0, 0), (own, all));
    }
}
