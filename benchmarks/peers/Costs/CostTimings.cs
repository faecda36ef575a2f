using System.Globalization;
using CostSociety.Peers.Output;
using CostSociety.Peers.Timing;
using TorchSharp;
using static TorchSharp.torch;

namespace CostSociety.Peers.Costs;

/// <summary>Value and gradient of a cost of every element, on one thread: this engine's programs, a loop by hand, TorchSharp with autograd.</summary>
internal static class CostTimings
{
    private const double WarmUp = 0.5;

    private static readonly int[] _lengths = [1024, 262_144];
    private static readonly string[] _forms = ["text", "program", "loop", Peer.Eager];
    private static readonly string[] _head =
        ["cost", "form", "elements", "ns p10", "ns median", "form / loop", "must, exc.", "", "eager / form", "must, exc.", ""];

    /// <summary>Times all costs and prints a table, nanoseconds of an element.</summary>
    /// <exception cref="InvalidDataException">Two forms disagree.</exception>
    public static void Print(double seconds)
    {
        set_num_threads(1);
        List<string[]> rows = [];
        foreach (var cost in ElementCost.All)
            foreach (int length in _lengths)
                rows.AddRange(Rows(cost, length, Measure(cost, length, seconds)));
        Console.Out.WriteLine($"value and gradient of a cost, 1 thread, areas of {CostProgram.Units} units; ratios and marks by medians");
        Console.Out.WriteLine("text: what a cost text becomes; program: the shortest, written by hand; loop: C# made for this cost; eager: TorchSharp");
        TextTable.Print(_head, 2, rows);
    }

    private static Blocks[] Measure(ElementCost cost, int length, double seconds)
    {
        var random = new Random(1);
        float[] y = [.. Enumerable.Range(0, length).Select(_ => 6 * random.NextSingle() - 3)];
        float[] t = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())];
        float[] gradient = new float[length];
        using CostProgram text = SynthesizedCost.Of(cost.Text, y, t), program = WrittenCost.Of(cost.Program, y, t);
        using Tensor leaf = tensor(y).requires_grad_(), target = tensor(t);
        Reference reference = Reference.Of(cost, leaf, target);
        text.Run();
        program.Run();
        reference.Check("the text", text.Value, text.Gradient);
        reference.Check("the program", program.Value, program.Gradient);
        reference.Check("the loop", cost.Fused(y, t, gradient), gradient);
        Action[] works = [text.Run, program.Run, () => cost.Fused(y, t, gradient), () => Autograd(cost, leaf, target)];
        var alternation = new Alternation([.. works.Select((w, i) => new Candidate(_forms[i], Repeat(w)))], oneThread: true, WarmUp);
        alternation.Run(seconds, static _ => { });
        return alternation.Results;
    }

    private static void Autograd(ElementCost cost, Tensor y, Tensor t)
    {
        using var scope = NewDisposeScope();
        autograd.grad([cost.Torch(y, t)], [y]);
    }

    private static Action<int> Repeat(Action work) => count =>
    {
        for (int i = 0; i < count; i++)
            work();
    };

    private static IEnumerable<string[]> Rows(ElementCost cost, int length, Blocks[] times)
    {
        double loop = times[Array.IndexOf(_forms, "loop")].Median, eager = times[^1].Median;
        for (int i = 0; i < times.Length; i++)
        {
            bool ours = i < 2;
            double median = times[i].Median;
            yield return
            [
                cost.Name, _forms[i], length.ToString("#,0", CultureInfo.InvariantCulture),
                TextTable.Number(times[i].Tenth / length), TextTable.Number(median / length),
                TextTable.Number(median / loop), .. Cells(ours ? cost.OverFused : null, median / loop),
                TextTable.Number(eager / median), .. Cells(ours ? cost.OverEager : null, eager / median),
            ];
        }
    }

    private static string[] Cells(Goal? goal, double value) =>
        goal is null ? ["", ""] : [string.Create(CultureInfo.InvariantCulture, $"{goal.Must}, {goal.Excellent}"), goal.Mark(value)];
}
