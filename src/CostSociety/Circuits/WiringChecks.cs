using CostSociety.Language;
using CostSociety.Learning;

namespace CostSociety.Circuits;

/// <summary>Checks of one projection's wiring: banks used again, pools, one-to-one, numbers of weights.</summary>
internal sealed class WiringChecks(Circuit circuit, Diagnostics diagnostics)
{
    private readonly CircuitIndex _index = CircuitIndex.Of(circuit);

    /// <summary>Checks a projection between two areas, either of which may be missing.</summary>
    public void Check(ProjectionSpec projection, AreaSpec? from, AreaSpec? to)
    {
        if (projection.Transpose is not null)
            CheckTranspose(projection, from, to);
        if (projection.Share is not null)
            CheckShare(projection, from, to);
        if (from is null || to is null || from.Shape.Count == 0 || to.Shape.Count == 0)
            return;
        if (projection.Patch is { } patch)
            new PatchGeometry(diagnostics).Check(projection, patch, from, to);
        else if (projection.Pool is { } pool)
            new PatchGeometry(diagnostics).Check(projection, pool, from, to);
        else if (projection.OneToOne && from.Units != to.Units)
            diagnostics.Error(FileErrors.Shape, projection.Span,
                $"'{projection.Name}' is one-to-one, but '{from.Name}' has {from.Units} units and '{to.Name}' has {to.Units}",
                "give both as many units");
        if (projection.BankOf is null && Weights(projection, from, to) is > int.MaxValue and var weights)
            diagnostics.Error(FileErrors.Range, projection.Span, $"'{projection.Name}' has {weights} weights; a projection has at most {int.MaxValue}");
    }

    private static long Weights(ProjectionSpec projection, AreaSpec from, AreaSpec to) => projection switch
    {
        { Pool: not null } or { OneToOne: true } => to.Units,
        { Patch: { } patch } => (long)from.Units / Math.Max(1, Sites(from)) * patch.Size * patch.Size * (patch.Shared ? to.Shape[0] : to.Units),
        _ => (long)from.Units * to.Units,
    };

    private static int Sites(AreaSpec area) => area.Shape.Count == 3 ? area.Shape[1] * area.Shape[2] : 1;

    private void CheckTranspose(ProjectionSpec projection, AreaSpec? from, AreaSpec? to)
    {
        var span = projection.TransposeSpan;
        if (Original(projection, projection.Transpose!, span) is not { } original)
            return;
        if (original.Patch is not null || original.OneToOne)
            diagnostics.Error(FileErrors.Transpose, span,
                $"'{original.Name}' is {(original.OneToOne ? "one-to-one" : "a patch")}; only a dense projection can be transposed",
                $"leave '{(original.OneToOne ? "one-to-one" : "patch")}' out of '{original.Name}', or give '{projection.Name}' weights of its own");
        else
            CheckSizes(projection, original, from, to);
    }

    private void CheckShare(ProjectionSpec projection, AreaSpec? from, AreaSpec? to)
    {
        if (Original(projection, projection.Share!, projection.ShareSpan) is not { } original)
            return;
        var (inputs, units) = (_index.Area(original.From), _index.Area(original.To));
        AreaSpec?[] ends = [from, to, inputs, units];
        if (ends.Any(a => a is null || a.Shape.Count == 0))
            return;
        bool fits = original.Patch switch
        {
            null => from!.Units == inputs!.Units && to!.Units == units!.Units,
            { Shared: true } => MapsOf(from!) == MapsOf(inputs!) && MapsOf(to!) == MapsOf(units!),
            _ => MapsOf(from!) == MapsOf(inputs!) && to!.Shape.SequenceEqual(units!.Shape),
        };
        if (!fits)
            diagnostics.Error(FileErrors.Transpose, projection.ShareSpan,
                $"'{original.Name}' goes from {Size(inputs!)} to {Size(units!)}, but '{projection.Name}' from {Size(from!)} to {Size(to!)}",
                "areas of one size can share weights; 'transpose' turns them around");
    }

    /// <summary>The projection that has the bank; null after reporting that it is none.</summary>
    private ProjectionSpec? Original(ProjectionSpec projection, string name, SourceSpan span)
    {
        if (_index.Projection(name) is not { } original)
            diagnostics.Error(FileErrors.UnknownName, span, $"there is no projection '{name}'",
                Suggestions.Hint(name, circuit.Projections.Where(p => p != projection).Select(p => p.Name)));
        else if (original.BankOf is { } other)
            diagnostics.Error(FileErrors.Transpose, span, $"'{original.Name}' has no weights of its own",
                other == projection.Name ? $"give '{original.Name}' or '{projection.Name}' weights of its own" : $"name '{other}', whose weights it uses");
        else if (original.Pool is not null)
            diagnostics.Error(FileErrors.Transpose, span, $"'{original.Name}' is a pool and has no weights");
        else
            return FeedbackFits(projection, original, span) ? original : null;
        return null;
    }

    /// <summary>One bank has one feedback: a rule that carries teaching signals by another kind would not get its own.</summary>
    private bool FeedbackFits(ProjectionSpec projection, ProjectionSpec original, SourceSpan span)
    {
        var (own, owners) = (FeedbackOf(projection), FeedbackOf(original));
        if (own == owners || own is null or Feedback.Weights)
            return true;
        diagnostics.Error(FileErrors.Contradiction, span,
            $"'{projection.Name}' and '{original.Name}' share weights, but their rules carry teaching signals in different ways", "give both one rule");
        return false;
    }

    private Feedback? FeedbackOf(ProjectionSpec projection)
    {
        string name = (projection.Rule ?? _index.Area(projection.To)?.Rule ?? circuit.Learning.Rule).Name;
        return LearningRules.Names.Contains(name) ? LearningRules.Find(name).Feedback : null;
    }

    private void CheckSizes(ProjectionSpec projection, ProjectionSpec original, AreaSpec? from, AreaSpec? to)
    {
        var (inputs, units) = (_index.Area(original.From), _index.Area(original.To));
        AreaSpec?[] ends = [from, to, inputs, units];
        if (ends.Any(a => a is null || a.Shape.Count == 0) || (from!.Units == units!.Units && to!.Units == inputs!.Units))
            return;
        diagnostics.Error(FileErrors.Transpose, projection.TransposeSpan,
            $"'{original.Name}' goes from {inputs!.Units} to {units.Units} units, so transposed from {units.Units} to {inputs.Units}; "
            + $"'{projection.Name}' goes from {from.Units} to {to!.Units}");
    }

    private static int MapsOf(AreaSpec area) => area.Shape.Count == 3 ? area.Shape[0] : -1;

    private static string Size(AreaSpec area) => area.Shape.Count == 3 ? StreamSpecReader.Write(area.Shape) : $"{area.Units} units";
}
