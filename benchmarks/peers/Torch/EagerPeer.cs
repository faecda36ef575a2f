using CostSociety.Peers.Swap;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CostSociety.Peers.Torch;

/// <summary>Modules, autograd, an optimiser of the library, one dispose scope a step: what nearly everybody writes.</summary>
internal sealed class EagerPeer : TorchPeer
{
    private readonly Sequential _network;
    private readonly CrossEntropyLoss _criterion = nn.CrossEntropyLoss();
    private readonly optim.Optimizer _optimizer;
    private Func<Tensor, int, Tensor> _loss;

    /// <summary>Builds the modules and gives them the first weights.</summary>
    public EagerPeer(ChainCase chain, ChainData data) : base(Eager, chain, data)
    {
        var layers = Enumerable.Range(0, chain.Banks).Select(i => nn.Linear(chain.Sizes[i], chain.Sizes[i + 1])).ToArray();
        using (no_grad())
            for (int i = 0; i < layers.Length; i++)
            {
                layers[i].weight.copy_(tensor(data.Weights[i], [chain.Sizes[i + 1], chain.Sizes[i]]));
                layers[i].bias!.copy_(tensor(data.Biases[i]));
            }
        _network = nn.Sequential(layers.SelectMany((l, i) => i == 0 ? new nn.Module<Tensor, Tensor>[] { l } : [nn.ReLU(), l]));
        _loss = CrossEntropy;
        _optimizer = chain.Update == ChainCase.Adam
            ? optim.Adam(_network.parameters(), UpdateRates.AdamRate)
            : optim.SGD(_network.parameters(), UpdateRates.MomentumRate, UpdateRates.Momentum);
    }

    /// <summary>Learns by another loss from now on.</summary>
    public void Change(ChainLoss loss) => _loss = loss == ChainLoss.Square ? Square : CrossEntropy;

    /// <inheritdoc/>
    public override void Step(int batch)
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        var loss = _loss(_network.forward(Inputs[batch]), batch);
        loss.backward();
        _optimizer.step();
        Keep(loss);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _optimizer.Dispose();
        _criterion.Dispose();
        _network.Dispose();
        base.Dispose();
    }

    private Tensor CrossEntropy(Tensor logits, int batch) => _criterion.forward(logits, Classes[batch]);

    private Tensor Square(Tensor logits, int batch) => nn.functional.mse_loss(logits.softmax(1), Labels[batch]);
}
