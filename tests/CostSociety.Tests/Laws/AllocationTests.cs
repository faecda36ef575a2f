namespace CostSociety.Tests.Laws;

/// <summary>Law 6: nothing is allocated per step, neither by the calling thread nor by the workers.</summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationTests
{
    private const int Steps = 200;
    private const int Attempts = 5;

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

        AssertNone(() => training.Steps(society, Steps));
        AssertNone(() => Predict(society, training));
    }

    [Fact]
    public void Stage_ThatEnds_AllocatesOnlyThen()
    {
        var training = Training.Of(Training.Digits);
        using var society = training.Steps(training.Build(), 50);

        AssertNone(() => training.Steps(society, 40));
    }

    private static void Predict(Society society, Training training)
    {
        for (int i = 0; i < Steps; i++)
            society.Predict(training.Fill(society));
    }

    /// <summary>The runtime itself may allocate in between, so the least of several attempts counts; a leak is in each.</summary>
    private static void AssertNone(Action work)
    {
        long own = long.MaxValue, all = long.MaxValue;
        for (int i = 0; i < Attempts && (own > 0 || all > 0); i++)
        {
            long ownBefore = GC.GetAllocatedBytesForCurrentThread(), allBefore = GC.GetTotalAllocatedBytes(precise: true);
            work();
            all = Math.Min(all, GC.GetTotalAllocatedBytes(precise: true) - allBefore);
            own = Math.Min(own, GC.GetAllocatedBytesForCurrentThread() - ownBefore);
        }
        Assert.Equal((0, 0), (own, all));
    }
}
