using System.Buffers.Binary;
using System.IO.Compression;
using CostSociety.Data;
using CsCheck;

namespace CostSociety.Tests.Data;

public sealed class PngImageTests
{
    [Fact]
    public void Decode_EveryFilterAndGreyPicture_GivesThePixels()
    {
        (from width in Gen.Int[1, 12]
         from height in Gen.Int[1, 12]
         from pixels in Gen.Byte.Array[width * height]
         from filters in Gen.Int[0, 4].Array[height]
         select (width, height, pixels, filters)).Sample(p =>
         {
             var image = PngImage.Decode(Encode(p.width, p.height, 0, p.pixels, p.filters));
             return (image.Width, image.Height) == (p.width, p.height) && image.Pixels.AsSpan().SequenceEqual(p.pixels);
         }, iter: 300);
    }

    [Fact]
    public void Decode_OtherColourTypes_GiveTheLuma()
    {
        Assert.Equal([9, 8], PngImage.Decode(Encode(2, 1, 4, [9, 255, 8, 0], [1])).Pixels);
        Assert.Equal([76, 255], PngImage.Decode(Encode(2, 1, 2, [255, 0, 0, 255, 255, 255], [4])).Pixels);
        Assert.Equal([150, 29], PngImage.Decode(Encode(2, 1, 6, [0, 255, 0, 7, 0, 0, 255, 7], [3])).Pixels);
        Assert.Equal([255, 76], PngImage.Decode(Encode(2, 1, 3, [1, 0], [0], [255, 0, 0, 255, 255, 255])).Pixels);
    }

    [Theory]
    [InlineData(8, 0, 1, "interlaced; save it without interlacing")]
    [InlineData(16, 0, 0, "16 bits a channel; only 8 are read")]
    [InlineData(1, 3, 0, "1 bits a channel; only 8 are read")]
    [InlineData(8, 5, 0, "the colour type 5 does not exist")]
    public void Decode_WhatIsNotRead_SaysSo(int depth, int type, int interlace, string message)
    {
        byte[] png = Encode(1, 1, 0, [7], [0]);
        (png[24], png[25], png[28]) = ((byte)depth, (byte)type, (byte)interlace);
        Seal(png, 8, 13);

        Assert.StartsWith(message, Assert.Throws<InvalidDataException>(() => PngImage.Decode(png)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_EveryTruncation_IsRefused()
    {
        byte[] whole = Encode(5, 4, 0, new byte[20], [0, 1, 2, 3]);
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<InvalidDataException>(() => PngImage.Decode(whole[..length]));
    }

    [Fact]
    public void Decode_EveryDamagedByte_IsRefused()
    {
        byte[] whole = Encode(5, 4, 0, new byte[20], [0, 1, 2, 3]);
        for (int i = 0; i < whole.Length - 12; i++)
        {
            byte[] damaged = (byte[])whole.Clone();
            damaged[i] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => PngImage.Decode(damaged));
        }
    }

    [Fact]
    public void Decode_SizeThatLies_IsRefusedWithoutTheMemory()
    {
        byte[] png = Encode(1, 1, 0, [7], [0]);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 8000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 8000);
        Seal(png, 8, 13);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("cut off", Assert.Throws<InvalidDataException>(() => PngImage.Decode(png)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);

        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 1 << 20);
        Seal(png, 8, 13);
        Assert.Contains("at most 16384 a side", Assert.Throws<InvalidDataException>(() => PngImage.Decode(png)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_MorePixelsThanTheSizeSays_IsRefused()
    {
        byte[] png = Encode(1, 9, 0, new byte[9], new int[9]);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 8);
        Seal(png, 8, 13);

        Assert.Contains("more bytes follow", Assert.Throws<InvalidDataException>(() => PngImage.Decode(png)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Photographs_ThatShip_AreRead()
    {
        string[] files = Directory.GetFiles(Repository.PathOf("circuits", "natural-images", "photographs"), "*.png");

        Assert.Equal(15, files.Length);
        Assert.All(files, f => Assert.InRange(PngImage.Load(f).Pixels.Average(p => p), 20, 235));
    }

    /// <summary>A PNG file with a chosen filter for every row.</summary>
    internal static byte[] Encode(int width, int height, int type, byte[] pixels, int[] filters, byte[]? palette = null)
    {
        int step = type switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 }, row = width * step;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte((byte)filters[y]);
                for (int i = 0; i < row; i++)
                    zlib.WriteByte((byte)(pixels[y * row + i] - Prediction(filters[y], pixels, y, i, row, step)));
            }
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, (byte)type);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR"u8, header), .. palette is null ? [] : Chunk("PLTE"u8, palette),
            .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static int Prediction(int filter, byte[] pixels, int y, int i, int row, int step)
    {
        int left = i >= step ? pixels[y * row + i - step] : 0, above = y > 0 ? pixels[(y - 1) * row + i] : 0;
        int corner = i >= step && y > 0 ? pixels[(y - 1) * row + i - step] : 0, p = left + above - corner;
        int nearest = new[] { left, above, corner }.MinBy(n => Math.Abs(p - n));
        return filter switch { 1 => left, 2 => above, 3 => (left + above) / 2, 4 => nearest, _ => 0 };
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        Seal(chunk, 0, data.Length);
        return chunk;
    }

    /// <summary>Writes the check sum of a chunk, by the other implementation there is.</summary>
    private static void Seal(byte[] bytes, int at, int length) =>
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at + 8 + length), CostSociety.Report.Png.Crc(bytes.AsSpan(at + 4, length + 4)));
}
