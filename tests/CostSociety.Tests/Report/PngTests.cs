using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CostSociety.Report;
using CsCheck;

namespace CostSociety.Tests.Report;

public sealed class PngTests
{
    [Fact]
    public void Encode_AnyPicture_DecodesToTheSamePixels()
    {
        (from width in Gen.Int[1, 20]
         from height in Gen.Int[1, 20]
         from pixels in Gen.Byte.Array[width * height * 4]
         select (width, height, pixels)).Sample(p =>
         {
             var (width, height, pixels) = Decode(Png.Encode(p.width, p.height, p.pixels));
             return width == p.width && height == p.height && pixels.AsSpan().SequenceEqual(p.pixels);
         }, iter: 200);
    }

    [Fact]
    public void Crc_KnownText_HasKnownValue() => Assert.Equal(0xcbf43926u, Png.Crc("123456789"u8));

    [Fact]
    public void Encode_WrongSize_IsRefused() => Assert.Throws<ArgumentException>(() => Png.Encode(2, 2, new byte[15]));

    [Fact]
    public void Pixels_SignAndSize_AreColourAndOpacity()
    {
        byte[] rgba = FieldPictures.Pixels([1f, -0.5f, 0f, float.NaN, -9f], 1);

        Assert.Equal([255, 128, 0, 0, 255], new[] { rgba[3], rgba[7], rgba[11], rgba[15], rgba[19] }.Select(b => (int)b));
        Assert.True(rgba[0] > rgba[2] && rgba[4] < rgba[6]);
    }

    internal static (int Width, int Height, byte[] Pixels) Decode(byte[] png)
    {
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], png[..8]);
        var chunks = Chunks(png);
        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(chunk => chunk.Type));
        byte[] header = chunks[0].Data;
        Assert.Equal([8, 6, 0, 0, 0], header[8..]);
        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        return (width, height, Pixels(chunks[1].Data, width, height));
    }

    private static List<(string Type, byte[] Data)> Chunks(byte[] png)
    {
        var chunks = new List<(string, byte[])>();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var body = png.AsSpan(at + 4, 4 + length);
            Assert.Equal(Png.Crc(body), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(body[..4]), body[4..].ToArray()));
            at += 12 + length;
        }
        return chunks;
    }

    private static byte[] Pixels(byte[] data, int width, int height)
    {
        using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        zlib.CopyTo(raw);
        byte[] rows = raw.ToArray();
        int stride = width * 4 + 1;
        Assert.Equal(stride * height, rows.Length);
        Assert.All(Enumerable.Range(0, height), y => Assert.Equal(0, rows[y * stride]));
        return [.. Enumerable.Range(0, height).SelectMany(y => rows[(y * stride + 1)..((y + 1) * stride)])];
    }
}
