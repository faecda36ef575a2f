using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CostSociety.Runs;

namespace CostSociety.Data;

/// <summary>An array of floats with a shape.</summary>
/// <param name="Shape">Sizes, outermost first.</param>
/// <param name="Values">The values, last axis fastest.</param>
public sealed record NpyArray(IReadOnlyList<int> Shape, float[] Values);

/// <summary>
/// Reads .npy files of little-endian numbers, last axis fastest, as 32-bit floats; writes version 1 with 32-bit floats.
/// </summary>
public static class Npy
{
    private const int Prefix = 10;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file holds something else; the message says what.</exception>
    public static NpyArray Load(string path) => BoundedStream.Named(path, () =>
    {
        using var stream = File.OpenRead(path);
        return Read(stream, stream.Length);
    });

    /// <summary>Writes a file whole or not at all.</summary>
    public static void Save(string path, ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
    {
        byte[] bytes = Format(shape, values);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The bytes of a file.</summary>
    public static byte[] Format(ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
    {
        if (ElementsOf(shape) != values.Length)
            throw new ArgumentException($"{values.Length} values do not fill the shape {Text(shape)}", nameof(values));
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {Text(shape)}, }}";
        int padded = (Prefix + header.Length + 1 + 63) / 64 * 64 - Prefix;
        byte[] bytes = new byte[Prefix + padded + values.Length * sizeof(float)];
        Magic.CopyTo(bytes);
        (bytes[8], bytes[9]) = ((byte)padded, (byte)(padded >> 8));
        Encoding.ASCII.GetBytes(header.PadRight(padded - 1) + "\n", bytes.AsSpan(Prefix));
        MemoryMarshal.AsBytes(values).CopyTo(bytes.AsSpan(Prefix + padded));
        return bytes;
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">They hold something else; the message says what.</exception>
    public static NpyArray Parse(ReadOnlySpan<byte> bytes)
    {
        using var stream = new MemoryStream(bytes.ToArray());
        return Read(stream, bytes.Length);
    }

    /// <summary>Reads an array to the end of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="length">Bytes of the whole array, header included.</param>
    internal static NpyArray Read(Stream stream, long length)
    {
        var header = NpyHeader.Read(stream);
        if (header.Bytes > length)
            throw NotFitting(header, length);
        byte[] data = BoundedStream.ReadExactly(stream, header.Bytes, $"the shape {Text(header.Shape)}");
        BoundedStream.ExpectEnd(stream, "the values");
        return new NpyArray(header.Shape, header.Type.Floats(data));
    }

    /// <summary>What to say of a header that declares more than there is.</summary>
    internal static InvalidDataException NotFitting(NpyHeader header, long length) =>
        new($"the shape {Text(header.Shape)} takes {header.Bytes} bytes and does not fit the {length} of the file");

    private static long? ElementsOf(ReadOnlySpan<int> shape)
    {
        UInt128 elements = 1;
        foreach (int size in shape)
        {
            if (size < 0 || elements > int.MaxValue)
                return null;
            elements *= (UInt128)size;
        }
        return elements <= int.MaxValue ? (long)elements : null;
    }

    private static string Text(ReadOnlySpan<int> shape)
    {
        string sizes = string.Join(", ", shape.ToArray().Select(size => size.ToString(CultureInfo.InvariantCulture)));
        return shape.Length == 1 ? $"({sizes},)" : $"({sizes})";
    }
}
