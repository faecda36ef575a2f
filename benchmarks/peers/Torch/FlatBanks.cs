using TorchSharp;
using static TorchSharp.torch;

namespace CostSociety.Peers.Torch;

/// <summary>One vector for all banks, and the weights and biases of each as views of it, so that an update is one operation over everything.</summary>
internal sealed class FlatBanks : IDisposable
{
    private FlatBanks(ChainCase chain, Tensor all)
    {
        All = all;
        long at = 0;
        for (int i = 0; i < chain.Banks; i++)
        {
            long weights = (long)chain.Sizes[i] * chain.Sizes[i + 1];
            Weights.Add(all.narrow(0, at, weights).view(chain.Sizes[i], chain.Sizes[i + 1]));
            at += weights;
        }
        for (int i = 0; i < chain.Banks; i++)
        {
            Biases.Add(all.narrow(0, at, chain.Sizes[i + 1]));
            at += chain.Sizes[i + 1];
        }
    }

    /// <summary>Everything, weights first.</summary>
    public Tensor All { get; }

    /// <summary>[inputs, units] of each bank.</summary>
    public List<Tensor> Weights { get; } = [];

    /// <summary>[units] of each bank.</summary>
    public List<Tensor> Biases { get; } = [];

    /// <summary>All zero.</summary>
    public static FlatBanks Zero(ChainCase chain) =>
        new(chain, zeros(chain.Sizes.Zip(chain.Sizes.Skip(1), (i, o) => (i + 1L) * o).Sum()));

    /// <summary>The weights that all forms begin with.</summary>
    public static FlatBanks First(ChainCase chain, ChainData data)
    {
        var banks = Zero(chain);
        for (int i = 0; i < chain.Banks; i++)
        {
            banks.Weights[i].copy_(tensor(data.Weights[i], [chain.Sizes[i + 1], chain.Sizes[i]]).t());
            banks.Biases[i].copy_(tensor(data.Biases[i]));
        }
        return banks;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var view in Weights.Concat(Biases))
            view.Dispose();
        All.Dispose();
    }
}
