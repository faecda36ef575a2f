using CostSociety.Costs;
using CostSociety.Language;
using CostSociety.Peers.Output;
using CostSociety.Peers.Timing;
using CostSociety.Peers.Torch;

namespace CostSociety.Peers.Swap;

/// <summary>
/// What it takes to change the loss of a network that is being trained: this engine prepares and takes over another cost
/// file, eager TorchSharp calls another delegate, and a TorchScript step is compiled anew.
/// </summary>
internal static class SwapTimings
{
    private const int ComparedSteps = 8;
    private const int SettlingSteps = 20;
    private const double Tolerance = 1e-4;

    private static readonly ChainCase _chain = new([784, 512, 512, 10], 64, ChainCase.Momentum, 1);

    /// <summary>Exchanges two losses for each other for so many seconds, and prints what each part of it takes.</summary>
    /// <exception cref="InvalidDataException">Losses differ after the change.</exception>
    public static void Print(double seconds)
    {
        TorchSharp.torch.set_num_threads(_chain.Threads);
        using var own = new OwnEngine(_chain);
        using var eager = new EagerPeer(_chain, own.Data);
        using var script = new JitPeer(_chain, own.Data);
        Compare(own, eager, script);
        var times = new PartTimes();
        double end = Clock.Wall() + seconds * 1e9;
        for (int i = 0; Clock.Wall() < end; i++)
        {
            var loss = i % 2 == 0 ? ChainLoss.CrossEntropy : ChainLoss.Square;
            Change(own, loss, times);
            Settle(own, times);
            times.Time(Peer.Eager, "call another delegate", () => eager.Change(loss));
            Settle(eager, times);
            times.Time(Peer.Jit, "compile", () => script.Change(loss));
            Settle(script, times);
        }
        Console.Out.WriteLine($"a changed loss, {_chain}: microseconds");
        TextTable.Print(["form", "part", "p10 us", "median us"], 2, times.Rows());
    }

    private static void Change(OwnEngine own, ChainLoss loss, PartTimes times)
    {
        CostFile? costs = null;
        PreparedSwap? prepared = null;
        times.Time(Peer.Ours, "read the text", () => costs = Read(loss));
        times.Time(Peer.Ours, "prepare (beside steps)", () => prepared = own.Society.Prepare(costs!));
        times.Time(Peer.Ours, "take over (between steps)", () => own.Society.Commit(prepared!));
        prepared!.Dispose();
    }

    /// <summary>The first steps may still be slow; the last of some stands for all others.</summary>
    private static void Settle(Peer peer, PartTimes times)
    {
        for (int step = 1; step <= SettlingSteps; step++)
        {
            int batch = step % 8;
            string? part = step switch { 1 => "first step after", 2 => "second step after", SettlingSteps => "any other step", _ => null };
            if (part is null)
                peer.Step(batch);
            else
                times.Time(peer.Name, part, () => peer.Step(batch));
        }
    }

    private static void Compare(OwnEngine own, EagerPeer eager, JitPeer script)
    {
        own.Society.Swap(Read(ChainLoss.Square));
        eager.Change(ChainLoss.Square);
        script.Change(ChainLoss.Square);
        for (int step = 0; step < ComparedSteps; step++)
        {
            Peer[] peers = [own, eager, script];
            foreach (var peer in peers)
                peer.Step(step);
            foreach (var peer in peers)
                Check(peer.Name, step, peer.Loss(), own.Loss());
        }
    }

    private static void Check(string form, int step, double loss, double ours)
    {
        if (!(Math.Abs(loss - ours) <= Tolerance * ours))
            throw new InvalidDataException($"after the change the loss of {form} at step {step} is {loss:R}, that of {Peer.Ours} {ours:R}");
    }

    private static CostFile Read(ChainLoss loss)
    {
        string text = loss == ChainLoss.Square ? "mean(square(out - label))" : "cross_entropy(out, label)";
        var diagnostics = new Diagnostics();
        var costs = CostFile.Parse(new SourceText("swap.costs.json",
            $$"""{ "format": 1, "name": "swap", "costs": { "out": { "minimize": "{{text}}", "teaches": "upstream" } } }"""), diagnostics);
        diagnostics.ThrowIfErrors();
        return costs!;
    }
}
