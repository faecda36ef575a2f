using System.Text;

namespace CostSociety.Synthesis;

/// <summary>
/// Writes the operations of a step level by level: what one level computes, a higher one reads. Values have the name of
/// their area or compartment, or a number.
/// </summary>
internal sealed class OperationsText
{
    private readonly Schedule _schedule;
    private readonly Dictionary<Node, string> _names = [];
    private readonly StringBuilder _text = new();

    private OperationsText(Schedule schedule, IReadOnlyList<VisibleSignal> signals)
    {
        _schedule = schedule;
        foreach (var step in schedule.Steps)
            _names[step.Node] = NameOf(schedule.SymbolOf(step.Node), signals);
        foreach (var (node, target) in schedule.Kernels.SelectMany(k => k.Stores))
            _names.TryAdd(node, NameOf(target, signals));
    }

    /// <summary>The operations of the entry point that learns.</summary>
    /// <param name="synthesized">What to write.</param>
    public static string Write(Synthesized synthesized)
    {
        var text = new OperationsText(synthesized.LearnSchedule, synthesized.LearnSignals);
        text.WriteLevels();
        text.WriteUpdates(synthesized);
        return text._text.ToString();
    }

    private void WriteLevels()
    {
        var levels = _schedule.Steps.Select(s => s.Level).Concat(_schedule.Kernels.Select(k => k.Level)).Distinct().Order();
        foreach (int level in levels)
        {
            _text.Append($"level {level}\n");
            foreach (var step in _schedule.Steps.Where(s => s.Level == level))
                WriteValue(step.Node, _names[step.Node]);
            foreach (var (node, target) in _schedule.Kernels.Where(k => k.Level == level).SelectMany(k => k.Stores))
                WriteValue(node, _names[node] is { } own && _schedule.SymbolOf(node) == target ? own : target.Name);
        }
    }

    /// <summary>One value; its own name would say nothing, so its definition is written without it.</summary>
    private void WriteValue(Node node, string name)
    {
        _names.Remove(node, out string? own);
        _text.Append($"  {name} = {NodeText.Write(node, _names)}   {node.Shape}\n");
        _names[node] = own ?? name;
    }

    private void WriteUpdates(Synthesized synthesized)
    {
        _text.Append("updates\n");
        foreach (var change in synthesized.Changes)
            _text.Append($"  {change.Parameter.Name}: {WayOf(change, synthesized)} ({change.Form}: {change.Why})\n");
    }

    private string WayOf(BankChange change, Synthesized synthesized) =>
        synthesized.LearnTerms.TryGetValue(change.Parameter, out var list)
            ? $"{change.Parameter.Update.Kind} with the gradient {string.Join(" + ", list.Select(Product).Concat(OfWeights(change.Parameter, synthesized)))}"
            : $"dw = {change.Parameter.Synapses.Change!.Text}";

    private IEnumerable<string> OfWeights(Parameter parameter, Synthesized synthesized) =>
        synthesized.LearnOfWeights.TryGetValue(parameter, out var gradient) ? [NodeText.Write(gradient, _names)] : [];

    private string Product(GradientTerm term) => $"{NodeText.Write(term.Pre, _names)}' {NodeText.Write(term.Post, _names)}";

    private static string NameOf(Symbol symbol, IReadOnlyList<VisibleSignal> signals) =>
        signals.FirstOrDefault(s => s.Symbol == symbol)?.Name ?? symbol.Name;
}
