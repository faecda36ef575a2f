using TorchSharp;
using static TorchSharp.torch;

namespace CostSociety.Peers.Torch;

/// <summary>What all forms of TorchSharp share: the batches as tensors, made beforehand, and the loss of the last step.</summary>
internal abstract class TorchPeer : Peer
{
    private Tensor? _loss;

    protected TorchPeer(string name, ChainCase chain, ChainData data) : base(name)
    {
        Chain = chain;
        Inputs = [.. data.Inputs.Select(x => tensor(x, [chain.Batch, chain.Sizes[0]]))];
        Classes = [.. data.Classes.Select(c => tensor(c, [chain.Batch]))];
        Labels = [.. data.Labels.Select(t => tensor(t, [chain.Batch, chain.Sizes[^1]]))];
    }

    /// <summary>The case.</summary>
    protected ChainCase Chain { get; }

    /// <summary>[samples, inputs] of each batch.</summary>
    protected Tensor[] Inputs { get; }

    /// <summary>Class numbers of each batch.</summary>
    protected Tensor[] Classes { get; }

    /// <summary>One-hot labels of each batch.</summary>
    protected Tensor[] Labels { get; }

    /// <inheritdoc/>
    public override double Loss() => _loss!.item<float>();

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var tensor in Inputs.Concat(Classes).Concat(Labels))
            tensor.Dispose();
        _loss?.Dispose();
        base.Dispose();
    }

    /// <summary>Keeps the loss of a step beyond the scope of its tensors.</summary>
    protected void Keep(Tensor loss)
    {
        _loss?.Dispose();
        _loss = loss.DetachFromDisposeScope();
    }
}
