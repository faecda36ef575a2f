using CostSociety.Peers.Swap;
using TorchSharp;
using static TorchSharp.torch;

namespace CostSociety.Peers.Torch;

/// <summary>The manual step as one TorchScript function: one call a step.</summary>
internal sealed class JitPeer : TorchPeer
{
    private readonly FlatBanks _weights;
    private readonly FlatBanks _moments;
    private readonly FlatBanks? _squares;
    private readonly FlatBanks? _gradients;
    private readonly Tensor? _updates;
    private readonly Tensor _ones;
    private readonly object[] _arguments;
    private jit.CompilationUnit _unit;

    /// <summary>Compiles the script and prepares its arguments.</summary>
    public JitPeer(ChainCase chain, ChainData data) : base(Jit, chain, data)
    {
        _weights = FlatBanks.First(chain, data);
        _moments = FlatBanks.Zero(chain);
        _ones = ones(chain.Batch);
        List<object> arguments = [Inputs[0], Labels[0], Classes[0], _ones];
        if (chain.Update == ChainCase.Adam)
        {
            (_squares, _gradients) = (FlatBanks.Zero(chain), FlatBanks.Zero(chain));
            _updates = zeros(1);
            Tensor[] lists = [_weights.All, _moments.All, _gradients.All, _squares.All, _updates];
            arguments.AddRange([.. lists.Select(t => new[] { t }), Array.Empty<Tensor>()]);
        }
        else
            arguments.AddRange([_weights.All, _moments.All]);
        var into = _gradients ?? _moments;
        for (int i = 0; i < chain.Banks; i++)
            arguments.AddRange([_weights.Weights[i], _weights.Biases[i], into.Weights[i], into.Biases[i]]);
        _arguments = [.. arguments];
        _unit = jit.compile(StepScript.Of(chain));
    }

    /// <summary>Learns by another loss from now on: by another script, with the same state.</summary>
    public void Change(ChainLoss loss)
    {
        _unit.Dispose();
        _unit = jit.compile(StepScript.Of(Chain, loss));
    }

    /// <inheritdoc/>
    public override void Step(int batch)
    {
        using var scope = NewDisposeScope();
        (_arguments[0], _arguments[1], _arguments[2]) = (Inputs[batch], Labels[batch], Classes[batch]);
        Keep((Tensor)_unit.invoke(StepScript.Function, _arguments));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var banks in new[] { _weights, _moments, _squares, _gradients })
            banks?.Dispose();
        _updates?.Dispose();
        _ones.Dispose();
        _unit.Dispose();
        base.Dispose();
    }
}
