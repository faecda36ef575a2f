using System.Globalization;
using System.Text;
using CostSociety.Peers.Swap;

namespace CostSociety.Peers.Torch;

/// <summary>
/// The step of <see cref="ManualPeer"/> as TorchScript, where also the backward of relu and the whole update of Adam are one operation each.
/// </summary>
internal static class StepScript
{
    /// <summary>Name of the function.</summary>
    public const string Function = "train";

    /// <summary>Text of the function for a case; its arguments are those that <see cref="JitPeer"/> passes.</summary>
    /// <param name="chain">The case.</param>
    /// <param name="loss">What it descends.</param>
    public static string Of(ChainCase chain, ChainLoss loss = ChainLoss.CrossEntropy)
    {
        bool adam = chain.Update == ChainCase.Adam;
        string keep = adam ? "0" : Number(UpdateRates.Momentum), into = adam ? "g" : "v";
        var text = new StringBuilder();
        text.Append($"def {Function}(x, labels, classes, ones");
        text.Append(adam ? string.Concat(new[] { "w", "v", "g", "s", "updates", "none" }.Select(n => $", {n}: List[Tensor]")) : ", w, v");
        for (int i = 0; i < chain.Banks; i++)
            text.Append($", w{i}, b{i}, {into}{i}, {into}b{i}");
        text.Append("):\n");
        Forward(text, chain);
        text.Append(loss == ChainLoss.Square ? SquareText(chain) : CrossEntropyText(chain));
        for (int i = chain.Banks - 1; i >= 0; i--)
            Backward(text, chain, i, into, keep);
        text.Append(adam ? AdamText : $"    w.add_(v, alpha=-{Number(UpdateRates.MomentumRate)})\n");
        return text.Append("    return loss\n").ToString();
    }

    /// <summary>The lists are arguments, as the script's optimizer takes a call away whose lists nobody can see.</summary>
    private static string AdamText => $"""
            updates[0].add_(1)
            torch._fused_adam_(w, g, v, s, none, updates, lr={Number(UpdateRates.AdamRate)}, beta1={Number(UpdateRates.Beta1)}, beta2={Number(UpdateRates.Beta2)}, weight_decay=0.0,
                eps={Number(UpdateRates.Epsilon)}, amsgrad=False, maximize=False)

        """;

    private static void Forward(StringBuilder text, ChainCase chain)
    {
        text.Append("    h0 = x\n");
        for (int i = 0; i < chain.Banks; i++)
            text.Append($"    h{i + 1} = torch.addmm(b{i}, h{i}, w{i}){(i < chain.Banks - 1 ? ".relu_()" : "")}\n");
    }

    /// <summary>The loss, and its gradient by the logits, of each sample.</summary>
    private static string CrossEntropyText(ChainCase chain) => $"""
            logs = torch.log_softmax(h{chain.Banks}, 1)
            loss = torch.nll_loss(logs, classes)
            d{chain.Banks - 1} = logs.exp_().sub_(labels)

        """;

    private static string SquareText(ChainCase chain) => $"""
            p = torch.softmax(h{chain.Banks}, 1)
            e = p - labels
            loss = e.square().mean()
            d{chain.Banks - 1} = p.mul(e - (p * e).sum(1, True)).mul_({Number(2.0 / chain.Sizes[^1])})

        """;

    private static void Backward(StringBuilder text, ChainCase chain, int i, string into, string keep)
    {
        string mean = Number(1.0 / chain.Batch);
        text.Append($"    {into}{i}.addmm_(h{i}.t(), d{i}, beta={keep}, alpha={mean})\n");
        text.Append($"    {into}b{i}.addmv_(d{i}.t(), ones, beta={keep}, alpha={mean})\n");
        if (i == 0)
            return;
        text.Append($"    d{i - 1} = torch.threshold_backward(d{i}.mm(w{i}.t()), h{i}, 0)\n");
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
