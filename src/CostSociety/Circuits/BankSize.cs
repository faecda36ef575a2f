namespace CostSociety.Circuits;

/// <summary>How many weights a projection has.</summary>
internal static class BankSize
{
    /// <summary>Inputs and units of the bank of a projection; null when its areas or patch are wrong.</summary>
    public static (int Inputs, int Units)? Of(Circuit circuit, ProjectionSpec projection)
    {
        var from = circuit.Areas.FirstOrDefault(a => a.Name == projection.From);
        var to = circuit.Areas.FirstOrDefault(a => a.Name == projection.To);
        if (from is not { Shape.Count: > 0 } || to is not { Shape.Count: > 0 })
            return null;
        if (projection.OneToOne)
            return (1, to.Units);
        if (projection.Patch is not { } patch)
            return (from.Units, to.Units);
        return from.Shape.Count == 3 && to.Shape.Count == 3 ? (from.Shape[0] * patch.Size * patch.Size, patch.Shared ? to.Shape[0] : to.Units) : null;
    }
}
