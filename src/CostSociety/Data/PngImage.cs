using System.Buffers.Binary;
using System.IO.Compression;

namespace CostSociety.Data;

/// <summary>A picture in shades of grey, 0 to 255, row after row.</summary>
internal sealed record GreyImage(int Width, int Height, byte[] Pixels);

/// <summary>
/// Decodes PNG files of 8 bits a channel, not interlaced: grey, grey with opacity, colours with or without, palettes.
/// Colours become their luma; opacity is not looked at. Every check sum is checked, and no more is unpacked than the
/// size of the picture takes.
/// </summary>
internal static class PngImage
{
    private const int MostSide = 1 << 14;
    private const int MostPixels = 1 << 26;
    private const long LargestFile = 1 << 28;
    private const int Grey = 0, Colour = 2, Palette = 3, GreyAlpha = 4, ColourAlpha = 6;

    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Reads a file.</summary>
    public static GreyImage Load(string path) => BoundedStream.Named(path, () =>
    {
        long length = new FileInfo(path).Length;
        return length <= LargestFile
            ? Decode(File.ReadAllBytes(path))
            : throw new InvalidDataException($"{length} bytes; at most {LargestFile} are read");
    });

    /// <summary>Reads the bytes of a file.</summary>
    public static GreyImage Decode(byte[] file)
    {
        if (!file.AsSpan().StartsWith(Magic))
            throw new InvalidDataException("not a PNG file");
        PngHeader? header = null;
        ReadOnlyMemory<byte> palette = default;
        using var packed = new MemoryStream();
        foreach (var (type, data) in Chunks(file))
            switch (type)
            {
                case "IHDR":
                    header = Header(data.Span);
                    break;
                case "PLTE":
                    palette = data;
                    break;
                case "IDAT":
                    packed.Write(data.Span);
                    break;
            }
        if (header is null)
            throw new InvalidDataException("the header (IHDR) is missing");
        packed.Position = 0;
        return new GreyImage(header.Width, header.Height, ToGrey(header, Unfilter(header, Unpack(header, packed)), palette.Span));
    }

    private static IEnumerable<(string Type, ReadOnlyMemory<byte> Data)> Chunks(byte[] file)
    {
        int at = Magic.Length;
        while (true)
        {
            if (file.Length - at < 12)
                throw new InvalidDataException("cut off: the end (IEND) is missing");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > (uint)(file.Length - at - 12))
                throw new InvalidDataException($"cut off: a chunk of {length} bytes, but {file.Length - at - 12} follow");
            int size = (int)length;
            string type = System.Text.Encoding.Latin1.GetString(file, at + 4, 4);
            if (Crc32.Of(file.AsSpan(at + 4, size + 4)) != BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + size)))
                throw new InvalidDataException($"the check sum of '{type}' at byte {at} is wrong");
            if (type == "IEND")
                yield break;
            yield return (type, file.AsMemory(at + 8, size));
            at += size + 12;
        }
    }

    private static PngHeader Header(ReadOnlySpan<byte> data)
    {
        if (data.Length != 13)
            throw new InvalidDataException($"a header of {data.Length} bytes; expected 13");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data), height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (width is 0 or > MostSide || height is 0 or > MostSide || (long)width * height > MostPixels)
            throw new InvalidDataException($"{width} x {height} pixels; at most {MostSide} a side and {MostPixels} in all are read");
        int bytes = data[9] switch
        {
            Grey or Palette => 1,
            GreyAlpha => 2,
            Colour => 3,
            ColourAlpha => 4,
            _ => throw new InvalidDataException($"the colour type {data[9]} does not exist"),
        };
        if (data[8] != 8)
            throw new InvalidDataException($"{data[8]} bits a channel; only 8 are read: save it with 8 bits");
        if (data[12] != 0)
            throw new InvalidDataException("interlaced; save it without interlacing");
        return data[10] == 0 && data[11] == 0
            ? new PngHeader((int)width, (int)height, data[9], bytes)
            : throw new InvalidDataException("an unknown way of packing");
    }

    private static byte[] Unpack(PngHeader header, MemoryStream packed)
    {
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        byte[] rows = BoundedStream.ReadExactly(zlib, (header.RowBytes + 1L) * header.Height, "the picture");
        BoundedStream.ExpectEnd(zlib, "the picture");
        return rows;
    }

    /// <summary>Takes back the prediction of every row; a row begins with the number of its filter.</summary>
    private static byte[] Unfilter(PngHeader header, byte[] rows)
    {
        int width = header.RowBytes;
        byte[] pixels = new byte[width * header.Height];
        for (int y = 0; y < header.Height; y++)
        {
            var row = pixels.AsSpan(y * width, width);
            rows.AsSpan(y * (width + 1) + 1, width).CopyTo(row);
            ReadOnlySpan<byte> above = y == 0 ? new byte[width] : pixels.AsSpan((y - 1) * width, width);
            Unfilter(rows[y * (width + 1)], row, above, header.PixelBytes);
        }
        return pixels;
    }

    private static void Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        if (filter > 4)
            throw new InvalidDataException($"the filter {filter} does not exist");
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= step ? row[i - step] : 0, corner = i >= step ? above[i - step] : 0;
            row[i] += (byte)(filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                4 => Paeth(left, above[i], corner),
                _ => 0,
            });
        }
    }

    /// <summary>The one of three neighbours that is nearest to left + above - corner.</summary>
    private static int Paeth(int left, int above, int corner)
    {
        int toLeft = Math.Abs(above - corner), toAbove = Math.Abs(left - corner), toCorner = Math.Abs(left + above - 2 * corner);
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }

    private static byte[] ToGrey(PngHeader header, byte[] pixels, ReadOnlySpan<byte> palette)
    {
        if (header.Type == Palette && palette.Length is 0 or > 768 || palette.Length % 3 != 0)
            throw new InvalidDataException($"a palette of {palette.Length} bytes");
        byte[] grey = new byte[header.Width * header.Height];
        for (int i = 0; i < grey.Length; i++)
        {
            var pixel = pixels.AsSpan(i * header.PixelBytes, header.PixelBytes);
            grey[i] = header.Type switch
            {
                Grey or GreyAlpha => pixel[0],
                Palette => pixel[0] * 3 < palette.Length
                    ? Luma(palette.Slice(pixel[0] * 3, 3))
                    : throw new InvalidDataException($"the colour {pixel[0]} is not in the palette of {palette.Length / 3}"),
                _ => Luma(pixel),
            };
        }
        return grey;
    }

    private static byte Luma(ReadOnlySpan<byte> rgb) => (byte)Math.Round(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]);

    private sealed record PngHeader(int Width, int Height, int Type, int PixelBytes)
    {
        public int RowBytes => Width * PixelBytes;
    }
}
