using CostSociety.Circuits;

namespace CostSociety.Report;

/// <summary>
/// Pictures of weights that a person can look at: what units read from an image, and what units draw into one.
/// </summary>
public static class ReceptiveFields
{
    private const int MostDrawn = 64;

    /// <summary>All pictures of a society, in the order of its projections.</summary>
    public static IReadOnlyList<FieldPicture> Of(Society society) =>
        [.. society.Circuit.Projections.Where(p => p is { BankOf: null, Pool: null, OneToOne: false }).SelectMany(p => Of(society, p))];

    /// <summary>
    /// What each unit or map of a projection reads, over the shape of the area it reads from; several maps stand side by
    /// side. Given <paramref name="through"/>, the weights are carried through that map first.
    /// </summary>
    public static FieldPicture Read(Society society, ProjectionSpec projection, Func<float[], float[]>? through)
    {
        var from = society.Circuit.Areas.First(a => a.Name == projection.From);
        if (from.Shape is not [_, > 1, > 1] && (through is null || projection.Patch is not null))
            throw new InvalidDataException($"'{projection.Name}' reads {from.Units} units in a row, not an image; only areas of a shape [maps, height, width] give pictures");
        if (projection.Pool is not null || projection.OneToOne)
            throw new InvalidDataException($"'{projection.Name}' has no field of weights to show");
        var (weights, units, inputs) = Weights(society, projection.BankOf ?? projection.Name);
        bool turned = projection.Transpose is not null;
        var fields = Enumerable.Range(0, turned ? inputs : units).Select(u => turned
            ? [.. Enumerable.Range(0, units).Select(i => weights[i * inputs + u])]
            : weights[(u * inputs)..((u + 1) * inputs)]);
        return Picture(projection, from, [.. fields.Select(f => through?.Invoke(f) ?? f)]);
    }

    private static FieldPicture Picture(ProjectionSpec projection, AreaSpec from, float[][] fields)
    {
        int side = (int)Math.Sqrt(fields[0].Length);
        var (maps, height, width) = projection.Patch is { } patch ? (fields[0].Length / (patch.Size * patch.Size), patch.Size, patch.Size)
            : from.Shape is [var m, var h, var w] ? (m, h, w) : (1, side, side);
        return new FieldPicture(projection.Name, maps * width, height, [.. fields.Select(f => SideBySide(f, maps, height, width))]);
    }

    private static float[] SideBySide(float[] field, int maps, int height, int width)
    {
        var placed = new float[field.Length];
        for (int i = 0; i < field.Length; i++)
            placed[i / width % height * maps * width + i / (height * width) * width + i % width] = field[i];
        return placed;
    }

    private static IEnumerable<FieldPicture> Of(Society society, ProjectionSpec projection)
    {
        var areas = society.Circuit.Areas;
        var from = areas.First(a => a.Name == projection.From);
        var to = areas.First(a => a.Name == projection.To);
        if (IsImage(from))
            yield return Read(society, projection, from);
        if (IsImage(to) && projection.Patch is null)
            yield return Drawn(society, projection, from, to);
    }

    /// <summary>An area that shows one picture of a stream.</summary>
    private static bool IsImage(AreaSpec area) => area.Reads is not null && area.Shape is [1, > 1, > 1];

    private static FieldPicture Read(Society society, ProjectionSpec projection, AreaSpec from)
    {
        var (weights, units, inputs) = Weights(society, projection.Name);
        var (height, width) = projection.Patch is { } patch ? (patch.Size, patch.Size) : (from.Shape[1], from.Shape[2]);
        return new FieldPicture($"{projection.Name}: what each {(projection.Patch is { Shared: true } ? "map" : "unit")} reads", width, height,
            [.. Enumerable.Range(0, units).Select(u => weights[(u * inputs)..((u + 1) * inputs)])]);
    }

    private static FieldPicture Drawn(Society society, ProjectionSpec projection, AreaSpec from, AreaSpec to)
    {
        var (weights, units, inputs) = Weights(society, projection.Name);
        int[] chosen = Chosen(from);
        string some = chosen.Length < inputs ? $"{chosen.Length} of {inputs} units of {from.Name} draw" : $"each unit of {from.Name} draws";
        return new FieldPicture($"{projection.Name}: what {some}", to.Shape[2], to.Shape[1],
            [.. chosen.Select(input => Enumerable.Range(0, units).Select(u => weights[u * inputs + input]).ToArray())]);
    }

    /// <summary>Units to show: all, or of every map as many places, evenly spread.</summary>
    private static int[] Chosen(AreaSpec area)
    {
        int maps = area.Shape.Count == 3 ? area.Shape[0] : 1, sites = area.Units / maps;
        if (area.Units <= MostDrawn)
            return [.. Enumerable.Range(0, area.Units)];
        int places = Math.Clamp(MostDrawn / maps, 1, sites);
        return [.. Enumerable.Range(0, Math.Min(maps, MostDrawn)).SelectMany(map =>
            Enumerable.Range(0, places).Select(i => map * sites + (int)((i + 0.5) * sites / places)))];
    }

    private static (float[] Weights, int Units, int Inputs) Weights(Society society, string name)
    {
        var tensor = society.ReadWeights(name);
        float[] values = new float[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return (values, (int)tensor.Lengths[0], (int)tensor.Lengths[1]);
    }
}
