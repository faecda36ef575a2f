using System.Buffers.Binary;
using System.IO.Compression;

namespace CostSociety.Report;

/// <summary>Encodes small pictures as PNG: 8-bit RGBA, no filters, no interlacing.</summary>
public static class Png
{
    private const int BytesPerPixel = 4;
    private static readonly uint[] _crcTable = MakeCrcTable();

    /// <summary>The bytes of a file.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="rgba">Red, green, blue and opacity of each pixel, row after row.</param>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> rgba)
    {
        if (width <= 0 || height <= 0 || (long)width * height * BytesPerPixel != rgba.Length)
            throw new ArgumentException($"{rgba.Length} bytes are no picture of {width} x {height} pixels", nameof(rgba));
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        ((ReadOnlySpan<byte>)[8, 6, 0, 0, 0]).CopyTo(header[8..]);
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "IDAT"u8, Compressed(width * BytesPerPixel, rgba));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    /// <summary>The file as an address for an image element.</summary>
    public static string DataUri(int width, int height, ReadOnlySpan<byte> rgba) =>
        "data:image/png;base64," + Convert.ToBase64String(Encode(width, height, rgba));

    internal static uint Crc(ReadOnlySpan<byte> bytes, uint crc = 0)
    {
        crc = ~crc;
        foreach (byte b in bytes)
            crc = _crcTable[(byte)(crc ^ b)] ^ crc >> 8;
        return ~crc;
    }

    private static byte[] Compressed(int rowBytes, ReadOnlySpan<byte> rgba)
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.SmallestSize, leaveOpen: true))
            for (int at = 0; at < rgba.Length; at += rowBytes)
            {
                zlib.WriteByte(0);
                zlib.Write(rgba.Slice(at, rowBytes));
            }
        return bytes.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(data, Crc(type)));
        png.Write(number);
    }

    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < table.Length; n++)
        {
            uint c = n;
            for (int bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? 0xedb88320u ^ c >> 1 : c >> 1;
            table[n] = c;
        }
        return table;
    }
}
