using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Sizes of local receptive fields and pools: positions = (extent + 2 padding - size) / stride + 1, rounded down.</summary>
internal sealed class PatchGeometry(Diagnostics diagnostics)
{
    /// <summary>Positions along one axis; 0 or less when the field does not fit.</summary>
    public static int Positions(int extent, int size, int stride, int padding = 0)
    {
        int room = extent + 2 * padding - size;
        return room < 0 ? 0 : room / stride + 1;
    }

    /// <summary>Reports a patch that does not fit its areas.</summary>
    public void Check(ProjectionSpec projection, PatchSpec patch, AreaSpec from, AreaSpec to)
    {
        if (from.Shape.Count != 3)
            Error(patch, $"a patch needs maps, but '{from.Name}' has {from.Units} units without places", $"give '{from.Name}' a \"shape\": [maps, height, width]");
        else if (patch.Padding >= patch.Size)
            Error(patch, $"a padding of {patch.Padding} puts whole fields of size {patch.Size} outside the area", $"a padding is at most {patch.Size - 1}");
        else
            CheckSizes(projection, patch, from, to);
    }

    /// <summary>Reports a pool that does not fit its areas.</summary>
    public void Check(ProjectionSpec projection, PoolSpec pool, AreaSpec from, AreaSpec to)
    {
        if (from.Shape.Count != 3)
        {
            Error(pool.Span, $"a pool needs maps, but '{from.Name}' has {from.Units} units without places", $"give '{from.Name}' a \"shape\": [maps, height, width]");
            return;
        }
        int height = Positions(from.Shape[1], pool.Size, pool.Stride), width = Positions(from.Shape[2], pool.Size, pool.Stride);
        string source = $"'{from.Name}' {StreamSpecReader.Write(from.Shape)}";
        if (height == 0 || width == 0)
            Error(pool.Span, $"a window of size {pool.Size} does not fit into {source}", "make the window smaller");
        else if (!to.Shape.SequenceEqual([from.Shape[0], height, width]))
            Error(pool.Span, $"'{projection.Name}' makes {StreamSpecReader.Write([from.Shape[0], height, width])} of {source}, but '{to.Name}' has shape {StreamSpecReader.Write(to.Shape)}",
                $"give '{to.Name}' the shape {StreamSpecReader.Write([from.Shape[0], height, width])}");
    }

    private void CheckSizes(ProjectionSpec projection, PatchSpec patch, AreaSpec from, AreaSpec to)
    {
        int height = Positions(from.Shape[1], patch.Size, patch.Stride, patch.Padding), width = Positions(from.Shape[2], patch.Size, patch.Stride, patch.Padding);
        int maps = to.Shape.Count == 3 ? to.Shape[0] : 1;
        string source = $"'{from.Name}' {StreamSpecReader.Write(from.Shape)}";
        if (height == 0 || width == 0)
            Error(patch, $"a field of size {patch.Size} does not fit into {source}", "make the field smaller, or add padding");
        else if (to.Shape.Count != 3)
            Error(patch, $"'{projection.Name}' is a patch, but '{to.Name}' has {to.Units} units without places",
                $"the patch makes [maps, {height}, {width}]: give '{to.Name}' such a \"shape\"");
        else if (to.Shape[1] != height || to.Shape[2] != width)
            Error(patch, $"the patch makes {height} x {width} places of {source}, but '{to.Name}' has shape {StreamSpecReader.Write(to.Shape)}",
                $"give '{to.Name}' the shape {StreamSpecReader.Write([maps, height, width])}");
    }

    private void Error(PatchSpec patch, string message, string hint) => Error(patch.Span, message, hint);

    private void Error(SourceSpan span, string message, string hint) => diagnostics.Error(FileErrors.Patch, span, message, hint);
}
