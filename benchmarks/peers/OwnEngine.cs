using CostSociety.Circuits;

namespace CostSociety.Peers;

/// <summary>This repository's engine: one society, stepped from arrays of the host.</summary>
internal sealed class OwnEngine : Peer
{
    /// <summary>Builds the society of a case and the data that everything else copies.</summary>
    public OwnEngine(ChainCase chain) : base(Ours)
    {
        Circuit circuit = chain.Circuit.Read();
        Society = CostSociety.Society.Build(circuit, chain.Threads);
        Data = new ChainData(chain, Society);
    }

    /// <summary>The society.</summary>
    public Society Society { get; }

    /// <summary>Batches and first weights of the case.</summary>
    public ChainData Data { get; }

    /// <inheritdoc/>
    public override void Step(int batch) => Society.Step(Data.Inputs[batch], Data.Labels[batch]);

    /// <inheritdoc/>
    public override double Loss() => Society.CostValues[0];

    /// <inheritdoc/>
    public override void Dispose()
    {
        Society.Dispose();
        base.Dispose();
    }
}
