using CostSociety.Costs;

namespace CostSociety.Tests.Laws;

/// <summary>One set of weights, two circuits: the modulator alone decides which of them answers.</summary>
public sealed class SwitchTests
{
    private const string Path = "circuits/modulators/switch.circuit.json";

    private static readonly CostFile _names = Clamped(0);

    private static readonly CostFile _parities = Clamped(1);

    [Fact]
    public void Peptide_Clamped_SwitchesTheTaskAtTheNextStepAndNoWeight()
    {
        var training = Training.Of(Path);
        using var society = training.Steps(training.Build(), 600);
        byte[] before = Training.Save(society);
        var own = society.Costs;

        var answers = new[] { _names, _parities, _names }.Select(costs => Answer(training, society, costs)).ToList();
        society.Swap(own);

        Assert.All(answers.Where((_, i) => i != 1), a => Assert.InRange(a.Named, 0.9, 1));
        Assert.InRange(answers[1].Odd, 0.9, 1);
        Assert.Equal(answers[0], answers[2]);
        Checkpoints.AssertEqual(before, Training.Save(society));
    }

    [Fact]
    public void Hidden_UnderEachModulator_SharesItsFirstUnitsAlone()
    {
        var training = Training.Of(Path);
        using var society = training.Steps(training.Build(), 100);

        bool[] Active(CostFile costs)
        {
            Answer(training, society, costs);
            var hidden = society.Signal("hidden");
            bool[] active = new bool[48];
            for (int row = 0; row < 32; row++)
                for (int unit = 0; unit < active.Length; unit++)
                    active[unit] |= hidden[row, unit] != 0;
            return active;
        }

        bool[] without = Active(_names), with = Active(_parities);
        Assert.All(Enumerable.Range(16, 16), u => Assert.False(with[u]));
        Assert.All(Enumerable.Range(32, 16), u => Assert.False(without[u]));
        Assert.All(new[] { 0..16, 16..32 }, part => Assert.Contains(true, without[part]));
        Assert.All(new[] { 0..16, 32..48 }, part => Assert.Contains(true, with[part]));
    }

    private static (double Named, double Odd) Answer(Training training, Society society, CostFile costs)
    {
        society.Swap(costs);
        society.Predict(training.Fill(society));
        return (society.MeasureValues[0], society.MeasureValues[1]);
    }

    private static CostFile Clamped(int peptide) => CostFile.Load("circuits/modulators/switch.costs.json", [$"clamps.peptide={peptide}"]);
}
