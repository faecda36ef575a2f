using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>
/// Costs with everything of the host that goes by their bitstream. It is complete before it holds, so that taking it over is an
/// exchange of references.
/// </summary>
internal sealed class Regime
{
    public const string LearnEntry = "learn";
    private const string PredictEntry = "predict";
    private const string ActEntry = "act";

    /// <summary>A regime of a society of that seed; samples that wait in <paramref name="before"/> are taken over.</summary>
    public Regime(Synthesized synthesized, ulong seed, Inputs? before = null)
    {
        var (bitstream, parameters) = (synthesized.Bitstream, synthesized.Parameters);
        Synthesized = synthesized;
        Run = new RunState(bitstream.Registers) { Seed = seed };
        Host = new HostValues(synthesized);
        Development = new Development(synthesized.Stages, parameters);
        Inputs = new Inputs(synthesized, before);
        Learn = bitstream.EntryPointIndex(LearnEntry);
        Predict = bitstream.EntryPointIndex(PredictEntry);
        Act = Array.FindIndex(bitstream.EntryPoints, e => e.Name == ActEntry);
        Taught = [.. synthesized.LearnTerms.Keys.Select(p => (p.Number, parameters.OfBank(p.Bank).Select(s => s.Number).ToArray()))];
    }

    public Synthesized Synthesized { get; }

    public CostFile Costs => Synthesized.Costs;

    public RunState Run { get; }

    public HostValues Host { get; }

    public Development Development { get; }

    public Inputs Inputs { get; }

    /// <summary>Entry points; <see cref="Act"/> is -1 where nothing outlives a presentation.</summary>
    public int Learn { get; }

    public int Predict { get; }

    public int Act { get; }

    /// <summary>The banks that learn, and the parameters that share each.</summary>
    public (int Owner, int[] Sharers)[] Taught { get; }
}
