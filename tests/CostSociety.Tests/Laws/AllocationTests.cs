namespace CostSociety.Tests.Laws;

/// <summary>Law 6: nothing is allocated per step, neither by the calling thread nor by the workers.</summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationTests
{
    private const int Parts = 20;
    private const int StepsOfPart = 10;

    [Theory]
    [InlineData(1, Training.Digits)]
    [InlineData(2, Training.Digits)]
    [InlineData(2, Training.Digits, "learning.rule=feedback-alignment")]
    [InlineData(1, Training.Narrow, "learning.update={ \"kind\": \"adam\", \"rate\": 0.001 }")]
    [InlineData(1, Training.Narrow, "learning.update={ \"kind\": \"adam\", \"rate\": 0.001 }", "learning.rule=sign-symmetric")]
    [InlineData(1, Training.Narrow, "learning.update={ \"kind\": \"sgd\", \"rate\": 0.01 }", "learning.rule=feedback-alignment")]
    [InlineData(1, Training.Narrow, "learning.rule=frozen")]
    public void StepAndPredict_InSteadyState_AllocateNothing(int threads, string circuit, params string[] overrides)
    {
        var training = Training.Of(circuit, overrides);
        using var society = training.Build(threads);
        training.Steps(society, 400);

        AssertNone(steps => training.Steps(society, steps));
        AssertNone(steps => Predict(society, training, steps));
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
