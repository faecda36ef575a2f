using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Runs;

namespace CostSociety.PublicApi.Tests;

/// <summary>Wrong arguments are refused with a text that says what would be right, and change nothing.</summary>
public sealed class WrongArgumentTests
{
    private static readonly float[] _x = new float[24];
    private static readonly float[] _y = new float[8];

    public static TheoryData<string, string> Cases => new()
    {
        { "set-unknown", "the circuit has no stream 'z'; it has x, y" },
        { "set-odd", "stream 'x' takes 1 to 8 samples of 3 values, got 7 values" },
        { "set-empty", "stream 'x' takes 1 to 8 samples of 3 values, got 0 values" },
        { "set-many", "stream 'x' takes 1 to 8 samples of 3 values, got 27 values" },
        { "step-none", "must be greater than or equal to '1'" },
        { "step-many", "must be less than or equal to '8'" },
        { "step-unequal", "'x' got 8 samples, 'y' got 5; give both the same number" },
        { "predict-short", "'out' has 1 units: 8 samples need 8 floats, got 3" },
        { "signal", "there is no signal 'outt'; there are eye, inner, out, inner.basal, out.basal" },
        { "read", "nothing that learns is called 'eye -> out'; there are eye -> inner, inner -> out, inner.bias, out.bias" },
        { "write", "'inner -> out' has [1, 20] weights, got 3 values" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Society_GivenAWrongArgument_SaysWhatWouldBeRight(string what, string message)
    {
        using var society = Society.Build(Host.Circuit());

        var refused = Assert.ThrowsAny<ArgumentException>(() => Misuse(society, what));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Host.Train(society, 1);
    }

    [Fact]
    public void OpenStreams_OfHostStreamsOnly_SaysWhoSuppliesThem()
    {
        var refused = Assert.Throws<CostSociety.Data.NoDataException>(() => Host.Circuit().OpenStreams().ToList());

        Assert.Equal("the host supplies every stream of this circuit: embed it in a program that sets them and calls Step(samples)", refused.Message);
    }

    [Fact]
    public void Load_OfNoCheckpoint_SaysSoAndChangesNothing()
    {
        using var society = Society.Build(Host.Circuit());
        using var digits = Society.Build(Circuit.Load("circuits/digits/narrow.circuit.json"));
        using var checkpoint = new MemoryStream();
        digits.Save(checkpoint);
        checkpoint.Position = 0;
        using var noise = new MemoryStream([1, 2, 3]);

        Assert.Throws<CheckpointException>(() => society.Load(noise));
        var refused = Assert.Throws<CheckpointException>(() => society.Load(checkpoint));

        Assert.Equal("the checkpoint is of the circuit 'digits-narrow', not of 'line'", refused.Message);
        Host.Train(society, 1);
    }

    [Fact]
    public void Load_OfAMissingCircuit_NamesItsNeighbours()
    {
        var refused = Assert.Throws<CostSocietyException>(() => Circuit.Load("circuits/digits/socity.circuit.json"));

        Assert.Contains("there is no file 'circuits/digits/socity.circuit.json'", refused.Message, StringComparison.Ordinal);
    }

    private static void Misuse(Society society, string what)
    {
        switch (what)
        {
            case "set-unknown": society.Set("z", _x); break;
            case "set-odd": society.Set("x", new float[7]); break;
            case "set-empty": society.Set("x", []); break;
            case "set-many": society.Set("x", new float[27]); break;
            case "step-none": society.Step(0); break;
            case "step-many": society.Step(9); break;
            case "step-unequal": society.Step(_x, new float[5]); break;
            case "predict-short": society.Predict(_x, new float[3]); break;
            case "signal": society.Signal("outt"); break;
            case "read": society.ReadWeights("eye -> out"); break;
            case "write": society.WriteWeights("inner -> out", [1, 2, 3]); break;
            default: Assert.Fail($"no misuse is called {what}"); break;
        }
    }
}
