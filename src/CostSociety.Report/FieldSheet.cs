namespace CostSociety.Report;

/// <summary>
/// Receptive fields side by side in one picture: every field over its own largest weight, grey where a weight is 0, white
/// where it is positive, black where it is negative.
/// </summary>
public static class FieldSheet
{
    private const int ShortestSide = 32;
    private const int Gap = 2;
    private const int MostPixels = 1 << 26;
    private const byte Background = 255;

    /// <summary>The bytes of a PNG file.</summary>
    public static byte[] Render(FieldPicture picture)
    {
        if (picture.Fields.Count == 0)
            throw new InvalidDataException($"'{picture.Title}' has no field to show");
        int scale = Math.Max(1, ShortestSide / Math.Min(picture.Width, picture.Height));
        int columns = (int)Math.Ceiling(Math.Sqrt(picture.Fields.Count * (double)picture.Height / picture.Width));
        int rows = (picture.Fields.Count + columns - 1) / columns;
        int width = columns * (picture.Width * scale + Gap) + Gap, height = rows * (picture.Height * scale + Gap) + Gap;
        if ((long)width * height > MostPixels)
            throw new InvalidDataException($"the picture would have {width} x {height} pixels; at most {MostPixels} are drawn");
        byte[] rgba = new byte[width * height * 4];
        Array.Fill(rgba, Background);
        for (int i = 0; i < picture.Fields.Count; i++)
            Draw(picture, i, scale, rgba.AsSpan(), width, Gap + i % columns * (picture.Width * scale + Gap), Gap + i / columns * (picture.Height * scale + Gap));
        return Png.Encode(width, height, rgba);
    }

    private static void Draw(FieldPicture picture, int index, int scale, Span<byte> rgba, int stride, int left, int top)
    {
        float[] field = picture.Fields[index];
        float largest = field.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int y = 0; y < picture.Height * scale; y++)
            for (int x = 0; x < picture.Width * scale; x++)
                rgba.Slice(((top + y) * stride + left + x) * 4, 3).Fill(Shade(field[y / scale * picture.Width + x / scale], largest));
    }

    private static byte Shade(float weight, float largest) =>
        largest > 0 && float.IsFinite(weight) ? (byte)Math.Round(127.5 + 127.5 * weight / largest) : (byte)128;
}
