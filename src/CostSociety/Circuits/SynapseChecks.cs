using CostSociety.Data;
using CostSociety.Language;
using CostSociety.Learning;

namespace CostSociety.Circuits;

/// <summary>Checks of learning rules, and of masks, signs and bounds of projections.</summary>
internal sealed class SynapseChecks(Circuit circuit, Diagnostics diagnostics)
{
    /// <summary>Reports what is wrong with the synapses of every projection.</summary>
    public static void Check(Circuit circuit, Diagnostics diagnostics)
    {
        var checks = new SynapseChecks(circuit, diagnostics);
        foreach (var rule in circuit.Projections.Select(p => p.Rule).Concat(circuit.Areas.Select(a => a.Rule)).OfType<RuleSpec>().Append(circuit.Learning.Rule).Distinct())
            checks.CheckName(rule);
        foreach (var projection in circuit.Projections)
        {
            checks.CheckPlace(projection);
            checks.CheckBounds(projection);
            checks.CheckRule(projection);
            if (projection.Synapses.MaskFile is { } mask)
                checks.CheckFile(projection, mask, "mask", projection.Synapses.MaskSpan);
            if (projection.Init.File is { } weights)
                checks.CheckFile(projection, weights, "first weights", projection.Init.Span);
        }
    }

    /// <summary>Limits and texts belong to a bank: not to a projection that uses another's, and not to a pool.</summary>
    private void CheckPlace(ProjectionSpec projection)
    {
        foreach (var (key, span) in projection.Synapses.Keys)
            if (projection.BankOf is { } owner)
                diagnostics.Error(FileErrors.Contradiction, span, $"'{projection.Name}' uses the weights of '{owner}', so it has no '{key}' of its own", $"write '{key}' at '{owner}'");
            else if (projection.Pool is not null)
                diagnostics.Error(FileErrors.Contradiction, span, $"'{projection.Name}' is a pool and has no weights for '{key}'", $"leave '{key}' out");
            else if (projection.OneToOne && key is ("density" or "mask" or "dw"))
                diagnostics.Error(FileErrors.Contradiction, span, $"'{projection.Name}' has one synapse a unit; '{key}' is for projections with several", $"leave '{key}' out");
    }

    private void CheckName(RuleSpec rule)
    {
        if (!LearningRules.Names.Contains(rule.Name))
            diagnostics.Error(FileErrors.UnknownChoice, rule.Span, $"there is no learning rule '{rule.Name}'", Suggestions.Hint(rule.Name, LearningRules.Names));
    }

    private void CheckBounds(ProjectionSpec projection)
    {
        var synapses = projection.Synapses;
        if (synapses.Low > synapses.High)
            diagnostics.Error(FileErrors.Range, synapses.BoundsSpan,
                $"the bounds of '{projection.Name}' are [{Text(synapses.Low)}, {Text(synapses.High)}]", "the smaller number comes first");
        else if (synapses.Least > synapses.Most)
            diagnostics.Error(FileErrors.Contradiction, synapses.BoundsSpan,
                $"the bounds of '{projection.Name}' leave no weight that is {(synapses.Sign > 0 ? "excitatory" : "inhibitory")}",
                synapses.Sign > 0 ? "excitatory weights are 0 or more" : "inhibitory weights are 0 or less");
    }

    private void CheckRule(ProjectionSpec projection)
    {
        if (projection.BankOf is not null || projection.Pool is not null)
            return;
        var rule = projection.Rule ?? circuit.Areas.FirstOrDefault(a => a.Name == projection.To)?.Rule ?? circuit.Learning.Rule;
        bool isLocal = rule.Name == Local.RuleName;
        if (projection is { Synapses.Change: { } text, Patch.Shared: false })
            diagnostics.Error(FileErrors.NotSupported, text.Span, $"'{projection.Name}' has weights of its own at each position, and 'dw' is not built for these yet",
                "leave \"shared\": false out");
        if (projection.Synapses.Change is not null && !isLocal)
            diagnostics.Error(FileErrors.Contradiction, rule.Span, $"'{projection.Name}' has 'dw', so its rule is 'local', not '{rule.Name}'",
                "leave 'rule' out, or 'dw'");
        else if (projection.Synapses.Change is null && isLocal && projection.Plastic)
            diagnostics.Error(FileErrors.MissingKey, projection.Span, $"'{projection.Name}' learns by the rule 'local' and has no 'dw'",
                "add \"dw\": \"0.01 * pre * post\" or another text, or \"plastic\": false");
    }

    private void CheckFile(ProjectionSpec projection, string file, string what, SourceSpan span)
    {
        string path = TextFiles.Beside(circuit.Source, file);
        if (!File.Exists(path))
            diagnostics.Error(FileErrors.MissingFile, span, $"there is no file '{path}'", "the path is relative to the circuit");
        else if (BankSize.Of(circuit, projection) is { } size)
            CheckShape(projection, path, size, what, span);
    }

    private void CheckShape(ProjectionSpec projection, string path, (int Inputs, int Units) size, string what, SourceSpan span)
    {
        try
        {
            var array = Npy.Load(path);
            if (!array.Shape.SequenceEqual([size.Units, size.Inputs]))
                diagnostics.Error(FileErrors.Shape, span,
                    $"'{path}', the {what} of '{projection.Name}', has shape [{string.Join(", ", array.Shape)}]; expected [{size.Units}, {size.Inputs}], units by inputs");
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(FileErrors.Unreadable, span, $"cannot read the {what}: {problem.Message}");
        }
    }

    private static string Text(double number) => NumberText.Format(number);
}
