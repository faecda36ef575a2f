using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CostSociety.Runs;

namespace CostSociety.Data;

/// <summary>An array of floats with a shape.</summary>
/// <param name="Shape">Sizes, outermost first.</param>
/// <param name="Values">The values, last axis fastest.</param>
public sealed record NpyArray(IReadOnlyList<int> Shape, float[] Values);

/// <summary>Reads and writes .npy files of version 1: 32-bit floats, little-endian, last axis fastest.</summary>
public static class Npy
{
    private const int Prefix = 10;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file holds something else; the message says what.</exception>
    public static NpyArray Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

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
        if (bytes.Length < Prefix || !bytes.StartsWith(Magic[..6]))
            throw new InvalidDataException("not an .npy file");
        if (!bytes.StartsWith(Magic))
            throw new InvalidDataException($".npy version {bytes[6]}.{bytes[7]}; expected 1.0");
        int header = bytes[8] | bytes[9] << 8;
        if (header > bytes.Length - Prefix)
            throw new InvalidDataException($"cut off: a header of {header} bytes, but {bytes.Length - Prefix} follow");
        int[] shape = NpyHeader.Shape(Encoding.Latin1.GetString(bytes.Slice(Prefix, header)));
        var data = bytes[(Prefix + header)..];
        if (ElementsOf(shape) is not { } elements || elements * sizeof(float) != data.Length)
            throw new InvalidDataException($"the shape {Text(shape)} does not fit the {data.Length} bytes that follow the header");
        float[] values = new float[elements];
        data.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return new NpyArray(shape, values);
    }

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
