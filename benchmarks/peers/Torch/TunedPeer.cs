using TorchSharp;
using static TorchSharp.torch;

namespace CostSociety.Peers.Torch;

/// <summary>Raw parameters, autograd without accumulation into gradients, and an optimiser in place.</summary>
internal sealed class TunedPeer : TorchPeer
{
    private readonly Tensor[] _parameters;
    private readonly Tensor[] _first;
    private readonly Tensor[] _second;
    private readonly Scalar _momentum = UpdateRates.Momentum;
    private readonly Scalar _rate = -UpdateRates.MomentumRate;
    private readonly Scalar _beta1 = UpdateRates.Beta1;
    private readonly Scalar _beta2 = UpdateRates.Beta2;
    private readonly Scalar _new1 = 1 - UpdateRates.Beta1;
    private readonly Scalar _new2 = 1 - UpdateRates.Beta2;
    private int _updates;

    /// <summary>Parameters are [inputs, units] and [units] of one bank after the other.</summary>
    public TunedPeer(ChainCase chain, ChainData data) : base(Tuned, chain, data)
    {
        _parameters = [.. Enumerable.Range(0, chain.Banks).SelectMany(i => new[]
        {
            tensor(data.Weights[i], [chain.Sizes[i + 1], chain.Sizes[i]]).t().contiguous().requires_grad_(),
            tensor(data.Biases[i]).requires_grad_(),
        })];
        _first = [.. _parameters.Select(p => zeros(p.shape))];
        _second = chain.Update == ChainCase.Adam ? [.. _parameters.Select(p => zeros(p.shape))] : [];
    }

    /// <inheritdoc/>
    public override void Step(int batch)
    {
        using var scope = NewDisposeScope();
        var loss = nn.functional.cross_entropy(Forward(Inputs[batch]), Classes[batch]);
        var gradients = autograd.grad([loss], _parameters);
        using (no_grad())
            if (Chain.Update == ChainCase.Adam)
                UpdateAdam(gradients);
            else
                UpdateMomentum(gradients);
        Keep(loss);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var tensor in _parameters.Concat(_first).Concat(_second))
            tensor.Dispose();
        base.Dispose();
    }

    private Tensor Forward(Tensor x)
    {
        for (int i = 0; i < Chain.Banks; i++)
        {
            x = addmm(_parameters[2 * i + 1], x, _parameters[2 * i], 1, 1);
            if (i < Chain.Banks - 1)
                x = x.relu_();
        }
        return x;
    }

    private void UpdateMomentum(IList<Tensor> gradients)
    {
        for (int i = 0; i < _parameters.Length; i++)
        {
            _first[i].mul_(_momentum).add_(gradients[i]);
            _parameters[i].add_(_first[i], _rate);
        }
    }

    private void UpdateAdam(IList<Tensor> gradients)
    {
        var (rate, epsilon) = UpdateRates.Corrected(++_updates);
        using Scalar step = -rate, small = epsilon;
        for (int i = 0; i < _parameters.Length; i++)
        {
            _first[i].mul_(_beta1).add_(gradients[i], _new1);
            _second[i].mul_(_beta2).addcmul_(gradients[i], gradients[i], _new2);
            _parameters[i].addcdiv_(_first[i], _second[i].sqrt().add_(small), step);
        }
    }
}
