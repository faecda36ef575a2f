using TorchSharp;
using static TorchSharp.torch;

namespace CostSociety.Peers.Torch;

/// <summary>
/// No autograd: every gradient by hand, the mean over the batch as a factor of the products, momentum folded into them,
/// and one flat vector for each of weights, moments and gradients.
/// </summary>
internal sealed class ManualPeer : TorchPeer
{
    private readonly FlatBanks _weights;
    private readonly FlatBanks _moments;
    private readonly FlatBanks? _squares;
    private readonly FlatBanks? _gradients;
    private readonly Tensor[] _transposed;
    private readonly Tensor _ones;
    private readonly Scalar _rate = -UpdateRates.MomentumRate;
    private readonly Scalar _beta1 = UpdateRates.Beta1;
    private readonly Scalar _beta2 = UpdateRates.Beta2;
    private readonly Scalar _new1 = 1 - UpdateRates.Beta1;
    private readonly Scalar _new2 = 1 - UpdateRates.Beta2;
    private readonly Tensor[] _hidden;
    private int _updates;

    /// <summary>Allocates weights, moments and, for Adam, squares and gradients.</summary>
    public ManualPeer(ChainCase chain, ChainData data) : base(Manual, chain, data)
    {
        _weights = FlatBanks.First(chain, data);
        _moments = FlatBanks.Zero(chain);
        if (chain.Update == ChainCase.Adam)
            (_squares, _gradients) = (FlatBanks.Zero(chain), FlatBanks.Zero(chain));
        _transposed = [.. _weights.Weights.Select(w => w.t())];
        _ones = ones(chain.Batch);
        _hidden = new Tensor[chain.Banks];
    }

    /// <inheritdoc/>
    public override void Step(int batch)
    {
        using var scope = NewDisposeScope();
        var logs = Forward(Inputs[batch]).log_softmax(1);
        Keep(nn.functional.nll_loss(logs, Classes[batch]));
        var error = logs.exp_().sub_(Labels[batch]);
        if (Chain.Update == ChainCase.Adam)
        {
            Backward(error, _gradients!, keep: 0);
            UpdateAdam();
        }
        else
        {
            Backward(error, _moments, keep: (float)UpdateRates.Momentum);
            _weights.All.add_(_moments.All, _rate);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var view in _transposed)
            view.Dispose();
        foreach (var banks in new[] { _weights, _moments, _squares, _gradients })
            banks?.Dispose();
        _ones.Dispose();
        base.Dispose();
    }

    private Tensor Forward(Tensor x)
    {
        for (int i = 0; i < Chain.Banks; i++)
        {
            _hidden[i] = x;
            x = addmm(_weights.Biases[i], x, _weights.Weights[i], 1, 1);
            if (i < Chain.Banks - 1)
                x.relu_();
        }
        return x;
    }

    /// <summary>Into each bank: what it keeps of itself, plus the mean gradient.</summary>
    private void Backward(Tensor error, FlatBanks into, float keep)
    {
        float mean = 1f / Chain.Batch;
        for (int i = Chain.Banks - 1; i >= 0; i--)
        {
            into.Weights[i].addmm_(_hidden[i].t(), error, keep, mean);
            into.Biases[i].addmv_(error.t(), _ones, keep, mean);
            if (i > 0)
                error = error.mm(_transposed[i]).mul_(_hidden[i].sign());
        }
    }

    private void UpdateAdam()
    {
        var (rate, epsilon) = UpdateRates.Corrected(++_updates);
        using Scalar step = -rate, small = epsilon;
        var gradient = _gradients!.All;
        _moments.All.mul_(_beta1).add_(gradient, _new1);
        _squares!.All.mul_(_beta2).addcmul_(gradient, gradient, _new2);
        _weights.All.addcdiv_(_moments.All, _squares.All.sqrt().add_(small), step);
    }
}
