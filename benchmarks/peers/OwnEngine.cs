using CostSociety.Circuits;

namespace CostSociety.Peers;

/// <summary>This repository's engine: one society, stepped from arrays of the host.</summary>
internal sealed class OwnEngine : Peer
{
    private readonly Society _society;

    /// <summary>Builds the society of a case and the data that everything else copies.</summary>
    public OwnEngine(ChainCase chain) : base(Ours)
    {
        Circuit circuit = chain.Circuit.Read();
        _society = Society.Build(circuit, chain.Threads);
        Data = new ChainData(chain, _society);
    }

    /// <summary>Batches and first weights of the case.</summary>
    public ChainData Data { get; }

    /// <inheritdoc/>
    public override void Step(int batch) => _society.Step(Data.Inputs[batch], Data.Labels[batch]);

    /// <inheritdoc/>
    public override double Loss() => _society.CostValues[0];

    /// <inheritdoc/>
    public override void Dispose()
    {
        _society.Dispose();
        base.Dispose();
    }
}
