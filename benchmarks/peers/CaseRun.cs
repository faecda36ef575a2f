using CostSociety.Fabric.Simd;
using CostSociety.Peers.Timing;
using CostSociety.Peers.Torch;

namespace CostSociety.Peers;

/// <summary>Times of one form.</summary>
internal sealed record FormTimes(string Form, Blocks Blocks);

/// <summary>What one case came to.</summary>
/// <param name="Chain">The case.</param>
/// <param name="Peak">Billions of operations a second that registers alone allow, 90th percentile of the same run.</param>
/// <param name="Forms">Times of each form, this engine first.</param>
internal sealed record CaseResult(ChainCase Chain, double Peak, FormTimes[] Forms)
{
    /// <summary>This engine.</summary>
    public Blocks Ours => Of(Peer.Ours);

    /// <summary>Share of the peak that this engine reaches in its quiet tenth, in percent.</summary>
    public double PercentOfPeak => Percent(Ours);

    /// <summary>Billions of bytes of weights and moments a second, of one fused pass a step.</summary>
    public double Bandwidth => Chain.Bytes / Ours.Tenth;

    /// <summary>Times of a form.</summary>
    public Blocks Of(string form) => Forms.Single(f => f.Form == form).Blocks;

    /// <summary>Share of the peak, in percent.</summary>
    public double Percent(Blocks blocks) => 100 * Chain.Operations / blocks.Tenth / Peak;

    /// <summary>Whether this engine and those forms had enough quiet blocks for their ratio to mean something.</summary>
    public bool IsFirm(params string[] forms) => !Ours.IsDoubtful && !forms.Any(f => Of(f).IsDoubtful);

    /// <summary>How much faster than eager TorchSharp: of the medians, or of the quiet tenths.</summary>
    public double OverEager(Func<Blocks, double> value) => value(Of(Peer.Eager)) / value(Ours);

    /// <summary>How much faster than the better of the two forms without autograd.</summary>
    public double OverBest(Func<Blocks, double> value) => Math.Min(value(Of(Peer.Manual)), value(Of(Peer.Jit))) / value(Ours);
}

/// <summary>Builds all forms of a case, compares what they compute, and times them in turn.</summary>
internal static class CaseRun
{
    private const int ComparedSteps = 8;
    private const double Tolerance = 1e-4;
    private const double WarmUp = 0.3;
    private const int RoundsOfPeak = 8;

    /// <summary>Measures a case.</summary>
    /// <exception cref="DifferentLossException">A form computes something else; its time would mean nothing.</exception>
    public static CaseResult Measure(ChainCase chain, double seconds)
    {
        TorchSharp.torch.set_num_threads(chain.Threads);
        var own = new OwnEngine(chain);
        Peer[] peers = [own, new EagerPeer(chain, own.Data), new TunedPeer(chain, own.Data), new ManualPeer(chain, own.Data), new JitPeer(chain, own.Data)];
        try
        {
            Compare(peers);
            return Time(chain, peers, own.Data.Batches, seconds);
        }
        finally
        {
            foreach (var peer in peers)
                peer.Dispose();
        }
    }

    private static void Compare(Peer[] peers)
    {
        for (int step = 0; step < ComparedSteps; step++)
        {
            foreach (var peer in peers)
                peer.Step(step);
            double ours = peers[0].Loss();
            foreach (var peer in peers)
                if (!(Math.Abs(peer.Loss() - ours) <= Tolerance * Math.Abs(ours)))
                    throw new DifferentLossException(peer.Name, step, peer.Loss(), ours);
        }
    }

    private static CaseResult Time(ChainCase chain, Peer[] peers, int batches, double seconds)
    {
        var alternation = new Alternation([.. peers.Select(p => new Candidate(p.Name, Steps(p, batches)))], chain.Threads == 1, WarmUp);
        List<double> peaks = [];
        alternation.Run(seconds, round =>
        {
            if (round % RoundsOfPeak == 0)
                peaks.Add(FmaPeak.Measure(chain.Threads));
        });
        return new CaseResult(chain, Blocks.Percentile(peaks, 0.9), [.. peers.Select((p, i) => new FormTimes(p.Name, alternation.Results[i]))]);
    }

    private static Action<int> Steps(Peer peer, int batches)
    {
        int next = 0;
        return count =>
        {
            for (int i = 0; i < count; i++)
                peer.Step(next++ % batches);
        };
    }
}

/// <summary>Two forms of a case disagree on a loss.</summary>
internal sealed class DifferentLossException(string form, int step, double theirs, double ours) : Exception(
    $"the loss of {form} at step {step} is {theirs:R}, that of {Peer.Ours} {ours:R}; the case is refused");
