using CostSociety.Cli;

namespace CostSociety.Peers;

/// <summary>What is timed: a chain of dense areas (relu inside, softmax and cross entropy at the end), a batch, an update, and threads.</summary>
internal sealed record ChainCase(int[] Sizes, int Batch, string Update, int Threads)
{
    /// <summary>Update with a running mean of gradients.</summary>
    public const string Momentum = "momentum";

    /// <summary>Adam.</summary>
    public const string Adam = "adam";

    private const ulong Seed = 1;

    /// <summary>Banks of weights between areas.</summary>
    public int Banks => Sizes.Length - 1;

    /// <summary>The network, as in 784-512-512-10.</summary>
    public string Network => string.Join('-', Sizes);

    /// <summary>The same chain as text of a circuit.</summary>
    public BenchCircuit Circuit => new(Sizes, Batch, "backprop", Update, "relu", Seed);

    /// <summary>Floating point operations of a step: two for each multiply-add of the products.</summary>
    public double Operations => 2.0 * Circuit.MultiplyAdds * Batch;

    /// <summary>Bytes that one fused pass over weights and moments cannot avoid: every weight is read once to go forward, then all are read and written.</summary>
    public double Bytes => (Update == Adam ? 28.0 : 20.0) * Sizes.Zip(Sizes.Skip(1), (i, o) => (double)i * o).Sum();

    /// <inheritdoc/>
    public override string ToString() => $"{Network}, batch {Batch}, {Update}, {Threads} thread{(Threads == 1 ? "" : "s")}";
}

/// <summary>Random batches that all forms learn from, and the weights that all begin with.</summary>
internal sealed class ChainData
{
    private const int LeastBatches = 8;
    private const int LeastSamples = 512;

    // Momentum at its usual rate stays stable on single samples of about this length, whatever their number of inputs.
    private const float SquaredLength = 32;

    /// <summary>Draws the batches and copies the weights of a society that has not learnt yet.</summary>
    public ChainData(ChainCase chain, Society society)
    {
        var random = new Random(1);
        int inputs = chain.Batch * chain.Sizes[0], classes = chain.Sizes[^1], batches = Math.Max(LeastBatches, LeastSamples / chain.Batch);
        float range = MathF.Sqrt(SquaredLength / chain.Sizes[0]);
        (Inputs, Classes, Labels) = (new float[batches][], new long[batches][], new float[batches][]);
        for (int i = 0; i < batches; i++)
        {
            Inputs[i] = [.. Enumerable.Range(0, inputs).Select(_ => range * (2 * random.NextSingle() - 1))];
            Classes[i] = [.. Enumerable.Range(0, chain.Batch).Select(_ => random.NextInt64(classes))];
            Labels[i] = new float[chain.Batch * classes];
            for (int sample = 0; sample < chain.Batch; sample++)
                Labels[i][sample * classes + Classes[i][sample]] = 1;
        }
        string[] areas = [.. society.Circuit.Areas.Select(a => a.Name)];
        Weights = [.. areas.Zip(areas.Skip(1), (from, to) => society.ReadWeights($"{from} -> {to}").ToArray())];
        Biases = [.. areas.Skip(1).Select(a => society.ReadWeights($"{a}.bias").ToArray())];
    }

    /// <summary>How many batches there are: enough that they are not soon learnt by heart, with a loss and gradients of 0.</summary>
    public int Batches => Inputs.Length;

    /// <summary>[samples, inputs] of each batch.</summary>
    public float[][] Inputs { get; }

    /// <summary>The class of each sample of each batch.</summary>
    public long[][] Classes { get; }

    /// <summary>[samples, classes] of each batch: 1 at the class.</summary>
    public float[][] Labels { get; }

    /// <summary>[units, inputs] of each bank.</summary>
    public float[][] Weights { get; }

    /// <summary>[units] of each bank.</summary>
    public float[][] Biases { get; }
}
