using System.Numerics.Tensors;
using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Cli;

/// <summary>The example of README.md, word by word, as code that runs.</summary>
public class ReadmeTests
{
    private const int Indent = 8;

    [Fact]
    public void Example_runs()
    {
        using var stream = new MemoryStream();
        // README begins.
        var circuit = Circuit.Load("circuits/digits/society.circuit.json");
        using var society = Society.Build(circuit);

        foreach (var batch in circuit.OpenStreams(epochs: 30))
            society.Step(batch);

        float[] digit = new float[64], answer = new float[10];
        society.Predict(digit, answer);                                 // one image in, ten probabilities out; changes nothing
        society.Act(digit, answer);                                     // the same in a host loop: what lanes remember moves on

        using (var probe = society.OpenProbe())                         // gradients without learning
            probe.Run(circuit.OpenStreams(epochs: 1).First());

        ReadOnlyTensorSpan<float> v1 = society.Signal("v1");            // [batch, maps, height, width], no copy
        Tensor<float> features = society.ReadWeights("retina -> v1");   // [units, inputs], a copy

        society.Swap(CostFile.Load("circuits/digits/narrow.costs.json"));   // other costs from the next step on
        society.Revert();                                               // back to those of before; their state wakes as it was
        using var other = society.Fork(CostFile.Load("circuits/digits/decorrelated.costs.json"));   // the same society, with other costs
        society.Save(stream);                                           // everything that resuming bit for bit needs

        using var many = Society.BuildMany(circuit, count: 4);          // replicas with seeds of their own, stepped together
        many.Step(circuit.OpenStreams(epochs: 1).First());
        // README ends.
        Assert.Equal(1, answer.Sum(), 1e-5);
        Assert.Equal([32, 8, 6, 6], v1.Lengths.ToArray());
        Assert.Equal([8, 9], features.Lengths.ToArray());
        Assert.True(stream.Length > 0);
        Assert.All(many, replica => Assert.Equal(1, replica.Age));
    }

    [Fact]
    public void Readme_shows_the_message_of_a_mistake()
    {
        const string Mistake = "costs:costs.v1.minimize.sparse=sparsty * mean(abs(v1))";
        using var folder = new TemporaryFolder();

        string errors = CliProcess.Run(folder, "check", "--set", Mistake).Errors;

        Assert.Contains($"$ costsociety check --set '{Mistake}'\n{errors}\n", File.ReadAllText(Path.Combine(Golden.Root(), "README.md")));
    }

    [Fact]
    public void Readme_shows_the_example()
    {
        string source = File.ReadAllText(Path.Combine(Golden.Root(), "tests", "CostSociety.Tests", "Cli", "ReadmeTests.cs"));
        string[] lines = source.Split('\n');
        int first = Array.FindIndex(lines, l => l.Contains("// README begins.")) + 1, end = Array.FindIndex(lines, l => l.Contains("// README ends."));
        string example = string.Join('\n', lines[first..end].Select(l => l.Length > Indent ? l[Indent..] : ""));
        Assert.Contains(example, File.ReadAllText(Path.Combine(Golden.Root(), "README.md")));
    }
}
