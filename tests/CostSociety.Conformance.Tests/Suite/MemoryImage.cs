namespace CostSociety.Conformance.Tests;

/// <summary>
/// Contents of the three memories before a run: random numbers in every element of state and io, zero in scratch, NaN in
/// padding, which nothing may look at, and a canary in every float that belongs to no operand.
/// </summary>
public sealed class MemoryImage
{
    private readonly float[][] _regions;

    private MemoryImage(MemorySizes sizes) =>
        _regions = [new float[sizes.State], new float[sizes.Scratch], new float[sizes.Io]];

    public float[] this[Region region] => _regions[(int)region];

    public static MemoryImage Random(BitstreamBuilder builder, Random random)
    {
        var image = new MemoryImage(builder.Sizes);
        foreach (var region in image._regions)
            Array.Fill(region, BitstreamBuilder.Canary);
        foreach (var operand in builder.Allocated)
            image.Own(operand, random);
        foreach (var (operand, count) in builder.Indices)
            image.Set(operand, (_, _) => random.Next(12) == 0 ? float.NaN : random.Next(-1, count + 1) + random.NextSingle());
        return image;
    }

    /// <summary>Sets the elements of slot 0 of an operand.</summary>
    public void Set(Operand operand, Func<int, int, float> value)
    {
        for (int r = 0; r < operand.Rows; r++)
            for (int c = 0; c < operand.Cols; c++)
                this[operand.Region][operand.Offset + operand.Element(r, c)] = value(r, c);
    }

    public void CopyTo(IFabricMemory memory)
    {
        foreach (var region in Enum.GetValues<Region>())
            memory.Write(region, 0, this[region]);
    }

    private void Own(Operand operand, Random random)
    {
        var floats = this[operand.Region];
        for (int slot = 0; slot < operand.Slots; slot++)
            for (int r = 0; r < operand.Rows; r++)
            {
                int start = operand.Offset + slot * operand.SlotStride;
                for (int tile = 0; operand.ColStride == 1 && tile < operand.Tiles; tile++)
                    floats.AsSpan(start + operand.Element(r, tile * Operand.TileCols), Operand.TileCols).Fill(float.NaN);
                for (int c = 0; c < operand.Cols; c++)
                    floats[start + operand.Element(r, c)] =
                        operand.Region == Region.Scratch ? 0 : random.NextSingle() * 2 - 1;
            }
    }
}
